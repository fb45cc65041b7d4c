package io.peerbus.kademlia.verticle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.Stream;
import io.peerbus.host.Nodes;
import io.peerbus.host.Nodes.Node;
import io.peerbus.kademlia.KademliaLimits;
import io.peerbus.kademlia.Key;
import io.peerbus.kademlia.Message;
import io.peerbus.kademlia.MessageFramer;
import io.peerbus.kademlia.MessageWriter;
import io.peerbus.kademlia.ValueRecord;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the plugin does for the others of its node, and for peers. */
class KademliaVerticleTest extends DhtOnNodes {

  @Test
  void whatOneNodePutsTheOtherGets() {
    List<Node> nodes = nodes(2, server());
    byte[] key = Key.of(utf8("py-libp2p kademlia example value")).toBytes();
    JsonObject put = ask(nodes.get(0), op("put", key).put("value", Buffer.buffer("Hello message from Paschal")));
    assertEquals(new JsonArray().add(nodes.get(1).host().id().toString()), put.getJsonArray("peers"));
    assertEquals(0, put.getInteger("failed"));
    JsonObject got = ask(nodes.get(1), op("get", key).put("quorum", 1));
    assertEquals("Hello message from Paschal", got.getBuffer("value").toString());
    assertEquals(Buffer.buffer(key), got.getBuffer("key"));
    assertEquals(1, ask(nodes.get(0), op("stats")).getInteger("publications"));
  }

  @Test
  void theNodeKnowsWhatThePeersOfTheTableAreWorth() {
    Node node = nodes(3, server()).get(0);
    Nodes.eventually(node, "both peers are worth something", () -> Nodes.await(vertx.eventBus()
        .<JsonObject>request("peerbus.node0.control", op("peers"))).body().getJsonArray("peers").stream()
        .map(JsonObject.class::cast)
        .filter(peer -> peer.getBoolean("protected") != (peer.getInteger("worth") == TableWorth.VALUE)).count() == 2);
  }

  @Test
  void whatOneNodeProvidesTheOtherFindsWithItsAddresses() throws InterruptedException {
    List<Node> nodes = nodes(3, server());
    assertEquals(2, ask(nodes.get(0), op("provide", CONTENT)).getJsonArray("peers").size());
    LinkedBlockingQueue<JsonObject> delivered = new LinkedBlockingQueue<>();
    Nodes.await(vertx.eventBus().<JsonObject>consumer("test.found", m -> delivered.add(m.body())).completion());
    JsonObject found = ask(nodes.get(2), op("findProviders", CONTENT).put("deliver", "test.found").put("count", 1));
    JsonObject provider = found.getJsonArray("peers").getJsonObject(0);
    assertEquals(nodes.get(0).host().id().toString(), provider.getString("peer"));
    assertEquals(nodes.get(0).address().withoutPeerId().toString(), provider.getJsonArray("addresses").getString(0));
    assertEquals(provider.getString("peer"), delivered.poll(20, TimeUnit.SECONDS).getString("peer"));
    assertTrue(ask(nodes.get(0), op("unprovide", CONTENT)).getBoolean("was"));
    assertFalse(ask(nodes.get(0), op("unprovide", CONTENT)).getBoolean("was"));
  }

  @Test
  void inTwelveNodesTheTrulyNearestAreFoundAndAPeerByItsName() {
    List<Node> nodes = nodes(12, server());
    byte[] key = utf8("a key");
    List<String> expected = nodes.stream().skip(1).map(node -> node.host().id())
        .sorted(Comparator.comparing(Key::of, Key.of(key).byDistance())).map(PeerId::toString).toList();
    // Each finds its place in its own time.
    Nodes.eventually(nodes.get(0), "the nearest are " + expected,
        () -> peers(ask(nodes.get(0), op("closestPeers", key))).equals(expected));
    JsonObject closest = ask(nodes.get(0), op("closestPeers", key).put("trace", true));
    JsonObject hop = closest.getJsonArray("trace").getJsonObject(0);
    assertEquals("answered", hop.getString("state"));
    assertTrue(hop.getDouble("tookMillis") >= 0);
    PeerId last = nodes.get(11).host().id();
    JsonObject found = ask(nodes.get(3), op("findPeer").put("peer", last.toString()));
    assertEquals(List.of(last.toString()), peers(found));
    assertEquals(1, found.getJsonArray("peers").getJsonObject(0).getJsonArray("addresses").size());
  }

  private static List<String> peers(JsonObject answer) {
    List<String> peers = new ArrayList<>();
    answer.getJsonArray("peers").forEach(each -> peers.add(((JsonObject) each).getString("peer")));
    return peers;
  }

