package io.peerbus.launcher.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server, and on the bus a stand-in for what it leads to. */
@Timeout(120)
class ControlServerTest {

  private static final ControlLimits FEW = new ControlLimits(3, 4, 2, 64 << 10, 60_000);

  @TempDir
  private Path folder;
  private Vertx vertx;
  private Context context;
  private ControlServer server;

  @BeforeEach
  void start() throws Exception {
    vertx = Vertx.vertx();
    context = vertx.getOrCreateContext();
    vertx.eventBus().<JsonObject>consumer("peerbus.n.echo", message -> message.reply(message.body()));
    listen(FEW);
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private <T> T await(Supplier<Future<T>> call) throws Exception {
    Promise<T> done = Promise.promise();
    context.runOnContext(v -> call.get().onComplete(done));
    return done.future().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private void listen(ControlLimits limits) throws Exception {
    if (server != null) {
      await(server::close);
    }
    server = await(() -> ControlServer.start(vertx, "n", folder, limits));
  }

  private Client client() throws IOException {
    return new Client(folder.resolve("control.sock"));
  }

  private static String code(JsonObject line) {
    return line.getJsonObject("error").getString("code");
  }

  @Test
  void aRequestIsAnsweredByWhoeverServesItsAddress() throws Exception {
    try (Client client = client()) {
      assertEquals(new JsonObject("{\"id\":5,\"body\":{\"a\":[1]}}"),
          client.ask("{'id':5,'address':'echo','body':{'a':[1]}}"));
      client.raw("{'id':1,'address':'echo'}\n{'id':2,'address':'echo'}\n{'id':3,");
      assertEquals(1, client.line().getInteger("id"));
      assertEquals(2, client.line().getInteger("id"));
      assertEquals(3, client.ask("'address':'echo'}").getInteger("id"));
    }
  }

  @Test
  void failuresKeepTheirCodeAndWords() throws Exception {
    vertx.eventBus().consumer("peerbus.n.failing", message -> message.fail(2, "there is no \"x\""));
    vertx.eventBus().consumer("peerbus.n.silent", message -> { });
    vertx.eventBus().consumer("peerbus.n.words", message -> message.reply("words"));
    try (Client client = client()) {
      assertEquals(new JsonObject().put("id", 1).put("error", new JsonObject().put("code", "NOT_FOUND")
          .put("message", "there is no \"x\"")), client.ask("{'id':1,'address':'failing'}"));
      assertEquals("UNAVAILABLE", code(client.ask("{'id':1,'address':'nobody'}")));
      JsonObject late = client.ask("{'id':1,'address':'silent','timeoutMillis':20}");
      assertEquals("TIMED_OUT", code(late));
      assertEquals("no answer from \"silent\" within 20 ms", late.getJsonObject("error").getString("message"));
      assertEquals("words", client.ask("{'id':1,'address':'words'}").getString("body"));
    }
  }

  @Test
  void badLinesAreRefusedAndTheConnectionGoesOn() throws Exception {
    try (Client client = client()) {
      for (String line : List.of("", "}", "null", "[1]", "{'id':{}}", "\u0000\u0001", "{'a':".repeat(5000))) {
        JsonObject refused = client.ask(line);
        assertEquals("BAD_REQUEST", code(refused), line);
        assertNull(refused.getValue("id"));
      }
      for (String address : List.of("control", "data.0", "inbox.7", "events", "plugins.logs")) {
        JsonObject refused = client.ask("{'id':4,'address':'" + address + "'}");
        assertEquals("FORBIDDEN", code(refused), address);
        assertEquals(4, refused.getInteger("id"));
      }
      assertEquals("FORBIDDEN", code(client.ask("{'id':4,'subscribe':'echo'}")));
      assertEquals("NOT_FOUND", code(client.ask("{'id':4,'unsubscribe':true}")));
      assertEquals(9, client.ask("{'id':9,'address':'echo'}").getInteger("id"));
    }
  }

  @Test
  void aLineThatIsTooLongEndsTheConnectionWithItsReason() throws Exception {
    try (Client client = client()) {
      Thread writer = new Thread(() -> {
        try {
          client.raw("x".repeat(ControlLimits.MAX_LINE + 1));
        } catch (IOException e) {
          // The server need not read it to its end.
        }
      });
      writer.start();
      JsonObject refused = client.line();
      assertEquals("LIMIT_REACHED", code(refused));
      assertNull(client.line());
      writer.join();
    }
    try (Client client = client()) {
      String padding = "y".repeat(ControlLimits.MAX_LINE - 60);
      assertEquals(padding, client.ask("{'id':1,'address':'echo','body':{'p':'" + padding + "'}}")
          .getJsonObject("body").getString("p"));
    }
  }

  @Test
  void anAnswerThatIsTooLongOrNoJsonIsAnError() throws Exception {
    vertx.eventBus().consumer("peerbus.n.long", message ->
        message.reply(new JsonObject().put("p", "z".repeat(ControlLimits.MAX_LINE))));
    vertx.eventBus().consumer("peerbus.n.half", message -> message.reply(new JsonObject().put("p", "\ud800")));
    try (Client client = client()) {
      assertEquals("LIMIT_REACHED", code(client.ask("{'id':1,'address':'long'}")));
      assertEquals("?", client.ask("{'id':2,'address':'half'}").getJsonObject("body").getString("p"));
    }
  }

  @Test
  void ofAFloodOnlyAFewRequestsAreOnTheBusAndAllAreAnswered() throws Exception {
    int all = 3_000;
    BlockingQueue<Message<JsonObject>> held = new LinkedBlockingQueue<>();
    vertx.eventBus().consumer("peerbus.n.slow", held::add);
    try (Client flood = client(); Client other = client()) {
      CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
        try {
          for (int i = 0; i < all; i++) {
            flood.send("{'id':" + i + ",'address':'slow'}");
          }
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
      });
      List<Message<JsonObject>> first = new ArrayList<>();
      while (first.size() < FEW.maxRequests()) {
        first.add(held.take());
      }
      roundTrips(other);
      assertEquals(0, held.size(), "no more than " + FEW.maxRequests() + " at one time");
      first.forEach(message -> message.reply(new JsonObject()));
      for (int answered = 0; answered < all; answered++) {
        if (answered + FEW.maxRequests() < all) {
          held.take().reply(new JsonObject());
        }
        assertEquals(new JsonObject(), flood.line().getJsonObject("body"));
      }
      sent.get(30, TimeUnit.SECONDS);
    }
  }

  /** Long enough for the server to have done all it would do with what another connection sent. */
  private static void roundTrips(Client client) throws IOException {
    for (int i = 0; i < 200; i++) {
      client.ask("{'id':" + i + ",'address':'echo'}");
    }
  }

  @Test
  void whoDoesNotReadItsAnswersIsNotReadEither() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    JsonObject big = new JsonObject().put("p", "x".repeat(50_000));
    vertx.eventBus().consumer("peerbus.n.big", message -> {
      asked.incrementAndGet();
      message.reply(big);
    });
    try (Client flood = client(); Client other = client()) {
      StringBuilder requests = new StringBuilder();
      for (int i = 0; i < 400; i++) {
        requests.append("{'id':").append(i).append(",'address':'big'}\n");
      }
      flood.raw(requests.toString());
      roundTrips(other);
      assertTrue(asked.get() < 60, asked + " answers of 50 kB each for a client that reads none");
      for (int i = 0; i < 400; i++) {
        assertEquals(50_000, flood.line().getJsonObject("body").getString("p").length());
      }
      assertEquals(400, asked.get());
    }
  }

