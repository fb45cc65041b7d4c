package io.peerbus.launcher.bridge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Stream;
import io.peerbus.host.Nodes;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams between a foreign plugin and a peer, over real connections. */
@Timeout(300)
class BridgeStreamsTest {

  private static final int MIB = 1 << 20;
  private static final long PLENTY = 1L << 30;

  private World world;

  @BeforeEach
  void start() throws Exception {
    world = new World("{'plugins': [{'id': 'a', 'budget': {'streams': 4}}, {'id': 'b'}],"
        + " 'limits': {'bytesInFlight': 262144}}");
  }

  @AfterEach
  void stop() {
    world.close();
  }

  private static byte[] chance(int length) {
    byte[] bytes = new byte[length];
    new Random(7).nextBytes(bytes);
    return bytes;
  }

  /** A plugin that serves. */
  private Client serving() throws IOException {
    Client client = world.attached("a");
    client.register(World.PROTOCOL);
    return client;
  }

  private Future<Void> write(Stream stream, byte[] bytes) {
    Promise<Void> written = Promise.promise();
    world.peer.context().runOnContext(v -> {
      Future<Void> last = Future.succeededFuture();
      for (int at = 0; at < bytes.length; at += 32 << 10) {
        last = stream.write(Buffer.buffer().appendBytes(bytes, at, Math.min(32 << 10, bytes.length - at)));
      }
      last.onComplete(written);
    });
    return written.future();
  }

  @Test
  void aMebibyteComesBackAsItWasSent() throws Exception {
    try (Client client = serving()) {
      byte[] sent = chance(MIB);
      Stream stream = world.open();
      Future<Buffer> answer = world.all(stream);
      write(stream, sent).onComplete(done -> stream.end());
      JsonObject offer = client.await("open");
      assertEquals(World.PROTOCOL, offer.getString("protocol"));
      assertEquals(world.peer.host().id().toString(), offer.getString("peer"));
      long id = offer.getLong("stream");
      long credit = offer.getLong("value");
      client.grant("accept", id, 65_536);
      Buffer read = Buffer.buffer();
      while (read.length() < MIB) {
        byte[] payload = Client.payload(client.await("data"));
        read.appendBytes(payload);
        client.grant("credit", id, payload.length + 64);
      }
      assertArrayEquals(sent, read.getBytes());
      client.await("end");
      for (int at = 0; at < MIB; at += 32 << 10) {
        while (credit <= 0) {
          credit += client.await("credit").getLong("value");
        }
        client.data(id, Arrays.copyOfRange(sent, at, at + (32 << 10)));
        credit -= (32 << 10) + 64;
      }
      client.frame("end", id, new JsonObject());
      assertArrayEquals(sent, Nodes.await(answer).getBytes());
    }
  }

  @Test
  void aPluginOpensAStreamToAPeer() throws Exception {
    world.peer.on(() -> world.peer.host().handle("/echo", stream -> stream.pipeTo(stream)));
    try (Client client = world.attached("a")) {
      open(client, 1, "/echo", PLENTY);
      JsonObject accepted = client.await("accept");
      assertEquals("/echo", accepted.getString("protocol"));
      client.data(1, "hello".getBytes());
      client.frame("end", 1, new JsonObject());
      assertEquals("hello", new String(Client.payload(client.await("data"))));
      client.await("end");
      open(client, 3, "/nobody", PLENTY);
      JsonObject refused = client.await("reset");
      assertEquals(3, refused.getLong("stream"));
      assertEquals(4, refused.getInteger("value"), "UNSUPPORTED_PROTOCOL: " + refused);
    }
  }

  private void open(Client client, long id, String protocol, long credit) throws IOException {
    client.frame("open", id, new JsonObject().put("value", credit).put("protocols", new JsonArray().add(protocol))
        .put("peer", world.peer.host().id().toString()));
  }

  @Test
  void aPluginThatGivesNoCreditStopsThePeer() throws Exception {
    try (Client client = serving()) {
      Stream stream = world.open();
      Future<Void> written = write(stream, chance(8 * MIB));
      long id = client.await("open").getLong("stream");
      client.grant("accept", id, 1);
      int first = Client.payload(client.await("data")).length;
      // What the plugin has no credit for stays in the peer: an answer over the same address comes before any of it.
      client.control(new JsonObject().put("op", "peers"));
      assertFalse(written.isComplete(), "8 MiB fit nowhere between the peer and the plugin");
      client.grant("credit", id, first + 64);
      long read = first;
      while (read < 8 * MIB) {
        int length = Client.payload(client.await("data")).length;
        read += length;
        client.grant("credit", id, length + 64);
      }
      Nodes.await(written);
    }
  }

