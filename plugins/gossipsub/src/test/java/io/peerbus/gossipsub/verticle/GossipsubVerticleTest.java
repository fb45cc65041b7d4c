package io.peerbus.gossipsub.verticle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.PeerInfo;
import io.peerbus.host.Nodes;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The plugin on real nodes over TCP on 127.0.0.1; identify is played by the test. */
@ExtendWith(VertxExtension.class)
class GossipsubVerticleTest {

  private static final String TOPIC = "universal-connectivity";

  private final Map<String, String> deployments = new LinkedHashMap<>();
  private final Map<String, LinkedBlockingQueue<JsonObject>> delivered = new LinkedHashMap<>();
  private final LinkedBlockingQueue<Integer> arrivals = new LinkedBlockingQueue<>();
  private Vertx vertx;

  @BeforeEach
  void take(Vertx vertx) {
    this.vertx = vertx;
  }

  private Node node(String name, JsonObject settings) {
    Node node = Nodes.start(vertx, name);
    deploy(name, settings);
    return node;
  }

  private Node node(String name) {
    return node(name, new JsonObject());
  }

  private void deploy(String name, JsonObject settings) {
    JsonObject config = new JsonObject().put("node", name).put("plugin", "gossipsub").put("settings", settings);
    deployments.put(name, Nodes.await(
        vertx.deployVerticle(new GossipsubVerticle(), new DeploymentOptions().setConfig(config))));
  }

  private JsonObject ask(String node, JsonObject request) {
    return Nodes.await(vertx.eventBus().<JsonObject>request("peerbus." + node + ".gossipsub", request)).body();
  }

  private static JsonObject op(String op, String topic) {
    return new JsonObject().put("op", op).put("topic", topic);
  }

  /** Subscribes, and keeps what comes. */
  private LinkedBlockingQueue<JsonObject> subscribe(String node, String topic) {
    LinkedBlockingQueue<JsonObject> messages = delivered.computeIfAbsent(node, n -> new LinkedBlockingQueue<>());
    String address = "test." + node + "." + topic;
    Nodes.await(vertx.eventBus().<JsonObject>consumer(address, message -> {
      messages.add(message.body());
      arrivals.add(1);
      message.reply(null);
    }).completion());
    ask(node, op("subscribe", topic).put("deliver", address));
    return messages;
  }

  private JsonObject publish(String node, String topic, byte[] data) {
    return ask(node, op("publish", topic).put("data", Buffer.buffer(data)));
  }

  private JsonObject publish(String node, String topic, String text) {
    return publish(node, topic, text.getBytes());
  }

  /** Connects, and tells the dialler what identify would tell; the listener learns of it by the stream it gets. */
  private static void connect(Node dialler, Node listener) {
    Multiaddr address = listener.address();
    dialler.on(() -> dialler.host().connect(address));
    identify(dialler, listener.host().id());
  }

  private static void identify(Node node, PeerId peer) {
    node.on(() -> node.host().identified(new PeerInfo(peer, true, false, List.of(),
        List.of("/meshsub/1.0.0", "/meshsub/1.1.0"), "peerbus/test", "")));
  }

  /** Waits until the node has so many peers in the mesh of the topic, by asking again and again. */
  private void awaitMesh(String node, String topic, int size) {
    until(node + " has " + size + " peers in its mesh",
        () -> ask(node, op("peers", topic)).getJsonArray("mesh").size() >= size);
  }

  /** Asks again and again; each question takes its turn behind the node's work. */
  private static void until(String what, BooleanSupplier isSo) {
    long began = System.nanoTime();
    while (!isSo.getAsBoolean()) {
      assertTrue(System.nanoTime() - began < TimeUnit.SECONDS.toNanos(Nodes.PATIENCE_SECONDS), what);
    }
  }

  private static String next(LinkedBlockingQueue<JsonObject> messages) throws InterruptedException {
    return new String(nextMessage(messages).getBinary("data"));
  }

