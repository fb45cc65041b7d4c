package io.peerbus.launcher.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.FailureException;
import io.peerbus.api.Stream;
import io.peerbus.host.Nodes;
import io.peerbus.launcher.config.BridgeConfig;
import io.peerbus.launcher.config.BridgeLimits;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets in, how far, and what it costs to keep the others out. */
@Timeout(300)
class BridgeGateTest {

  private World world;

  @BeforeEach
  void start() throws Exception {
    start("'maxConnections': 4, 'messagesPerSecond': 2000");
  }

  private void start(String limits) throws Exception {
    if (world != null) {
      world.close();
    }
    world = new World("{'plugins': [{'id': 'a'}, {'id': 'b'}], 'limits': {" + limits + "}}");
  }

  @AfterEach
  void stop() {
    world.close();
  }

  private Client stranger() throws Exception {
    return new Client(world.bridge.port());
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "{'type':'ping'}",
      "{'type':'send','address':'peerbus.n.control','replyAddress':'r','body':{'op':'peers'}}",
      "{'type':'register','address':'peerbus.n.events'}",
      "{'type':'publish','address':'bridge','replyAddress':'r','body':{'token':'a-token-that-nobody-is-to-see'}}",
      "{'type':'send','address':'bridge','body':{'token':'a-token-that-nobody-is-to-see'}}",
      "{'type':'send','address':'bridge','replyAddress':'r'}",
      "{'type':7}", "[1, 2, 3]", "nothing at all", "  "})
  void withoutTheTokenNothingIsLetThrough(String first) throws Exception {
    try (Client client = stranger()) {
      client.text(first);
      String words = client.lastWords();
      assertTrue(words.startsWith("the token must come first"), words);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"'wrong'", "''", "null", "7", "{}", "'a-token-that-nobody-is-to-se'",
      "'a-token-that-nobody-is-to-see '"})
  void aWrongTokenEndsTheConnection(String token) throws Exception {
    try (Client client = stranger()) {
      client.text("{'type':'send','address':'bridge','replyAddress':'r','body':{'token':" + token + "}}");
      assertEquals("this is not the token of node n", client.lastWords());
    }
  }

  @Test
  void theRightTokenIsWelcome() throws Exception {
    try (Client client = world.known()) {
      assertEquals("peerbus.n.bridge.1.inbox", client.address("inbox"));
      client.text("{'type':'ping'}");
      assertEquals("pong", client.next().getString("type"));
    }
  }

  @Test
  void whoSaysNothingIsGoneInTime() throws Exception {
    start("'helloTimeoutMillis': 300");
    try (Client client = stranger()) {
      assertTrue(client.lastWords().startsWith("no token within 300 ms"));
    }
    try (Client client = stranger()) {
      client.raw(new byte[] {0, 0}); // half a length
      assertTrue(client.lastWords().startsWith("no token within 300 ms"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MAX_VALUE, -1, Integer.MIN_VALUE, 1_025, 1, 0})
  void aLengthOutOfRangeEndsTheConnectionBeforeAnythingIsKeptForIt(int length) throws Exception {
    try (Client client = stranger()) {
      client.length(length);
      assertTrue(client.lastWords().contains(" bytes: 2 to 1024 are allowed"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MAX_VALUE, -1, Integer.MIN_VALUE, 131_073, 0})
  void soDoesOneOfAPluginThatIsKnown(int length) throws Exception {
    try (Client client = world.known()) {
      client.length(length);
      assertTrue(client.lastWords().contains(" bytes: 2 to 131072 are allowed"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{]", "[]", "{'type':'dance'}", "{'type':7,'address':'x'}",
      "'text'", "{}"})
  void whatIsNoFrameEndsTheConnectionOfAPluginToo(String frame) throws Exception {
    try (Client client = world.known()) {
      client.text(frame);
      String words = client.lastWords();
      assertTrue(words.startsWith("a frame that is n"), words);
    }
  }

  @Test
  void nobodyReachesAnythingButHisOwnAddresses() throws Exception {
    AtomicInteger reached = new AtomicInteger();
    List<String> others = new ArrayList<>(List.of("peerbus.n.plugins", "peerbus.n.control", "peerbus.n.data.0",
        "peerbus.n.inbox.1", "peerbus.n.calls.1", "peerbus.n.succession.1", "peerbus.n.gossipsub", "anything", ""));
    try (Client other = world.attached("b"); Client client = world.attached("a")) {
      others.add(other.address("control"));
      others.add(other.address("data"));
      others.add(other.address("inbox"));
      others.add(client.address("inbox"));
      for (String address : others) {
        if (!address.isEmpty() && !address.startsWith("peerbus.n.bridge")) {
          Nodes.await(world.vertx.eventBus().consumer(address, message -> reached.incrementAndGet()).completion());
        }
        for (String type : List.of("send", "publish", "register", "unregister")) {
          client.send(new JsonObject().put("type", type).put("address", address).put("replyAddress", "r")
              .put("body", new JsonObject().put("op", "list")));
          assertEquals("err", client.next().getString("type"), type + " " + address);
        }
      }
      client.control(new JsonObject().put("op", "info"));
      assertEquals(0, reached.get());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sign", "disconnect", "identified", "detach", "renew", "usage", "list", "deploy", "yield"})
  void operationsThatAreNotForPluginsOverTheBridgeAreRefused(String op) throws Exception {
    try (Client client = world.attached("a")) {
      String failure = client.failure(new JsonObject().put("op", op).put("client", 1).put("domain", "libp2p-pubsub:"));
      assertTrue(failure.startsWith("12 op: \"" + op + "\" is none that a plugin has over the bridge"), failure);
    }
  }

  @Test
  void headersThatSteerTheBusAreTakenAway() throws Exception {
    try (Client client = world.known()) {
      client.text("{'type':'send','address':'" + client.address("control") + "','replyAddress':'r1',"
          + "'headers':{'codecName':'peerbus.frame','timeout':1,'localOnly':7},'body':{'op':'info'}}");
      JsonObject answer = client.next();
      assertEquals("r1", answer.getString("address"), answer.encode());
      assertEquals(1, answer.getInteger("failureCode"), "attach first: the request itself came through");
    }
  }

  @Test
  void oneConnectionTooManyIsTurnedAwayAndAPlaceThatIsLeftIsFree() throws Exception {
    List<Client> clients = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      clients.add(world.known());
    }
    try (Client client = stranger()) {
      assertEquals("the bridge has 4 connections already", client.lastWords());
    }
    clients.get(0).kill();
    Nodes.eventually(world.node, "the place is free", () -> {
      try (Client client = world.known()) {
        return true;
      } catch (IOException | AssertionError e) {
        return false;
      }
    });
    for (Client client : clients) {
      client.close();
    }
  }

  @Test
  void aPluginThatDoesNotReadIsClosedAndKeepsLittle() throws Exception {
    start("'stallTimeoutMillis': 500");
    Client client = world.attached("a");
    client.register(World.PROTOCOL);
    Stream stream = world.open();
    Future<String> end = world.end(stream);
    client.grant("accept", client.await("open").getLong("stream"), 1L << 32);
    Runtime runtime = Runtime.getRuntime();
    System.gc();
    long before = runtime.totalMemory() - runtime.freeMemory();
    try {
      for (int i = 0; i < 2_000_000 && !end.isComplete(); i++) { // asks, and never reads an answer
        client.text("{'type':'send','address':'" + client.address("control")
            + "','replyAddress':'r','body':{'op':'info'}}");
      }
    } catch (IOException e) {
      // It was closed.
    }
    assertEquals("RESET_BY_PEER", Nodes.await(end));
    Nodes.eventually(world.node, "the protocol is withdrawn", () -> !world.serves(World.PROTOCOL));
    System.gc();
    long after = runtime.totalMemory() - runtime.freeMemory();
    assertTrue(after - before < 32 << 20, (after - before) + " bytes more");
    client.close();
  }

  @Test
  void aFloodIsReadNoFasterThanAllowedWhileOthersAreServed() throws Exception {
    world.node.on(() -> world.node.host().handle("/other", other -> other.pipeTo(other)));
    try (Client client = world.attached("a"); Client second = world.attached("b")) {
      byte[] ping = "{\"type\":\"ping\"}".getBytes();
      Buffer flood = Buffer.buffer();
      for (int i = 0; i < 10_000; i++) {
        flood.appendInt(ping.length).appendBytes(ping);
      }
      long begun = System.nanoTime();
      client.raw(flood.getBytes());
      Stream stream = world.peer.on(() -> world.peer.host().openConnected(world.node.host().id(), List.of("/other")));
      Future<Buffer> echo = world.all(stream);
      world.peer.on(() -> stream.write(Buffer.buffer("hello")).compose(v -> stream.end()));
      assertEquals("hello", Nodes.await(echo).toString());
      assertNotNull(second.control(new JsonObject().put("op", "info")));
      for (int i = 0; i < 10_000; i++) {
        assertEquals("pong", client.next().getString("type"));
      }
      long millis = (System.nanoTime() - begun) / 1_000_000;
      // 9000 are not free; those of the last piece that was read, 64 KiB at the most, need not be waited for.
      assertTrue(millis >= 2_500, "10000 messages, of which 1000 are free, at 2000 a second took " + millis + " ms");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "192.0.2.1", "::"})
  void anAddressThatIsNotLoopbackIsNotListenedOn(String host) {
    BridgeConfig config = new BridgeConfig(host, 0, "t", List.of(), BridgeLimits.DEFAULT);
    FailureException failure = assertThrows(FailureException.class,
        () -> Nodes.await(world.vertx.deployVerticle(new BridgeVerticle("n", config, new Token("t")))));
    assertTrue(failure.getMessage().contains(host + " is not a loopback address"), failure.getMessage());
  }

  @Test
  void aPortThatIsTakenIsNamed() {
    BridgeConfig config =
        new BridgeConfig("127.0.0.1", world.bridge.port(), "t", List.of(), BridgeLimits.DEFAULT);
    Vertx other = Vertx.vertx(); // within one Vert.x two servers would share the port
    FailureException failure = assertThrows(FailureException.class,
        () -> Nodes.await(other.deployVerticle(new BridgeVerticle("n", config, new Token("t")))));
    assertTrue(failure.getMessage().contains("port " + world.bridge.port() + " cannot be listened on"),
        failure.getMessage());
    Nodes.await(other.close());
  }

  @Test
  void nothingListensForAConnectionThatHasGone() throws Exception {
    String inbox;
    try (Client client = world.attached("a")) {
      inbox = client.address("inbox");
      client.kill();
    }
    Nodes.eventually(world.node, "the name is free", () -> {
      try (Client again = world.known()) {
        again.listen();
        JsonObject answer = again.request(again.address("control"),
            new JsonObject().put("op", "attach").put("plugin", "a").put("api", 1));
        return "message".equals(answer.getString("type"));
      } catch (IOException | AssertionError e) {
        return false;
      }
    });
    Throwable error = world.vertx.eventBus().request(inbox, new JsonObject()).toCompletionStage()
        .toCompletableFuture().handle((reply, failure) -> failure).get();
    assertTrue(String.valueOf(error).contains("NO_HANDLERS") || String.valueOf(error).contains("No handlers"),
        String.valueOf(error));
  }

  @Test
  void aTokenSaysNothingOfItself() {
    assertFalse(new Token("secret").toString().contains("secret"));
  }
}