  @Test
  void bytesInFlightAreLimitedOverAllStreamsWhateverCreditThePluginGives() throws Exception {
    try (Client client = serving()) {
      List<Long> ids = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        write(world.open(), chance(MIB));
        ids.add(client.await("open").getLong("stream"));
      }
      for (long id : ids) {
        client.grant("accept", id, PLENTY);
      }
      Map<Long, Long> unreturned = new LinkedHashMap<>();
      while (sum(unreturned) < 262_144) {
        count(client.await("data"), unreturned);
      }
      client.text("{'type':'ping'}");
      for (JsonObject frame = client.next(); !"pong".equals(frame.getString("type")); frame = client.next()) {
        count(frame.getJsonObject("body"), unreturned); // at most a frame that each stream had asked for
      }
      assertTrue(sum(unreturned) <= 262_144 + 3 * (65_507 + 64), unreturned + " bytes");
      for (Map.Entry<Long, Long> each : unreturned.entrySet()) {
        client.grant("credit", each.getKey(), each.getValue());
      }
      client.await("data");
    }
  }

  private static void count(JsonObject data, Map<Long, Long> unreturned) {
    unreturned.merge(data.getLong("stream"), Client.payload(data).length + 64L, Long::sum);
  }

  private static long sum(Map<Long, Long> bytes) {
    return bytes.values().stream().mapToLong(Long::longValue).sum();
  }

  @Test
  void whenTheProcessIsKilledItsStreamsAreResetAndItsProtocolIsGone() throws Exception {
    Client client = serving();
    assertTrue(world.serves(World.PROTOCOL));
    Stream open = world.open();
    client.grant("accept", client.await("open").getLong("stream"), PLENTY);
    Stream offered = world.open();
    client.await("open");
    Future<String> first = world.end(open);
    Future<String> second = world.end(offered);
    client.kill();
    assertEquals("RESET_BY_PEER", Nodes.await(first));
    assertEquals("RESET_BY_PEER", Nodes.await(second));
    Nodes.eventually(world.node, "the protocol is withdrawn", () -> !world.serves(World.PROTOCOL));
    try (Client again = serving()) {
      assertTrue(world.serves(World.PROTOCOL), "the name and the protocol are free again");
    }
  }

  @Test
  void thePeersAreToldOfWhatComesAndGoes() throws Exception {
    CountDownLatch came = new CountDownLatch(1);
    CountDownLatch went = new CountDownLatch(1);
    Nodes.await(world.vertx.eventBus().<JsonObject>consumer("peerbus.n.events", message -> {
      JsonObject event = message.body();
      if ("protocolsChanged".equals(event.getString("event"))) {
        (event.getJsonArray("protocols").contains(World.PROTOCOL) ? came : went).countDown();
      }
    }).completion());
    Client client = serving();
    assertTrue(came.await(Nodes.PATIENCE_SECONDS, TimeUnit.SECONDS));
    client.kill();
    assertTrue(went.await(Nodes.PATIENCE_SECONDS, TimeUnit.SECONDS), "identify pushes on this event");
  }

  @Test
  void aPluginBeyondItsCreditLosesTheStreamAndNoMore() throws Exception {
    try (Client client = serving()) {
      Stream stream = world.open(); // the peer reads nothing
      long id = client.await("open").getLong("stream");
      client.grant("accept", id, PLENTY);
      Future<String> end = world.end(stream);
      for (int i = 0; i < 64; i++) {
        client.data(id, chance(65_507));
      }
      JsonObject reset = client.await("reset");
      assertTrue(reset.getString("message").contains("more than its credit"), reset.encode());
      assertEquals("RESET_BY_PEER", Nodes.await(end));
      assertTrue(client.control(new JsonObject().put("op", "info")).containsKey("id"), "the connection goes on");
    }
  }

  @Test
  void creditThatWasNotSpentIsNotTakenBack() throws Exception {
    try (Client client = serving()) {
      world.open();
      long id = client.await("open").getLong("stream");
      client.grant("accept", id, 10);
      client.grant("credit", id, 5);
      assertTrue(client.await("reset").getString("message").contains("credit"));
    }
  }

  @Test
  void moreStreamsThanTheBudgetAreRefusedByName() throws Exception {
    world.peer.on(() -> world.peer.host().handle("/echo", stream -> stream.pipeTo(stream)));
    try (Client client = world.attached("a")) {
      for (int i = 0; i < 4; i++) {
        open(client, 2 * i + 1, "/echo", PLENTY);
        client.await("accept");
      }
      open(client, 99, "/echo", PLENTY);
      assertTrue(client.await("reset").getString("message").contains("4 streams (budget.streams)"));
      client.grant("reset", 1, 0);
      Nodes.eventually(world.node, "the budget has room again", () -> {
        try {
          open(client, 101, "/echo", PLENTY);
          JsonObject frame = client.next().getJsonObject("body");
          return "accept".equals(frame.getString("kind"));
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      });
    }
  }

  @Test
  void aStreamIsTakenBackBeforeItIsThereAndReset() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    world.peer.on(() -> world.peer.host().handle("/slow", stream -> stream.closeHandler(v -> over.countDown())));
    try (Client client = world.attached("a")) {
      open(client, 1, "/slow", PLENTY);
      client.grant("reset", 1, 0);
      assertTrue(over.await(Nodes.PATIENCE_SECONDS, TimeUnit.SECONDS), "the peer's end is over");
    }
  }

  @Test
  void aBridgeThatIsUndeployedLeavesNothing() throws Exception {
    Client client = serving();
    Stream stream = world.open();
    client.grant("accept", client.await("open").getLong("stream"), PLENTY);
    Future<String> end = world.end(stream);
    world.undeployBridge();
    assertEquals("RESET_BY_PEER", Nodes.await(end));
    assertFalse(world.serves(World.PROTOCOL));
    client.close();
  }
}
