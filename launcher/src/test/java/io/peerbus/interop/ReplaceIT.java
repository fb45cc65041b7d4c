package io.peerbus.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.HostEvent;
import io.peerbus.crypto.KeyType;
import io.peerbus.host.HostOptions;
import io.peerbus.host.Nodes;
import io.peerbus.launcher.config.PluginConfig;
import io.peerbus.launcher.plugin.ClassMetadata;
import io.peerbus.launcher.plugin.HotNode;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/**
 * Peers of all implementations and more nodes of ours talk on one topic through one node, the hub, whose plugins are
 * replaced all the while: nobody is to lose a line, to get one twice, or to see a connection end.
 *
 * <p>{@code replace.rounds} says how often each plugin is replaced, {@code replace.nodes} how many nodes of ours there
 * are beside the hub.
 */
@Timeout(value = 48, unit = TimeUnit.HOURS) // the long run; what hangs is ended by the patience of each step
class ReplaceIT {

  private static final int ROUNDS = Math.max(4, Integer.getInteger("replace.rounds", 10));
  private static final int NODES = Integer.getInteger("replace.nodes", 5);
  private static final String TOPIC = "universal-connectivity";
  private static final List<String> PLUGINS = List.of("identify", "ping", "gossipsub", "chat");
  private static final String DELIVERY = "interop.hub.messages";

  /**
   * So many rounds the talk goes on before it is looked at and forgotten, or a long run would fill the memory; there
   * are two such sections at least.
   */
  private static final int SECTION = Math.max(1, Math.min(Integer.getInteger("replace.section", 25), (ROUNDS - 2) / 2));

  /** What the JDK may open or start on its own; one leak a round is more. */
  private static final int SLACK = 4;

  /** Timers of what is under way with each peer come and go. */
  private static final int TIMER_SLACK = 20 + NODES;

  /** The metaspace is flat: it takes no more than this in the second half of the run, however long that is. */
  private static final long METASPACE = 1 << 20;

  /** Of calls that are made late: what the JVM makes for those of a plugin it makes for each node. */
  private static final int LATE_CLASSES = 50 + 10 * NODES;

  @TempDir
  private Path path;
  private final Holdings holdings = new Holdings();
  private final Vertx vertx = holdings.vertx();
  private final Vertx others = Vertx.vertx();
  private final Map<String, ForeignPeer> peers = new LinkedHashMap<>();
  private final Map<String, LocalNode> nodes = new LinkedHashMap<>();
  private final Map<String, String> authors = new HashMap<>();
  private final Events<HostEvent> events = new Events<>();
  private final Events<JsonObject> messages = new Events<>();
  private final Events<String> lines = new Events<>();
  private HotNode hub;
  private Talk talk;

  @AfterEach
  void stop() throws Exception {
    if (talk != null) {
      talk.end();
    }
    peers.values().forEach(ForeignPeer::close);
    nodes.values().forEach(LocalNode::close);
    if (hub != null) {
      hub.stop();
    }
    Nodes.await(others.close());
    Nodes.await(vertx.close());
  }

  @Test
  void everybodyTalksOnWhileEachPluginIsReplacedAgainAndAgain() throws Exception {
    startPeers();
    startHub();
    startNodes();
    connect();
    talk = new Talk(speakers(), listeners());
    talk.begin(vertx);
    Map<String, Long> before = replaceAll(1, 2);
    Map<String, Long> after = before;
    List<ClassMetadata> sections = new ArrayList<>();
    for (int first = 3; first <= ROUNDS; first += SECTION) {
      if (first > 3) {
        forget();
        talk.goOn();
      }
      after = replaceAll(first, Math.min(ROUNDS, first + SECTION - 1));
      allIsHeardOnce();
      hub.awaitOldLoaders(); // so there is no timer either that a version has forgotten: it would hold its loader
      sections.add(ClassMetadata.now());
      System.out.println("interop: of classes there are " + sections.get(sections.size() - 1));
    }
    System.out.println("interop: " + ROUNDS + " rounds, lines said: " + talk.counts());
    nobodyLostAConnection();
    peers.values().forEach(this::stillServed);
    noClassIsLeft(sections);
    for (String what : before.keySet()) {
      int slack = what.equals(Holdings.TIMERS) ? TIMER_SLACK : SLACK;
      assertTrue(after.get(what) <= before.get(what) + slack,
          what + " after round 2: " + before + ", at the end: " + after);
    }
  }

  /** What the JVM holds of classes at the end, against the middle of the run. */
  private static void noClassIsLeft(List<ClassMetadata> sections) {
    int half = sections.size() / 2;
    ClassMetadata grown = sections.get(sections.size() - 1).since(sections.get(half - 1));
    System.out.println("interop: in the second half there came " + grown);
    int versions = (ROUNDS - 2 - half * SECTION) * PLUGINS.size();
    assertTrue(grown.classes() <= LATE_CLASSES + versions / 2, () -> "more in the second half: " + grown);
    assertTrue(grown.bytes() <= METASPACE || !ClassMetadata.isWithoutProfiles(),
        () -> "more in the second half: " + grown);
  }