  @Test
  void aPublicKeyIsKeptAndAnythingElseUnderItsNameIsNot() {
    List<Node> nodes = nodes(2, new JsonObject().put("mode", "server"));
    Node node = nodes.get(0);
    byte[] publicKey = node.on(node.host()::info).publicKey().getBytes();
    byte[] id = node.host().id().toBytes();
    byte[] key = ByteBuffer.allocate(4 + id.length).put(utf8("/pk/")).put(id).array();
    assertEquals(1, ask(node, op("put", key).put("value", Buffer.buffer(publicKey))).getJsonArray("peers").size());
    JsonObject got = ask(nodes.get(1), op("get", key).put("quorum", 1));
    assertArrayEquals(publicKey, got.getBinary("value"));
    assertRefused(node, Failure.BAD_REQUEST, "the key has no namespace: make it /namespace/name with one of "
        + "[ipns, pk], or set \"strict\" to false", op("put", utf8("bare")).put("value", Buffer.buffer("x")));
    assertRefused(node, Failure.BAD_REQUEST, "/pk/: key has no type", op("put", key).put("value", Buffer.buffer("")));
  }

  @Test
  void anotherPluginJudgesItsNamespace() {
    List<Node> nodes = nodes(2, new JsonObject().put("mode", "server"));
    Nodes.await(vertx.eventBus().<JsonObject>consumer("test.judge", question -> {
      Buffer value = question.body().getBuffer("value");
      question.reply(value.length() == 0 ? new JsonObject().put("valid", false).put("reason", "it is empty")
          : new JsonObject().put("valid", true).put("rank", value));
    }).completion());
    for (Node node : nodes) {
      ask(node, op("validate").put("namespace", "room").put("address", "test.judge"));
    }
    byte[] key = utf8("/room/7");
    ask(nodes.get(0), op("put", key).put("value", Buffer.buffer("b")));
    assertRefused(nodes.get(1), Failure.BAD_REQUEST, "it is empty", op("put", key).put("value", Buffer.buffer("")));
    assertRefused(nodes.get(1), Failure.BAD_REQUEST, "a newer record is known here already",
        op("put", key).put("value", Buffer.buffer("a")));
    ask(nodes.get(1), op("put", key).put("value", Buffer.buffer("c")));
    assertEquals("c", ask(nodes.get(0), op("get", key).put("quorum", 2)).getBuffer("value").toString());
    ask(nodes.get(0), op("validate").put("namespace", "room"));
    assertRefused(nodes.get(0), Failure.BAD_REQUEST, "nothing validates the namespace /room/; there are [ipns, pk]: have a"
        + " plugin judge its records (op validate), or name it in \"openNamespaces\"",
        op("put", key).put("value", Buffer.buffer("d")));
  }

  @Test
  void whatIsNotThereIsNotFoundAndTheTraceSaysWhoWasAsked() {
    List<Node> nodes = nodes(2, server());
    assertRefused(nodes.get(0), Failure.NOT_FOUND, "no peer has a valid record", op("get", utf8("nothing")));
    assertRefused(nodes.get(0), Failure.NOT_FOUND, "no peer knows a provider", op("findProviders", utf8("nothing")));
    JsonObject traced = ask(nodes.get(0), op("get", utf8("nothing")).put("trace", true));
    assertEquals("no peer has a valid record", traced.getString("notFound"));
    assertEquals(nodes.get(1).host().id().toString(), traced.getJsonArray("trace").getJsonObject(0).getString("peer"));
  }

  @Test
  void aClientIsServedAndServesNobody() {
    List<Node> nodes = nodes(1, server());
    Node client = node("client", new JsonObject().put("mode", "client").put("strict", false));
    ask(client, op("addPeers").put("addresses", new JsonArray().add(nodes.get(0).address().toString())));
    awaitTable(client, 1);
    assertEquals(new JsonObject().put("mode", "client").put("serving", false), ask(client, op("mode")));
    ask(client, op("put", utf8("key")).put("value", Buffer.buffer("value")));
    assertEquals("value", ask(nodes.get(0), op("get", utf8("key"))).getBuffer("value").toString());
    assertFalse(client.on(client.host()::info).protocols().contains(KAD));
    assertTrue(nodes.get(0).on(nodes.get(0).host()::info).protocols().contains(KAD));
  }

  @Test
  void aStreamServesManyRequestsAndIsKeptForThem() {
    List<Node> nodes = nodes(2, server());
    for (int i = 0; i < 20; i++) {
      ask(nodes.get(0), op("closestPeers", utf8("key " + i)));
    }
    JsonObject served = ask(nodes.get(1), op("stats"));
    assertTrue(served.getInteger("requestsServed") >= 20);
    assertTrue(served.getInteger("inboundStreams") <= 2, served.encode());
    assertTrue(ask(nodes.get(0), op("stats")).getInteger("outboundStreams") <= 2);
  }