  @Test
  void aSubscriberGetsWhatIsPublishedUntilItHasEnough() throws Exception {
    try (Client client = client()) {
      assertEquals(new JsonObject("{\"id\":1,\"body\":{}}"), client.ask("{'id':1,'subscribe':'plugins.events'}"));
      assertEquals("BAD_REQUEST", code(client.ask("{'id':1,'subscribe':'events'}")));
      vertx.eventBus().publish("peerbus.n.plugins.events", new JsonObject().put("event", "deployed"));
      assertEquals(new JsonObject("{\"id\":1,\"event\":{\"event\":\"deployed\"}}"), client.line());
      client.ask("{'id':2,'subscribe':'events'}");
      assertEquals("LIMIT_REACHED", code(client.ask("{'id':3,'subscribe':'chat.lines'}")));
      assertEquals(new JsonObject("{\"id\":1,\"body\":{}}"), client.ask("{'id':1,'unsubscribe':true}"));
      vertx.eventBus().publish("peerbus.n.plugins.events", new JsonObject().put("event", "undeployed"));
      vertx.eventBus().publish("peerbus.n.events", new JsonObject().put("seq", 1));
      assertEquals(new JsonObject("{\"id\":2,\"event\":{\"seq\":1}}"), client.line());
    }
  }

  @Test
  void aSubscriberThatDoesNotReadMissesEventsAndIsToldHowMany() throws Exception {
    int all = 1_000;
    JsonObject event = new JsonObject().put("p", "x".repeat(10_000));
    try (Client slow = client(); Client other = client()) {
      slow.ask("{'id':1,'subscribe':'events'}");
      for (int i = 0; i < all; i++) {
        vertx.eventBus().publish("peerbus.n.events", event);
      }
      roundTrips(other);
      slow.send("{'id':2,'address':'echo'}");
      int got = 0;
      for (JsonObject line = slow.line(); line.getInteger("id") == 1; line = slow.line()) {
        assertFalse(line.containsKey("missed"));
        got++;
      }
      assertTrue(got > 0 && got < 150, got + " events of 10 kB each were kept");
      vertx.eventBus().publish("peerbus.n.events", event);
      assertEquals(all - got, slow.line().getLong("missed"));
      vertx.eventBus().publish("peerbus.n.events", event);
      assertFalse(slow.line().containsKey("missed"));
    }
  }

