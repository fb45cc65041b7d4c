package io.peerbus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole nodes in one Vert.x, with the plugins as the build packs them: what one says the others print. */
@Timeout(900)
class ChatNetworkIT {

  private static final int NODES = 30;
  private static final int DIALS = 3;
  private static final long THREE_HEARTBEATS = 3_000_000_000L;
  private static final long PATIENCE_MILLIS = 120_000;

  @TempDir
  private Path data;
  private final List<String> running = new ArrayList<>();
  private Vertx vertx;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
  }

  @AfterEach
  void stop() {
    running.forEach(node -> join(vertx.undeploy(node)));
    join(vertx.close());
  }

  private static <T> T join(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(120, TimeUnit.SECONDS).join();
  }

  /** A node and what it printed. */
  private final class ChatNode {
    final String name;
    final List<String> lines = new ArrayList<>();
    String deployment;
    String id;
    String address;

    ChatNode(String name) {
      this.name = name;
      vertx.eventBus().<JsonObject>consumer("peerbus." + name + ".chat.lines",
          message -> print(message.body().getString("line")));
    }

    synchronized void print(String line) {
      lines.add(line);
      notifyAll();
    }

    synchronized List<String> printed() {
      return List.copyOf(lines);
    }

    synchronized void await(String what, Predicate<List<String>> isSo) throws InterruptedException {
      long began = System.nanoTime();
      while (!isSo.test(lines)) {
        long left = PATIENCE_MILLIS - (System.nanoTime() - began) / 1_000_000;
        assertTrue(left > 0, name + " did not print " + what + ", but " + lines);
        wait(left);
      }
    }

    void await(String line) throws InterruptedException {
      await(line, printed -> printed.contains(line));
    }

    ChatNode deploy(boolean intro, List<String> connect) {
      JsonObject chat = new JsonObject().put("intro", intro).put("connect", new JsonArray(connect));
      JsonArray plugins = new JsonArray()
          .add(new JsonObject().put("id", "identify"))
          .add(new JsonObject().put("id", "ping"))
          .add(new JsonObject().put("id", "gossipsub"))
          .add(new JsonObject().put("id", "chat").put("settings", chat));
      deployment = join(vertx.deployVerticle("peerbus:node", new DeploymentOptions().setConfig(new JsonObject()
          .put("node", name)
          .put("data", data.resolve(name).toString())
          .put("pluginFolder", Path.of("target", "plugins").toAbsolutePath().toString())
          .put("listen", new JsonArray().add("/ip4/127.0.0.1/tcp/0"))
          .put("plugins", plugins))));
      running.add(deployment);
      JsonObject info = ask("control", new JsonObject().put("op", "info"));
      id = info.getString("id");
      address = info.getJsonArray("listenAddresses").getString(0);
      return this;
    }

    JsonObject ask(String plugin, JsonObject request) {
      return join(vertx.eventBus().<JsonObject>request("peerbus." + name + "." + plugin, request)).body();
    }

    void say(String text) {
      ask("chat", new JsonObject().put("op", "say").put("text", text));
    }

    int subscribersKnown() {
      return ask("gossipsub", new JsonObject().put("op", "peers").put("topic", "universal-connectivity"))
          .getJsonArray("peers").size();
    }

    int connections() {
      return ask("control", new JsonObject().put("op", "peers")).getJsonArray("peers").size();
    }

    String full() {
      return address + "/p2p/" + id;
    }
  }

  private static String received(ChatNode from, String text) {
    return "Received chat message from " + from.id.substring(0, 8) + ": " + text;
  }

  /** Each question waits for its turn behind what the node has to do. */
  private static void awaitSubscribers(List<ChatNode> nodes) {
    long began = System.nanoTime();
    for (ChatNode node : nodes) {
      while (node.subscribersKnown() < node.connections()) {
        assertTrue(System.nanoTime() - began < PATIENCE_MILLIS * 1_000_000, node.name + " does not know its peers' topics");
      }
    }
  }

  @Test
  void inAChainOfThreeTheLastReadsWhatTheFirstSaysAndEachPrintsTheLessonsLines() throws Exception {
    String hello = "Hello from the Universal Connectivity Workshop!";
    ChatNode a = new ChatNode("a").deploy(true, List.of());
    ChatNode b = new ChatNode("b").deploy(true, List.of(a.full()));
    a.await(received(b, hello));
    ChatNode c = new ChatNode("c").deploy(true, List.of(b.full()));
    a.await("two introductions", lines -> Collections.frequency(lines, received(b, hello)) == 2);
    awaitSubscribers(List.of(a, b, c));
    a.say("good morning");
    c.await(received(a, "good morning"));
    b.await(received(a, "good morning"));
    c.say("and to you");
    a.await(received(c, "and to you"));
    running.remove(c.deployment);
    join(vertx.undeploy(c.deployment));
    b.await("Connection to " + c.id + " closed");

    assertPrinted(a, "Connected to: " + b.id, received(b, hello), received(c, hello), received(c, "and to you"));
    assertPrinted(b, "Connected to: " + a.full(), "Connected to: " + a.id, "Connected to: " + c.id,
        received(c, hello), received(a, "good morning"), received(c, "and to you"),
        "Connection to " + c.id + " closed");
    assertPrinted(c, "Connected to: " + b.full(), "Connected to: " + b.id, received(a, "good morning"));
  }

  /** The median, for a machine that is busy elsewhere now and then. */
  @Test
  void aLineAppearsInTheOtherNodeWithinAHundredMilliseconds() throws Exception {
    ChatNode a = new ChatNode("a").deploy(false, List.of());
    ChatNode b = new ChatNode("b").deploy(false, List.of(a.full()));
    a.await("Connected to: " + b.id);
    b.await("Connected to: " + a.full());
    awaitSubscribers(List.of(a, b));
    List<Long> times = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      times.add(reachAll(a, List.of(b), "there " + i));
      times.add(reachAll(b, List.of(a), "back " + i));
    }
    Collections.sort(times);
    long median = times.get(times.size() / 2);
    assertTrue(median < 100_000_000, "half of the lines took " + median / 1_000_000 + " ms");
  }

  /** The lines of the start in order; then these, of which news of connections and messages come by different ways. */
  private static void assertPrinted(ChatNode node, String... lines) {
    List<String> printed = node.printed();
    assertEquals(List.of("Starting Universal Connectivity Application...", "Local peer id: " + node.id,
        "Listening on: " + node.full()), printed.subList(0, 3));
    assertEquals(Stream.of(lines).sorted().toList(), printed.stream().skip(3).sorted().toList());
  }

  @Test
  void amongThirtyNodesEveryMessageReachesAllOnceAndMostlyWithinThreeHeartbeats() throws Exception {
    Random random = new Random(30);
    List<ChatNode> nodes = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      List<ChatNode> others = new ArrayList<>(nodes);
      Collections.shuffle(others, random);
      List<String> connect = others.stream().limit(DIALS).map(ChatNode::full).toList();
      nodes.add(new ChatNode("n" + i).deploy(false, connect));
    }
    for (ChatNode node : nodes) {
      int dials = Math.min(DIALS, nodes.indexOf(node));
      node.await("its dials", lines -> lines.stream().filter(line -> line.startsWith("Connected to: /")).count() == dials);
    }
    awaitSubscribers(nodes);
    List<Long> times = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      for (ChatNode speaker : nodes) {
        times.add(reachAll(speaker, nodes, "round " + round + " from " + speaker.name));
      }
    }
    Collections.sort(times);
    long median = times.get(times.size() / 2); // all of them, on a machine with time to spare
    assertTrue(median < THREE_HEARTBEATS, "half of the messages took " + median / 1_000_000 + " ms to reach all");
    for (ChatNode node : nodes) {
      List<String> received = node.printed().stream().filter(line -> line.startsWith("Received")).toList();
      Set<String> distinct = new HashSet<>(received);
      assertEquals(3 * (NODES - 1), received.size(), node.name + " printed a message twice, or one of nobody's");
      assertEquals(received.size(), distinct.size());
    }
  }

  /** How long that takes, in nanoseconds. */
  private static long reachAll(ChatNode speaker, List<ChatNode> nodes, String text)
      throws InterruptedException {
    long began = System.nanoTime();
    speaker.say(text);
    for (ChatNode node : nodes) {
      if (node != speaker) {
        node.await(received(speaker, text));
      }
    }
    return System.nanoTime() - began;
  }
}