  /** As js and py do: one request a stream, and its end at once. */
  @Test
  void aStreamThatEndsWithItsRequestGetsItsAnswerAndAWrongOneIsReset() throws Exception {
    Node server = nodes(1, server()).get(0);
    Node raw = rawConnectedTo(server);
    Message put = Message.putValue(new ValueRecord(utf8("k"), utf8("v")));
    Message echo = answer(raw, server, Buffer.buffer(MessageWriter.write(put, 1000)));
    assertEquals(put.record(), echo.record());
    LinkedBlockingQueue<FailureException> reset = new LinkedBlockingQueue<>();
    raw.on(() -> raw.host().open(server.host().id(), KAD).compose(stream -> {
      stream.resetHandler(reset::add);
      return stream.write(Buffer.buffer(new byte[] {3, 8, 99, 0}));
    }));
    assertNotNull(reset.poll(20, TimeUnit.SECONDS), "a message of an unknown type is no message");
  }

  private static Message answer(Node from, Node to, Buffer request) throws Exception {
    LinkedBlockingQueue<byte[]> answers = new LinkedBlockingQueue<>();
    MessageFramer framer = new MessageFramer(1 << 20);
    from.on(() -> from.host().open(to.host().id(), KAD).compose(stream -> {
      stream.handler(data -> {
        try {
          answers.add(framer.next(ByteBuffer.wrap(data.getBytes())));
        } catch (FormatException e) {
          throw new AssertionError(e);
        }
      });
      stream.write(request);
      return stream.end();
    }));
    byte[] answer = answers.poll(20, TimeUnit.SECONDS);
    assertNotNull(answer, "no answer within 20 s");
    return Message.read(answer, new KademliaLimits());
  }

  @Test
  void oneWhoTricklesOrSaysNothingLosesItsStream() throws InterruptedException {
    Node server = nodes(1, server().put("idleTimeoutMillis", 200).put("messageTimeoutMillis", 200)
        .put("maxStreamsPerPeer", 2)).get(0);
    Node raw = rawConnectedTo(server);
    LinkedBlockingQueue<FailureException> reset = new LinkedBlockingQueue<>();
    for (byte[] start : List.of(new byte[] {50, 8}, new byte[] {(byte) 0x80})) {
      Stream stream = raw.on(() -> raw.host().open(server.host().id(), KAD));
      raw.context().runOnContext(v -> {
        stream.resetHandler(reset::add);
        stream.write(Buffer.buffer(start));
      });
    }
    assertNotNull(reset.poll(20, TimeUnit.SECONDS));
    assertNotNull(reset.poll(20, TimeUnit.SECONDS));
    for (int i = 0; i < 3; i++) {
      Stream stream = raw.on(() -> raw.host().open(server.host().id(), KAD));
      raw.context().runOnContext(v -> stream.resetHandler(reset::add));
    }
    for (int i = 0; i < 3; i++) {
      assertNotNull(reset.poll(20, TimeUnit.SECONDS), "two are idle for too long, the third is one too many");
    }
    assertEquals(0, ask(server, op("stats")).getInteger("inboundStreams"));
  }

  @Test
  void requestsThatAreWrongAreAnsweredWithWhatIsWrong() {
    Node node = node("node0", server());
    assertRefused(node, Failure.BAD_REQUEST, "op: missing, empty or no text", new JsonObject());
    assertRefused(node, Failure.BAD_REQUEST, "op \"shout\": unknown; there are put, unput, get, provide, unprovide, "
        + "findProviders, findPeer, closestPeers, addPeers, validate, routingTable, mode, stats", op("shout"));
    assertRefused(node, Failure.BAD_REQUEST, "key: missing", op("get"));
    assertRefused(node, Failure.BAD_REQUEST, "key: not the base64url text of bytes",
        op("get").put("key", "no base64!"));
    assertRefused(node, Failure.BAD_REQUEST, "value: missing", op("put", utf8("k")));
    assertRefused(node, Failure.BAD_REQUEST, "quorum: 0 is no whole number from 1 to 1000",
        op("get", utf8("k")).put("quorum", 0));
    assertRefused(node, Failure.BAD_REQUEST, "addresses: missing or no list", op("addPeers"));
    assertRefused(node, Failure.BAD_REQUEST, "addresses: /ip4/1.2.3.4/tcp/1: it does not end in /p2p/<peer id>",
        op("addPeers").put("addresses", new JsonArray().add("/ip4/1.2.3.4/tcp/1")));
  }
}
