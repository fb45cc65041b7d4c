package io.peerbus.kademlia.verticle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.HostEvent;
import io.peerbus.api.PeerInfo;
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
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The plugin on real nodes over TCP on 127.0.0.1; identify is played by the test. */
@ExtendWith(VertxExtension.class)
class KademliaVerticleTest {

  private static final String KAD = "/ipfs/kad/1.0.0";
  private static final DeliveryOptions PATIENT = new DeliveryOptions().setSendTimeout(60_000);
  private static final byte[] CONTENT = {0x12, 0x20, 1, 2, 3};

  @TempDir
  private Path folder;
  /** Used on every event loop. */
  private final Map<PeerId, Multiaddr> listening = new ConcurrentHashMap<>();
  private final Set<PeerId> servers = ConcurrentHashMap.newKeySet();
  private Vertx vertx;

  @BeforeEach
  void take(Vertx vertx) {
    this.vertx = vertx;
  }

  private String deploy(String node, JsonObject settings) {
    JsonObject config = new JsonObject().put("node", node).put("plugin", "kademlia").put("settings", settings);
    return Nodes.await(vertx.deployVerticle(new KademliaVerticle(), new DeploymentOptions().setConfig(config)));
  }

  private Node node(String name, JsonObject settings) {
    Node node = bare(name);
    if (settings.getString("mode", "").equals("server")) {
      servers.add(node.host().id());
    }
    deploy(name, settings);
    return node;
  }

  /** Without the plugin. */
  private Node bare(String name) {
    Node node = Nodes.start(vertx, name);
    listening.put(node.host().id(), node.address().withoutPeerId());
    node.on(() -> Future.succeededFuture(node.host().events(event -> {
      if (event instanceof HostEvent.Connected connected) {
        identify(node, connected);
      }
    })));
    return node;
  }

  private Node rawConnectedTo(Node server) {
    Node raw = bare("raw");
    Multiaddr address = server.address();
    raw.on(() -> raw.host().connect(address));
    return raw;
  }

  private List<Node> nodes(int count, JsonObject settings) {
    List<Node> nodes = IntStream.range(0, count).mapToObj(i -> node("node" + i, settings)).toList();
    for (int i = 1; i < count; i++) {
      ask(nodes.get(i), op("addPeers").put("addresses", new JsonArray().add(nodes.get(0).address().toString())));
    }
    for (Node node : nodes) {
      awaitTable(node, count - 1);
    }
    return nodes;
  }

  private JsonObject ask(Node node, JsonObject request) {
    return Nodes.await(
        vertx.eventBus().<JsonObject>request("peerbus." + node.name() + ".kademlia", request, PATIENT), 60).body();
  }

  private static JsonObject op(String op) {
    return new JsonObject().put("op", op);
  }

