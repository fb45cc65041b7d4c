package io.peerbus.chat.verticle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.HostEvent;
import io.peerbus.gossipsub.verticle.GossipsubVerticle;
import io.peerbus.host.Nodes;
import io.peerbus.host.Nodes.Node;
import io.peerbus.identify.verticle.IdentifyVerticle;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.ping.verticle.PingVerticle;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Three nodes chat, all at once and all the time; two of them reach each other through the third only, whose plugins
 * are replaced under way. Nobody is to notice.
 */
@ExtendWith(VertxExtension.class)
@Timeout(300)
class ReplacementsTest {

  /** Of each plugin in a row. */
  private static final int TIMES = Integer.getInteger("peerbus.replacements", 20);

  private static final Map<String, Supplier<Deployable>> PLUGINS = new LinkedHashMap<>();

  static {
    PLUGINS.put("identify", IdentifyVerticle::new);
    PLUGINS.put("ping", PingVerticle::new);
    PLUGINS.put("gossipsub", GossipsubVerticle::new);
    PLUGINS.put("chat", ChatVerticle::new);
  }

  private final Map<String, List<String>> lines = new ConcurrentHashMap<>();
  private final Map<String, String> deployed = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> said = new ConcurrentHashMap<>();
  private final List<String> problems = new CopyOnWriteArrayList<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger answered = new AtomicInteger();
  private final List<Node> nodes = new ArrayList<>();
  private Vertx vertx;

  @BeforeEach
  void startNodes(Vertx vertx) {
    this.vertx = vertx;
    for (String name : List.of("hub", "left", "right")) {
      Node node = Nodes.start(vertx, name);
      nodes.add(node);
      lines.put(name, new CopyOnWriteArrayList<>());
      vertx.eventBus().<JsonObject>consumer("peerbus." + name + ".chat.lines",
          message -> lines.get(name).add(message.body().getString("line")));
      for (String plugin : PLUGINS.keySet()) {
        deployed.put(name + plugin, deploy(name, plugin, false, ThreadingModel.EVENT_LOOP));
      }
    }
    Node hub = nodes.get(0);
    Multiaddr address = hub.address();
    for (Node node : nodes.subList(1, 3)) {
      node.on(() -> node.host().connect(address));
    }
    Nodes.eventually(hub, "the mesh is complete", () -> mesh("hub") == 2 && mesh("left") == 1 && mesh("right") == 1);
    Nodes.eventually(hub, "all are identified", () -> knows(hub, 1) && knows(hub, 2) && knows(nodes.get(1), 0));
    Nodes.eventually(hub, "all are shown", () -> lines.get("hub").size() == 5);
    nodes.forEach(node -> node.on(() -> {
      node.host().events(event -> {
        if (event instanceof HostEvent.Disconnected down) {
          problems.add(node.name() + ": " + down);
        }
      });
      return Future.succeededFuture();
    }));
  }

  private String deploy(String node, String plugin, boolean replaces, ThreadingModel threads) {
    JsonObject settings = plugin.equals("chat") ? new JsonObject().put("intro", false) : new JsonObject();
    JsonObject config = new JsonObject()
        .put("node", node).put("plugin", plugin).put("replaces", replaces).put("settings", settings);
    return Nodes.await(vertx.deployVerticle(PLUGINS.get(plugin).get(),
        new DeploymentOptions().setConfig(config).setThreadingModel(threads)));
  }

  private void replace(String node, String plugin, ThreadingModel threads) {
    String newer = deploy(node, plugin, true, threads);
    Nodes.await(vertx.undeploy(deployed.put(node + plugin, newer)));
  }

  private JsonObject ask(String address, JsonObject request) {
    return Nodes.await(vertx.eventBus().<JsonObject>request("peerbus." + address, request)).body();
  }

  private int mesh(String node) {
    return ask(node + ".gossipsub", new JsonObject().put("op", "peers").put("topic", "universal-connectivity"))
        .getJsonArray("mesh").size();
  }

  private boolean knows(Node node, int other) {
    return !node.on(() -> node.host().peer(nodes.get(other).host().id())).protocols().isEmpty();
  }

  /** Each node says one line after the other, as fast as the answers come but no faster than its timer. */
  private List<Long> talk() {
    List<Long> timers = new ArrayList<>();
    for (Node node : nodes) {
      AtomicInteger count = said.computeIfAbsent(node.name(), n -> new AtomicInteger());
      timers.add(oneAfterTheOther(4, () -> request(node.name() + ".chat",
          new JsonObject().put("op", "say").put("text", node.name() + " " + count.incrementAndGet()))));
    }
    for (String[] pair : new String[][] {{"left", "0"}, {"hub", "1"}}) {
      String peer = nodes.get(Integer.parseInt(pair[1])).host().id().toString();
      timers.add(oneAfterTheOther(5, () -> request(pair[0] + ".ping",
          new JsonObject().put("op", "ping").put("peer", peer))));
    }
    return timers;
  }