  private static JsonObject nextMessage(LinkedBlockingQueue<JsonObject> messages) throws InterruptedException {
    JsonObject message = messages.poll(Nodes.PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertNotNull(message, "no message came");
    return message;
  }

  /** Applications, section 2F.3: kubo drops what does not grow, not even after a restart; js takes equals for one. */
  @Test
  void sequenceNumbersAreNanosecondsOfTheClockAndGrowAlsoAcrossARestart() throws Exception {
    Node a = node("a");
    Node b = node("b");
    subscribe("a", TOPIC);
    LinkedBlockingQueue<JsonObject> messages = subscribe("b", TOPIC);
    connect(b, a);
    awaitMesh("a", TOPIC, 1);
    Instant now = Instant.now();
    long last = (now.getEpochSecond() - 60) * 1_000_000_000L;
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 5; i++) {
        publish("a", TOPIC, "message " + round + i);
        JsonObject message = messages.poll(20, TimeUnit.SECONDS);
        assertNotNull(message, "message " + round + i + " did not arrive");
        byte[] bytes = message.getBuffer("seqno").getBytes();
        assertEquals(Long.BYTES, bytes.length);
        long seqno = ByteBuffer.wrap(bytes).getLong();
        assertTrue(seqno > last, seqno + " after " + last);
        last = seqno;
      }
      assertTrue(last < (now.getEpochSecond() + 600) * 1_000_000_000L, "of the next ten minutes: " + last);
      Nodes.await(vertx.undeploy(deployments.get("a")));
      deploy("a", new JsonObject());
      identify(a, b.host().id());
      awaitSubscriber("a", TOPIC);
    }
  }

  private void awaitSubscriber(String node, String topic) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (ask(node, op("peers", topic)).getJsonArray("peers").isEmpty()) {
      assertTrue(System.nanoTime() < end, node + " knows of no subscriber after 20 s");
    }
  }

  @Test
  void aMessageGoesFromOneNodeToTheOther() throws InterruptedException {
    Node alice = node("alice");
    Node bob = node("bob");
    subscribe("alice", TOPIC);
    LinkedBlockingQueue<JsonObject> bobs = subscribe("bob", TOPIC);
    connect(alice, bob);
    awaitMesh("alice", TOPIC, 1);
    JsonObject published = publish("alice", TOPIC, "hello");
    assertEquals(new JsonArray().add(bob.host().id().toString()), published.getJsonArray("peers"));
    assertEquals(1, published.getInteger("subscribers"));
    assertNull(published.getString("reason"));
    JsonObject message = nextMessage(bobs);
    assertEquals("hello", new String(message.getBinary("data")));
    assertEquals(TOPIC, message.getString("topic"));
    assertEquals(alice.host().id().toString(), message.getString("from"));
    assertEquals(alice.host().id().toString(), message.getString("receivedFrom"));
    assertEquals(published.getBuffer("id"), message.getBuffer("id"));
    assertEquals(8, message.getBinary("seqno").length);
    assertEquals(new JsonArray().add(TOPIC), ask("alice", new JsonObject().put("op", "topics")).getJsonArray("topics"));
    assertEquals(1, ask("bob", new JsonObject().put("op", "stats")).getInteger("accepted"));
  }

  @Test
  void theNodeSparesTheMeshAsLongAsItIsOne() {
    Node alice = node("alice");
    Node bob = node("bob");
    subscribe("alice", TOPIC);
    subscribe("bob", TOPIC);
    connect(alice, bob);
    awaitMesh("alice", TOPIC, 1);
    until("bob is protected", () -> isProtected("alice"));
    ask("alice", op("unsubscribe", TOPIC).put("deliver", "test.alice." + TOPIC));
    until("bob is protected no more", () -> !isProtected("alice"));
  }

  /** Whether the node would spare its only peer if it had too many. */
  private boolean isProtected(String node) {
    return Nodes.await(vertx.eventBus().<JsonObject>request("peerbus." + node + ".control",
        new JsonObject().put("op", "peers"))).body().getJsonArray("peers").getJsonObject(0).getBoolean("protected");
  }

  @Test
  void inAChainTheEndsHearEachOther() throws InterruptedException {
    Node alice = node("alice");
    Node bob = node("bob");
    Node carol = node("carol");
    for (String name : List.of("alice", "bob", "carol")) {
      subscribe(name, TOPIC);
    }
    connect(alice, bob);
    connect(carol, bob);
    awaitMesh("bob", TOPIC, 2);
    // Bob may have grafted them before they have heard that he subscribes.
    awaitMesh("alice", TOPIC, 1);
    awaitMesh("carol", TOPIC, 1);
    publish("alice", TOPIC, "from alice");
    assertEquals("from alice", next(delivered.get("carol")));
    publish("carol", TOPIC, "from carol");
    assertEquals("from carol", next(delivered.get("alice")));
  }

  @Test
  void aHundredMessagesOfEverySizeArriveWholeAndInOrder() throws InterruptedException {
    Node alice = node("alice");
    Node bob = node("bob");
    subscribe("alice", TOPIC);
    LinkedBlockingQueue<JsonObject> bobs = subscribe("bob", TOPIC);
    connect(bob, alice);
    awaitMesh("alice", TOPIC, 1);
    Random random = new Random(1);
    List<byte[]> sent = IntStream.range(0, 100).mapToObj(i -> {
      byte[] data = new byte[i == 99 ? 900_000 : 1 + i * 614];
      random.nextBytes(data);
      return data;
    }).toList();
    sent.forEach(data -> assertEquals(1, publish("alice", TOPIC, data).getJsonArray("peers").size()));
    for (byte[] data : sent) {
      JsonObject message = nextMessage(bobs);
      assertEquals(Buffer.buffer(data), message.getBuffer("data"));
    }
  }

  @Test
  void whoPublishesToNobodyIsToldWhy() {
    node("alice");
    assertEquals("no connected peer subscribes to " + TOPIC, publish("alice", TOPIC, "x").getString("reason"));
  }

  @Test
  void thirtyNodesThatDialThreeOthersHearEverythingOnce() throws InterruptedException {
    List<String> names = IntStream.range(0, 30).mapToObj(i -> "node" + i).toList();
    List<Node> nodes = names.stream().map(this::node).toList();
    names.forEach(name -> subscribe(name, TOPIC));
    Random random = new Random(7);
    for (int i = 0; i < nodes.size(); i++) {
      Set<Integer> others = new TreeSet<>();
      while (others.size() < 3) {
        others.add((i + 1 + random.nextInt(nodes.size() - 1)) % nodes.size());
      }
      for (int other : others) {
        connect(nodes.get(i), nodes.get(other));
      }
    }
    names.forEach(name -> awaitMesh(name, TOPIC, 3));
    arrivals.clear();
    for (int i = 0; i < 30; i++) {
      publish(names.get(i), TOPIC, "message " + i);
    }
    for (int i = 0; i < 30 * 29; i++) {
      assertNotNull(arrivals.poll(Nodes.PATIENCE_SECONDS, TimeUnit.SECONDS), "only " + i + " of " + 30 * 29 + " arrived");
    }
    for (String name : names) {
      Set<String> texts = new TreeSet<>();
      delivered.get(name).forEach(message -> texts.add(new String(message.getBinary("data"))));
      assertEquals(29, delivered.get(name).size(), name);
      assertEquals(29, texts.size(), name);
    }
  }

  @Test
  void aReplacedPluginMeetsItsPeersAgain() throws InterruptedException {
    Node alice = node("alice");
    Node bob = node("bob");
    subscribe("alice", TOPIC);
    LinkedBlockingQueue<JsonObject> bobs = subscribe("bob", TOPIC);
    connect(alice, bob);
    awaitMesh("alice", TOPIC, 1);
    Nodes.await(vertx.undeploy(deployments.get("bob")));
    deploy("bob", new JsonObject());
    ask("bob", op("subscribe", TOPIC).put("deliver", "test.bob." + TOPIC));
    identify(alice, bob.host().id());
    until("bob hears alice", () -> {
      publish("alice", TOPIC, "again"); // lost as long as nobody is there, or the stream is the old one
      return !bobs.isEmpty();
    });
    assertEquals("again", next(bobs));
  }

  @Test
  void leavingATopicIsToldToPeers() {
    Node alice = node("alice");
    Node bob = node("bob");
    subscribe("alice", TOPIC);
    subscribe("bob", TOPIC);
    connect(alice, bob);
    awaitMesh("alice", TOPIC, 1);
    ask("bob", op("unsubscribe", TOPIC).put("deliver", "test.bob." + TOPIC));
    assertEquals(new JsonArray(), ask("bob", new JsonObject().put("op", "topics")).getJsonArray("topics"));
    until("alice knows that bob has left", () -> ask("alice", op("peers", TOPIC)).getJsonArray("peers").isEmpty());
  }

  @Test
  void requestsThatAreWrongAreAnsweredWithWhatIsWrong() {
    node("alice");
    assertRefused("op: missing, empty or no text", new JsonObject());
    assertRefused("op \"shout\": unknown; there are subscribe, unsubscribe, publish, peers, topics, stats",
        new JsonObject().put("op", "shout"));
    assertRefused("topic: missing, empty or no text", new JsonObject().put("op", "peers"));
    assertRefused("topic: missing, empty or no text", new JsonObject().put("op", "peers").put("topic", 5));
    assertRefused("topic of 2000 bytes: the most is 1024", op("peers", "t".repeat(2000)));
    assertRefused("deliver: missing, empty or no text", op("subscribe", TOPIC));
    assertRefused("data: missing", op("publish", TOPIC));
    assertRefused("data: not the base64url text of bytes", op("publish", TOPIC).put("data", "no base64!"));
    assertRefused("data: not the base64url text of bytes", op("publish", TOPIC).put("data", 5));
    assertRefused("message of 2000000 bytes: the most is 1047360",
        op("publish", TOPIC).put("data", Buffer.buffer(new byte[2_000_000])));
  }

  private void assertRefused(String message, JsonObject request) {
    ReplyException refused = assertThrows(ReplyException.class, () -> ask("alice", request));
    assertEquals(Failure.BAD_REQUEST.code(), refused.failureCode());
    assertEquals(message, refused.getMessage());
  }

  @Test
  void settingsThatAreWrongFailTheDeployment() {
    Nodes.start(vertx, "alice");
    FailureException failure = assertThrows(FailureException.class,
        () -> deploy("alice", new JsonObject().put("d", "six")));
    assertEquals("gossipsub: settings.d: \"six\" is no whole number of 32 bits", failure.getMessage());
  }
}