  private void allIsHeardOnce() throws Exception {
    talk.end();
    talk.awaitAll(vertx);
    Nodes.await(vertx.timer(3_000).mapEmpty()); // time for what comes a second time
    assertEquals(List.of(), talk.problems());
    assertEquals(List.of(), talk.faults());
  }

  /** What comes a second time after this is a fault all the same: nobody expects it. */
  private void forget() {
    talk.forget();
    peers.values().forEach(peer -> peer.events().forget(ForeignPeer.isEvent("message")));
    nodes.values().forEach(node -> node.messages().forget(message -> true));
    messages.forget(message -> true);
    lines.forget(line -> true);
  }

  /** Those there are; a peer that is missing is missed as everywhere in the suite. */
  private void startPeers() {
    Peers found = new Peers();
    for (Language language : Language.chosen()) {
      try {
        Path executable = found.executable(language);
        Pairing pairing = new Pairing(language, Pairing.Role.LISTENS, KeyType.ED25519);
        peers.put(language.id(), ForeignPeer.start(executable, pairing));
      } catch (TestAbortedException e) {
        System.out.println("interop: ReplaceIT without a peer: " + e.getMessage());
      }
    }
    Assumptions.assumeFalse(peers.isEmpty(), "no foreign peer at all");
    peers.forEach((name, peer) -> authors.put(name, peer.id().toString()));
  }

  private void startHub() throws Exception {
    int degree = peers.size() + NODES;
    JsonObject gossip = new JsonObject()
        .put("d", Math.max(6, degree)).put("dhi", Math.max(12, 2 * degree)) // everybody is in its mesh
        .put("pacedMessages", 10_000); // the py peer runs without its guard
    JsonObject chat = new JsonObject().put("intro", false).put("format", "text");
    HostOptions options = new HostOptions().setNode("hub").setListen(List.of(Multiaddr.tcp("127.0.0.1", 0)));
    hub = HotNode.start(vertx, options, path.resolve("hub"), PLUGINS.stream().map(id -> {
      PluginConfig config = PluginConfig.of(id);
      return new PluginConfig(id, null, config.threading(), id.equals("gossipsub") ? gossip
          : id.equals("chat") ? chat : config.settings(), config.supervision());
    }).toList());
    authors.put("hub", hub.node().host().id().toString());
    hub.node().on(() -> {
      hub.node().host().events(events::add);
      return Future.succeededFuture();
    });
    Nodes.await(vertx.eventBus().<JsonObject>consumer("peerbus.hub.chat.lines",
        message -> lines.add(message.body().getString("line"))).completion());
    Nodes.await(vertx.eventBus().<JsonObject>consumer(DELIVERY, message -> {
      messages.add(message.body());
      message.reply(new JsonObject());
    }).completion());
    hub.ask("gossipsub", topic("subscribe").put("deliver", DELIVERY));
  }

  private void startNodes() throws Exception {
    for (int i = 1; i <= NODES; i++) {
      String name = "node" + i;
      LocalNode node = LocalNode.start(others, name, "ed25519", Files.createTempDirectory(path, name));
      node.subscribe(TOPIC);
      nodes.put(name, node);
      authors.put(name, node.id().toString());
    }
  }

  private static JsonObject topic(String op) {
    return new JsonObject().put("op", op).put("topic", TOPIC);
  }

  /** Go and js are dialled, the others dial. */
  private void connect() {
    String address = hub.node().address().toString();
    peers.forEach((name, peer) -> {
      peer.call("subscribe", new JsonObject().put("topic", TOPIC));
      if (List.of("go", "js").contains(name)) {
        hub.node().on(() -> hub.node().host().connect(peer.address().withPeerId(peer.id())));
      } else {
        peer.call("connect", new JsonObject().put("addr", address));
      }
      peer.events().await(0, ForeignPeer.isEvent("subscribed"), name + " is told of our subscription");
    });
    nodes.values().forEach(node -> node.on(host -> host.connect(hub.node().address())));
    nodes.values().forEach(node -> node.until("the hub is in its mesh",
        () -> node.isInMesh(TOPIC, hub.node().host().id())));
    long began = System.nanoTime();
    JsonArray mesh = new JsonArray();
    while (mesh.size() < authors.size() - 1) {
      assertTrue(System.nanoTime() - began < Events.PATIENCE.toNanos(), "not all are in the hub's mesh: " + mesh);
      Nodes.await(vertx.timer(50).mapEmpty());
      mesh = hub.ask("gossipsub", topic("peers")).getJsonArray("mesh");
    }
  }