  private long oneAfterTheOther(long millis, Supplier<Future<?>> request) {
    AtomicInteger waiting = new AtomicInteger();
    return vertx.setPeriodic(millis, id -> {
      if (waiting.compareAndSet(0, 1)) {
        request.get().onComplete(done -> waiting.set(0));
      }
    });
  }

  private Future<?> request(String address, JsonObject request) {
    asked.incrementAndGet();
    return vertx.eventBus().<JsonObject>request("peerbus." + address, request).onComplete(reply -> {
      if (reply.failed() || reply.result().body().getInteger("lost", 0) > 0) {
        problems.add(address + " " + request + ": " + (reply.failed() ? reply.cause() : reply.result().body()));
      }
      answered.incrementAndGet();
    });
  }

  private void stop(List<Long> timers) {
    Nodes.eventually(nodes.get(0), "all were talking", () ->
        nodes.stream().allMatch(node -> said.get(node.name()).get() > TIMES));
    timers.forEach(vertx::cancelTimer);
    Nodes.eventually(nodes.get(0), "all requests are answered", () -> answered.get() == asked.get());
    Nodes.eventually(nodes.get(0), "all is heard", () -> nodes.stream().allMatch(node ->
        heard(node.name()).size() >= expected(node.name()) || !problems.isEmpty()));
    assertEquals(List.of(), problems);
    for (Node node : nodes) {
      List<String> heard = heard(node.name());
      assertEquals(expected(node.name()), heard.size(), node.name());
      assertEquals(heard.size(), heard.stream().distinct().count(), node.name());
    }
  }

  private long expected(String name) {
    return said.entrySet().stream().filter(each -> !each.getKey().equals(name)).mapToInt(each -> each.getValue().get())
        .sum();
  }

  private List<String> heard(String name) {
    return lines.get(name).stream().filter(line -> line.startsWith("Received")).toList();
  }

  private void replaceAll(List<String> plugins) {
    List<Long> timers = talk();
    ThreadingModel[] threads = {ThreadingModel.EVENT_LOOP, ThreadingModel.WORKER};
    for (int i = 0; i < TIMES; i++) {
      for (String plugin : plugins) {
        replace("hub", plugin, threads[i % 7 == 6 ? 1 : 0]);
        assertEquals(List.of(), problems, plugin + " " + i);
        assertTrue(knows(nodes.get(0), 1) && knows(nodes.get(1), 0), "a peer is identified all the time");
      }
    }
    stop(timers);
    List<String> others = new ArrayList<>(lines.get("hub"));
    others.removeIf(line -> line.startsWith("Received"));
    assertEquals(5, others.size(), others::toString);
  }

  @Test
  void gossipsubIsReplacedInARow() {
    replaceAll(List.of("gossipsub"));
  }

  @Test
  void chatIsReplacedInARow() {
    replaceAll(List.of("chat"));
  }

  @Test
  void identifyAndPingAreReplacedInARow() {
    replaceAll(List.of("identify", "ping"));
  }

  @Test
  void allAreReplacedInTurn() {
    replaceAll(List.copyOf(PLUGINS.keySet()));
  }

  @Test
  void theOthersReplaceTheirsAsWell() {
    List<Long> timers = talk();
    for (int i = 0; i < TIMES; i++) {
      for (String plugin : List.of("gossipsub", "chat")) {
        replace(nodes.get(i % 3).name(), plugin, ThreadingModel.EVENT_LOOP);
      }
    }
    stop(timers);
  }

  @Test
  void aGossipsubThatCrashedGetsItsSubscribersBack() {
    Nodes.await(vertx.undeploy(deployed.get("hubgossipsub")));
    assertFalse(lines.get("hub").isEmpty());
    deployed.put("hubgossipsub", deploy("hub", "gossipsub", false, ThreadingModel.EVENT_LOOP));
    Nodes.eventually(nodes.get(0), "the mesh is complete again", () -> mesh("hub") == 2);
    ask("left.chat", new JsonObject().put("op", "say").put("text", "again"));
    Nodes.eventually(nodes.get(0), "it is heard", () -> heard("hub").size() == 1 && heard("right").size() == 1);
  }
}
