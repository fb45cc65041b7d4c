package io.peerbus.launcher.logs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LogPublisherTest {

  private Vertx vertx;
  private Context context;
  private LogPublisher publisher;
  private final PluginLogs logs = new PluginLogs();
  private final BlockingQueue<JsonObject> published = new LinkedBlockingQueue<>();

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    context = vertx.getOrCreateContext();
    vertx.eventBus().<JsonObject>consumer("peerbus.n.plugins.logs", message -> published.add(message.body()));
    publisher = LogPublisher.start(context, "n", logs);
  }

  @AfterEach
  void stop() throws Exception {
    publisher.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private JsonObject ask(JsonObject request) throws Exception {
    return (JsonObject) vertx.eventBus().request("logs", request).toCompletionStage().toCompletableFuture()
        .get(30, TimeUnit.SECONDS).body();
  }

  @Test
  void linesArePublishedInOrder() throws Exception {
    logs.add("a", "one\ntwo");
    assertEquals(new JsonObject().put("id", "a").put("line", "one").put("seq", 1L), published.take());
    assertEquals(new JsonObject().put("id", "a").put("line", "two").put("seq", 2L), published.take());
    logs.add("b", "three");
    assertEquals("three", published.take().getString("line"));
  }

  @Test
  void aFloodIsCutShortAndTheNumbersShowIt() throws Exception {
    CountDownLatch busy = new CountDownLatch(1);
    context.runOnContext(v -> {
      try {
        busy.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
    for (int i = 1; i <= 5_000; i++) {
      logs.add("a", "line " + i);
    }
    busy.countDown();
    for (long seq = 1; seq <= LogPublisher.MAX_WAITING; seq++) {
      assertEquals(seq, published.take().getLong("seq"));
    }
    logs.add("a", "after it");
    assertEquals(5_001, published.take().getLong("seq"));
  }

  @Test
  void closedItPublishesNothing() throws Exception {
    publisher.close();
    logs.add("a", "one");
    LogPublisher next = LogPublisher.start(context, "n", logs);
    logs.add("a", "two");
    assertEquals("two", published.take().getString("line"));
    next.close();
  }

  @Test
  void theOpAnswersWithTextsAndTheNumberOfTheLast() throws Exception {
    vertx.eventBus().<JsonObject>consumer("logs", message -> LogRequest.answer(message, logs, "quiet"::equals));
    for (int i = 1; i <= 150; i++) {
      logs.add("a", "line " + i);
    }
    assertEquals(new JsonObject().put("lines", new JsonArray().add("line 149").add("line 150")).put("seq", 150L),
        ask(new JsonObject().put("id", "a").put("lines", 2)));
    assertEquals(100, ask(new JsonObject().put("id", "a")).getJsonArray("lines").size());
    assertEquals(new JsonObject().put("lines", new JsonArray()).put("seq", 150L),
        ask(new JsonObject().put("id", "a").put("lines", 0)));
    assertEquals(new JsonObject().put("lines", new JsonArray()).put("seq", 0L),
        ask(new JsonObject().put("id", "quiet")));
    refused(2, "there is no plugin \"x\"", new JsonObject().put("id", "x"));
    refused(1, "id: ", new JsonObject());
    refused(1, "lines: ", new JsonObject().put("id", "a").put("lines", 1_001));
    refused(1, "lines: ", new JsonObject().put("id", "a").put("lines", "2"));
  }

  private void refused(int code, String message, JsonObject request) {
    ReplyException error = (ReplyException) assertThrows(ExecutionException.class, () -> ask(request)).getCause();
    assertEquals(code, error.failureCode());
    assertTrue(error.getMessage().startsWith(message), error.getMessage());
  }
}