  private static JsonObject op(String op, byte[] key) {
    return op(op).put("key", Buffer.buffer(key));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void identify(Node node, HostEvent.Connected connected) {
    PeerId peer = connected.peer();
    List<String> protocols = List.of(servers.contains(peer) ? KAD : "/something/else");
    node.host().identified(new PeerInfo(peer, true, connected.inbound(), List.of(listening.get(peer)), protocols,
        "peerbus/test", ""));
  }

  private void awaitTable(Node node, int size) {
    Nodes.eventually(node, node.name() + " knows " + size,
        () -> ask(node, op("stats")).getInteger("tableSize") >= size);
  }

  private static JsonObject server() {
    return new JsonObject().put("mode", "server").put("strict", false);
  }

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
    assertRefused(nodes.get(0), Failure.BAD_REQUEST, "nothing validates the namespace /room/; there are [ipns, pk]",
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
  void withAFileRecordsAndProvidersAreThereAfterARestart() {
    JsonObject settings = server().put("file", folder.resolve("dht/one.db").toString());
    Node one = bare("node0");
    servers.add(one.host().id());
    String deployment = deploy("node0", settings);
    Node two = node("node1", server());
    ask(two, op("addPeers").put("addresses", new JsonArray().add(one.address().toString())));
    awaitTable(two, 1);
    awaitTable(one, 1);
    ask(two, op("put", utf8("theirs")).put("value", Buffer.buffer("v")));
    ask(two, op("provide", CONTENT));
    ask(one, op("put", utf8("ours")).put("value", Buffer.buffer("w")));
    Nodes.eventually(one, "the provider is stored", () -> ask(one, op("stats")).getInteger("providers") == 1);
    Nodes.await(vertx.undeploy(deployment));
    deploy("node0", settings);
    JsonObject stats = ask(one, op("stats"));
    assertEquals(1, stats.getInteger("records"));
    assertEquals(1, stats.getInteger("providers"));
    assertEquals(1, stats.getInteger("publications"));
    assertEquals("v", ask(one, op("get", utf8("theirs")).put("quorum", 1)).getBuffer("value").toString());
    JsonObject inUse = server().put("file", settings.getString("file"));
    bare("another");
    assertEquals(Failure.UNAVAILABLE,
        assertThrows(FailureException.class, () -> deploy("another", inUse)).failure());
  }

  @Test
  void peersToBeginWithComeFromTheSettingsByNameAndByAddress() {
    Node first = node("first", server());
    Node second = node("second", server());
    DnsServer dns = new DnsServer(vertx);
    dns.put("_dnsaddr.dht.example", "dnsaddr=" + first.address());
    JsonObject settings = server().put("dnsServer", dns.address()).put("bootstrap", new JsonArray()
        .add("/dnsaddr/dht.example").add("/dnsaddr/gone.example").add(second.address().withoutPeerId().toString()));
    awaitTable(node("third", settings), 2);
    assertEquals("kademlia: settings.bootstrap: multiaddr 'nonsense': it does not begin with a slash",
        assertThrows(FailureException.class, () -> node("fourth",
            server().put("bootstrap", new JsonArray().add("nonsense")))).getMessage());
    assertEquals("kademlia: settings.dnsServer: \"me\" is no ADDRESS:PORT such as 127.0.0.1:53",
        assertThrows(FailureException.class, () -> node("fifth", server().put("dnsServer", "me"))).getMessage());
  }

  /** A file without a folder lies in the one that the node gives the plugin. */
  @Test
  void aNewerVersionTakesTheFileAndTheProtocolOver() {
    Node one = bare("node0");
    servers.add(one.host().id());
    JsonObject config = new JsonObject().put("node", "node0").put("plugin", "kademlia")
        .put("folder", folder.resolve("state/kademlia").toString()).put("settings", server().put("file", "dht.mv"));
    String older = Nodes.await(
        vertx.deployVerticle(new KademliaVerticle(), new DeploymentOptions().setConfig(config)));
    ask(one, op("put", utf8("ours")).put("value", Buffer.buffer("w")));
    Nodes.await(vertx.deployVerticle(new KademliaVerticle(),
        new DeploymentOptions().setConfig(config.copy().put("replaces", true))));
    assertEquals("w", ask(one, op("get", utf8("ours")).put("quorum", 1)).getBuffer("value").toString());
    Nodes.await(vertx.undeploy(older));
    assertEquals("w", ask(one, op("get", utf8("ours")).put("quorum", 1)).getBuffer("value").toString());
    awaitTable(node("node1", server().put("bootstrap", new JsonArray().add(one.address().toString()))), 1);
    assertTrue(Files.exists(folder.resolve("state/kademlia/dht.mv")));
  }

  @Test
  void progressIsPublishedUnderThePluginsAddress() throws InterruptedException {
    List<Node> nodes = nodes(2, server());
    ask(nodes.get(0), op("provide", CONTENT));
    LinkedBlockingQueue<JsonObject> published = new LinkedBlockingQueue<>();
    Nodes.await(vertx.eventBus().<JsonObject>consumer("peerbus.node1.kademlia.mine.events",
        m -> published.add(m.body())).completion());
    ask(nodes.get(1), op("findProviders", CONTENT).put("progress", "mine"));
    assertEquals(nodes.get(0).host().id().toString(), published.poll(20, TimeUnit.SECONDS).getString("peer"));
    assertRefused(nodes.get(1), Failure.BAD_REQUEST, "progress: \"a.b\" is no name of up to 64 letters and digits",
        op("findProviders", CONTENT).put("progress", "a.b"));
  }

  @Test
  void twoDhtsInOneNodeKnowNothingOfEachOther() {
    Node node = node("node0", server());
    JsonObject config = new JsonObject().put("node", "node0").put("plugin", "kademlia-chat")
        .put("settings", server().put("protocol", "/my-chat/kad/1.0.0"));
    Nodes.await(vertx.deployVerticle(new KademliaVerticle(), new DeploymentOptions().setConfig(config)));
    assertTrue(node.on(node.host()::info).protocols().containsAll(List.of(KAD, "/my-chat/kad/1.0.0")));
    ask(node, op("put", utf8("key")).put("value", Buffer.buffer("value")));
    JsonObject other = Nodes.await(vertx.eventBus().<JsonObject>request("peerbus.node0.kademlia-chat", op("stats")))
        .body();
    assertEquals(0, other.getInteger("publications"));
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

  private void assertRefused(Node node, Failure failure, String message, JsonObject request) {
    ReplyException refused = assertThrows(ReplyException.class, () -> ask(node, request));
    assertEquals(message, refused.getMessage());
    assertEquals(failure.code(), refused.failureCode());
  }
}