  @Test
  void oneConnectionTooManyIsToldSoAndAnotherGetsInWhenOneGoes() throws Exception {
    List<Client> clients = new ArrayList<>();
    for (int i = 0; i < FEW.maxConnections(); i++) {
      clients.add(client());
      clients.get(i).ask("{'id':1,'address':'echo'}");
    }
    for (int i = 0; i < 50; i++) {
      try (Client refused = client()) {
        assertEquals("LIMIT_REACHED", code(refused.line()));
        assertNull(refused.line());
      }
    }
    clients.remove(0).close();
    JsonObject answer = new JsonObject();
    while (!answer.containsKey("body")) { // until the server has seen it go
      try (Client next = client()) {
        answer = next.ask("{'id':1,'address':'echo'}");
      } catch (IOException e) {
        answer = new JsonObject(); // closed while we wrote
      }
    }
    for (Client client : clients) {
      client.close();
    }
  }

  @Test
  void whoAsksNothingIsClosedButNotWhoListens() throws Exception {
    listen(new ControlLimits(3, 4, 2, 64 << 10, 200));
    try (Client listener = listener(); Client idle = client(); Client dripping = client()) {
      try {
        dripping.raw("{");
      } catch (IOException e) {
        // On a slow machine it may be late already.
      }
      for (Client silent : List.of(idle, dripping)) {
        assertEquals("TIMED_OUT", code(silent.line()));
        assertNull(silent.line());
      }
      vertx.eventBus().publish("peerbus.n.events", new JsonObject());
      assertEquals(1, listener.line().getInteger("id"));
    }
  }

  /** One that subscribed in time; on a slow machine that may take more than one attempt. */
  private Client listener() throws IOException {
    while (true) {
      Client client = client();
      try {
        if (client.ask("{'id':1,'subscribe':'events'}").containsKey("body")) {
          return client;
        }
      } catch (IOException e) {
        // Closed while we wrote: the same.
      }
      client.close();
    }
  }

  @Test
  void aRequestOfOneThatIsGoneHarmsNobody() throws Exception {
    CompletableFuture<Message<JsonObject>> asked = new CompletableFuture<>();
    vertx.eventBus().<JsonObject>consumer("peerbus.n.slow", asked::complete);
    try (Client client = client()) {
      client.send("{'id':1,'address':'slow'}").send("{'id':2,'subscribe':'events'}");
      asked.get(30, TimeUnit.SECONDS);
    }
    try (Client client = client()) {
      client.ask("{'id':1,'address':'echo'}");
      asked.get().reply(new JsonObject());
      vertx.eventBus().publish("peerbus.n.events", new JsonObject());
      assertEquals(2, client.ask("{'id':2,'address':'echo'}").getInteger("id"));
    }
  }

  @Test
  void closedItEndsConnectionsTakesTheSocketAwayAndCanBeStartedAgain() throws Exception {
    try (Client client = client()) {
      client.ask("{'id':1,'subscribe':'events'}");
      await(server::close);
      assertNull(client.line());
    }
    await(server::close);
    try (var files = Files.list(folder)) {
      assertEquals(List.of(), files.toList());
    }
    listen(FEW);
    try (Client client = client()) {
      assertEquals(1, client.ask("{'id':1,'address':'echo'}").getInteger("id"));
    }
  }

  @Test
  void aFolderThatCannotHoldASocketIsAFailureAndLeavesNothing() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "x");
    JsonArray errors = new JsonArray();
    await(() -> ControlServer.start(vertx, "n", file, FEW).<Void>mapEmpty().recover(error -> {
      errors.add(error.toString());
      return Future.succeededFuture();
    }));
    assertEquals(1, errors.size());
  }
}
