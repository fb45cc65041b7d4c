package io.peerbus.gossipsub.verticle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.gossipsub.Action;
import io.peerbus.gossipsub.TestMessages;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class DeliveriesTest {

  private final LinkedBlockingQueue<Message<JsonObject>> received = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<String> abandoned = new LinkedBlockingQueue<>();
  private Vertx vertx;
  private Context context;
  private Deliveries deliveries;
  private long now;

  @BeforeEach
  void start(Vertx vertx) throws Exception {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.deliveries = deliveries(120_000);
  }

  private Deliveries deliveries(long answerMillis) {
    return new Deliveries(vertx.eventBus(), () -> now, abandoned::add, answerMillis);
  }

  private <T> T on(Callable<T> action) throws Exception {
    CompletableFuture<T> done = new CompletableFuture<>();
    context.runOnContext(v -> {
      try {
        done.complete(action.call());
      } catch (Exception e) {
        done.completeExceptionally(e);
      }
    });
    return done.get(120, TimeUnit.SECONDS);
  }

  /** On the context, behind what it has to do: the answers to what was delivered are in. */
  private void pass(long nanos) throws Exception {
    for (int i = 0; i < 3; i++) {
      on(() -> null);
    }
    on(() -> now += nanos);
  }

  private void deliver(String topic, String data) throws Exception {
    Action.Deliver delivery = TestMessages.delivery(topic, data);
    on(() -> {
      deliveries.deliver(delivery);
      return null;
    });
  }

  private void listen(String address) throws Exception {
    vertx.eventBus().<JsonObject>consumer(address, received::add).completion()
        .toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
  }

  private Message<JsonObject> next() throws InterruptedException {
    return received.poll(120, TimeUnit.SECONDS);
  }

  @Test
  void aMessageComesWithAuthorTopicDataAndIds() throws Exception {
    listen("here");
    deliveries.add("t", "here");
    deliver("t", "hello");
    JsonObject body = new JsonObject(next().body().encode());
    assertEquals("t", body.getString("topic"));
    assertEquals("hello", new String(body.getBinary("data")));
    assertEquals(TestMessages.AUTHOR, body.getString("from"));
    assertEquals(TestMessages.SOURCE, body.getString("receivedFrom"));
    assertEquals(8, body.getBinary("seqno").length);
    assertEquals(46, body.getBinary("id").length);
  }

  @Test
  void everySubscriberGetsEachMessageOnce() throws Exception {
    listen("one");
    listen("two");
    deliveries.add("t", "one");
    deliveries.add("t", "one");
    deliveries.add("t", "two");
    deliveries.add("u", "one");
    deliver("t", "x");
    assertEquals(List.of("one", "two"), List.of(next().address(), next().address()).stream().sorted().toList());
    deliver("u", "y");
    assertEquals("one", next().address());
    assertTrue(received.isEmpty());
  }

  @Test
  void theLastToLeaveATopicIsTold() {
    deliveries.add("t", "one");
    deliveries.add("t", "two");
    assertFalse(deliveries.remove("t", "one"));
    assertFalse(deliveries.remove("t", "one"));
    assertTrue(deliveries.remove("t", "two"));
    assertTrue(deliveries.remove("never", "two"));
  }

  @Test
  void aSubscriberThatDoesNotAnswerLosesTheNewestMessages() throws Exception {
    listen("slow");
    deliveries.add("t", "slow");
    for (int i = 0; i < Deliveries.MAX_BACKLOG + 10; i++) {
      deliver("t", "" + i);
    }
    assertEquals(10, on(deliveries::dropped));
    List<Message<JsonObject>> unanswered = new ArrayList<>();
    for (int i = 0; i < Deliveries.MAX_BACKLOG; i++) {
      unanswered.add(next());
    }
    assertEquals("0", new String(unanswered.get(0).body().getBinary("data")));
    unanswered.get(0).reply(null);
    on(() -> null);
    assertEquals(10, on(deliveries::dropped));
    deliver("t", "there is room again");
    assertEquals("there is room again", new String(next().body().getBinary("data")));
  }

  @Test
  void aSubscriberThatDoesNotAnswerHoldsFewLargeMessages() throws Exception {
    listen("slow");
    deliveries.add("t", "slow");
    String mebibyte = "x".repeat(1 << 20);
    long most = Deliveries.MAX_BACKLOG_BYTES >> 20;
    for (int i = 0; i < most + 3; i++) {
      deliver("t", mebibyte);
    }
    assertEquals(3, on(deliveries::dropped));
    next().reply(null);
    on(() -> null);
    deliver("t", "there is room again");
    assertEquals(3, on(deliveries::dropped));
  }

  /** What timed out lies in the event bus still. Else a plugin that hangs would get as much again every 5 s. */
  @Test
  void aSubscriberThatWasSilentForTooLongGetsOneMessageAtATimeUntilItAnswers() throws Exception {
    deliveries = deliveries(200);
    listen("hangs");
    deliveries.add("t", "hangs");
    deliver("t", "first");
    Message<JsonObject> first = next();
    askNobody(400); // on the same context, so the first has timed out before
    deliverTwo();
    assertEquals(1, on(deliveries::dropped));
    assertEquals("first", first.body().getBuffer("data").toString());

    long before = -1;
    for (int i = 0; i < 100 && before != on(deliveries::dropped); i++) { // on a busy machine an answer may be too late
      next().reply(null);
      pass(0);
      before = on(deliveries::dropped);
      deliverTwo();
    }
    assertEquals(before, on(deliveries::dropped));
  }

  /** In one turn of the context: nothing times out and no answer comes between them. */
  private void deliverTwo() throws Exception {
    Action.Deliver delivery = TestMessages.delivery("t", "more");
    on(() -> {
      deliveries.deliver(delivery);
      deliveries.deliver(delivery);
      return null;
    });
  }

  private void askNobody(long millis) throws Exception {
    vertx.eventBus().consumer("silent", message -> { }).completion().toCompletionStage().toCompletableFuture().get();
    CompletableFuture<Void> timedOut = new CompletableFuture<>();
    context.runOnContext(v -> vertx.eventBus().request("silent", "", new DeliveryOptions().setSendTimeout(millis))
        .onComplete(answer -> timedOut.complete(null)));
    timedOut.get(120, TimeUnit.SECONDS);
    pass(0);
  }

  @Test
  void aSubscriberThatIsGoneForHalfAMinuteIsForgotten() throws Exception {
    deliveries.add("t", "gone");
    deliver("t", "1");
    pass(Deliveries.GONE_NANOS - 1);
    deliver("t", "2");
    assertTrue(abandoned.isEmpty(), "it may be on its way back");
    pass(1);
    deliver("t", "3");
    assertEquals("t", abandoned.poll(120, TimeUnit.SECONDS));
    assertTrue(on(() -> deliveries.remove("t", "gone")), "nobody is left");
  }

  @Test
  void aSubscriberThatComesBackInTimeIsKept() throws Exception {
    deliveries.add("t", "here");
    deliver("t", "1");
    listen("here");
    pass(Deliveries.GONE_NANOS);
    deliver("t", "2");
    next().reply(null);
    pass(Deliveries.GONE_NANOS);
    deliver("t", "3");
    assertEquals("3", new String(next().body().getBinary("data")));
    assertTrue(abandoned.isEmpty());
  }

  @Test
  void oneAddressTakesThePlaceOfAnotherAndEachMessageGoesToOneOfThem() throws Exception {
    listen("old");
    listen("new");
    on(() -> {
      deliveries.add("topic", "old");
      return null;
    });
    deliver("topic", "one");
    on(() -> {
      deliveries.replace("topic", "old", "new");
      deliveries.replace("topic", "old", "new");
      return null;
    });
    deliver("topic", "two");
    for (String[] wanted : new String[][] {{"old", "one"}, {"new", "two"}}) {
      Message<JsonObject> message = next();
      assertEquals(wanted[0], message.address());
      assertEquals(wanted[1], message.body().getBuffer("data").toString());
    }
    on(() -> {
      deliveries.replace("other", "old", "new");
      deliveries.replace("topic", "new", "new");
      return null;
    });
    assertEquals(Map.of("topic", List.of("new"), "other", List.of("new")), deliveries.addresses());
  }
}