  private List<Talk.Speaker> speakers() {
    List<Talk.Speaker> speakers = new ArrayList<>();
    speakers.add(new Talk.Speaker("hub", 50, line -> hub.request("gossipsub", topic("publish")
        .put("data", bytes(line))).toCompletionStage()));
    speakers.add(new Talk.Speaker("hub-chat", 50, line -> hub.request("chat",
        new JsonObject().put("op", "say").put("text", line)).toCompletionStage()));
    authors.put("hub-chat", authors.get("hub"));
    peers.forEach((name, peer) -> speakers.add(new Talk.Speaker(name, 200, line -> peer.request("publish",
        new JsonObject().put("topic", TOPIC).put("data", Base64.getEncoder().encodeToString(bytes(line)))))));
    nodes.forEach((name, node) -> speakers.add(new Talk.Speaker(name, 200 * Math.max(1, NODES / 5),
        line -> node.request("gossipsub", topic("publish").put("data", bytes(line))).toCompletionStage())));
    return speakers;
  }

  private static byte[] bytes(String line) {
    return line.getBytes(StandardCharsets.UTF_8);
  }

  private List<Talk.Listener> listeners() {
    List<Talk.Listener> listeners = new ArrayList<>();
    peers.forEach((name, peer) -> listeners.add(new Talk.Listener(name, List.of(name), () -> peer.events()
        .all(ForeignPeer.isEvent("message")).stream()
        .map(line -> line.getString("from") + " " + line.getString("sha256")).toList(), this::byAuthor)));
    nodes.forEach((name, node) -> listeners.add(new Talk.Listener(name, List.of(name), () -> traces(node.messages()),
        this::byAuthor)));
    List<String> own = List.of("hub", "hub-chat");
    String ours = authors.get("hub");
    listeners.add(new Talk.Listener("hub", own, () -> traces(messages).stream()
        .filter(trace -> !trace.startsWith(ours)).toList(), this::byAuthor));
    listeners.add(new Talk.Listener("the hub's chat", own, () -> lines.all(line -> line.startsWith("Received"))
        .stream().map(line -> beginning(line.substring(line.indexOf(": ") + 2))).toList(),
        (speaker, line) -> beginning(line)));
    return listeners;
  }

  private String byAuthor(String speaker, String line) {
    return authors.get(speaker) + " " + HexFormat.of().formatHex(Echo.sha256().digest(bytes(line)));
  }

  /** Who and the number: the chat does not show all of a long line. */
  private static String beginning(String line) {
    return line.substring(0, line.indexOf(" x"));
  }

  private static List<String> traces(Events<JsonObject> messages) {
    return messages.all(message -> true).stream().map(message -> message.getString("from") + " "
        + HexFormat.of().formatHex(Echo.sha256().digest(message.getBinary("data")))).toList();
  }

  /** One new version of each plugin a round. What is held after the last one. */
  private Map<String, Long> replaceAll(int first, int last) throws Exception {
    for (int round = first; round <= last; round++) {
      for (String id : PLUGINS) {
        hub.replace(id, "1." + round);
        assertEquals(List.of(), talk.problems(), id + " in round " + round);
        assertEquals(List.of(), hub.troubles(), id + " in round " + round);
      }
      PeerId pinged = new ArrayList<>(peers.values()).get(round % peers.size()).id();
      JsonObject pings = hub.ask("ping", new JsonObject().put("op", "ping").put("peer", pinged.toString())
          .put("count", 1));
      assertEquals(0, pings.getInteger("lost"), pings.encode());
    }
    Map<String, Long> held = holdings.count();
    System.out.println("interop: round " + last + " is over, held: " + held);
    return held;
  }

  private void nobodyLostAConnection() {
    assertEquals(List.of(), events.all(event -> event instanceof HostEvent.Disconnected), "the hub's events");
    assertEquals(peers.size() + nodes.size(), events.all(event -> event instanceof HostEvent.Connected).size());
    peers.forEach((name, peer) -> {
      assertEquals(List.of(), peer.events().all(ForeignPeer.isEvent("disconnected")), name);
      assertEquals(1, peer.events().all(ForeignPeer.isEvent("connected")).size(), name);
    });
    nodes.forEach((name, node) -> assertEquals(List.of(),
        node.events().all(event -> event instanceof HostEvent.Disconnected), name));
  }

  /** The last versions answer as the first ones did. */
  private void stillServed(ForeignPeer peer) {
    JsonObject us = new JsonObject().put("peer", authors.get("hub"));
    assertEquals("peerbus/0.1.0", peer.call("identify", us).getString("agent"));
    assertEquals(1, peer.call("ping", us.copy().put("count", 1)).getJsonArray("rttMicros").size());
  }
}
