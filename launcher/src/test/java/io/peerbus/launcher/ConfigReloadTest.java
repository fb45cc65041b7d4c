package io.peerbus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.launcher.config.NodeConfig;
import io.peerbus.launcher.data.NodeClaim;
import io.peerbus.launcher.plugin.JarMaker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node with a real core that follows its config file. */
@Timeout(600)
class ConfigReloadTest {

  private static final Logger ANY = LoggerFactory.getLogger("reload.test.logger");

  @TempDir
  private Path path;
  private Vertx vertx;
  private JsonObject config;
  private String node;
  private final LinkedBlockingQueue<JsonObject> events = new LinkedBlockingQueue<>();

  @BeforeEach
  void start() throws Exception {
    vertx = Vertx.vertx();
    Files.createDirectory(path.resolve("plugins"));
    for (String id : List.of("a", "b", "c")) {
      JarMaker.ofVerticle(id, "Main", """
          extends VerticleBase {
            public Future<?> start() {
              if (config().getJsonObject("settings").containsKey("fail")) {
                return Future.failedFuture("as it was told");
              }
              return vertx.eventBus().consumer("test.%s", m -> m.reply(config().getJsonObject("settings")))
                  .completion();
            }
          }""".formatted(id)).withEntry("META-INF/peerbus/settings.schema.json", """
          {"type": "object", "additionalProperties": false,
           "properties": {"x": {"type": "integer"}, "fail": {"type": "boolean"}}}""".getBytes(StandardCharsets.UTF_8))
          .write(path.resolve("plugins").resolve(id + ".jar"));
    }
    config = new JsonObject().put("node", "n").put("data", "data").put("pluginFolder", "plugins")
        .put("listen", new JsonArray().add("/ip4/127.0.0.1/tcp/0"));
    plugins(plugin("a"), plugin("b"));
    vertx.eventBus().<JsonObject>consumer("peerbus.n.plugins.events", m -> {
      if (m.body().getString("event").startsWith("config")) {
        events.add(m.body());
      }
    });
  }

  @AfterEach
  void stop() throws Exception {
    join(vertx.close());
  }

  private static <T> T join(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
  }

  private static JsonObject plugin(String id) {
    return new JsonObject().put("id", id);
  }

  private void plugins(JsonObject... entries) {
    config.put("plugins", new JsonArray(List.of(entries)));
  }

  private Path file() {
    return path.resolve("node.json");
  }

  private void write(String text) throws Exception {
    Path next = Files.writeString(path.resolve("next"), text);
    Files.move(next, file(), StandardCopyOption.ATOMIC_MOVE);
  }

  private void run() throws Exception {
    run(new JsonObject());
  }

  /** With what a command line puts over the file. */
  private void run(JsonObject over) throws Exception {
    write(config.encode());
    ConfigFile.Reader reader =
        () -> NodeConfig.read(file(), Home.pluginRules()).with("command line", over.copy());
    NodeClaim claim = NodeClaim.of(reader.read(), new SecureRandom());
    node = join(vertx.deployVerticle(
        new NodeVerticle(claim, CoreHost::create, new ConfigFile(file(), reader))));
  }

  private JsonObject ask(String address, JsonObject body) throws Exception {
    return (JsonObject) join(vertx.eventBus().request(address, body)).body();
  }

  private JsonObject reload() throws Exception {
    write(config.encode());
    return ask("peerbus.n.plugins", new JsonObject().put("op", "reload"));
  }

  private String refusal() {
    ExecutionException error = assertThrows(ExecutionException.class, this::reload);
    assertEquals(Failure.BAD_REQUEST, Failure.of(error.getCause()).failure());
    return Failure.of(error.getCause()).getMessage();
  }

  private JsonObject settingsOf(String plugin) throws Exception {
    return (JsonObject) join(vertx.eventBus().request("test." + plugin, new JsonObject(),
        new DeliveryOptions().setSendTimeout(1_000))).body();
  }

  /** What is asked while the instance before drains may go to it, and stay without an answer. */
  private void awaitSettings(String plugin, JsonObject expected) throws Exception {
    JsonObject last = null;
    for (int tries = 0; tries < 60 && !expected.equals(last); tries++) {
      try {
        last = settingsOf(plugin);
      } catch (ExecutionException e) {
        assertTrue(e.getCause() instanceof ReplyException, e.toString());
      }
    }
    assertEquals(expected, last);
  }

  private JsonObject answer(List<String> changes, List<String> restart) {
    return new JsonObject().put("changes", new JsonArray(changes)).put("restart", new JsonArray(restart));
  }

  @Test
  void pluginsComeGoAndChange() throws Exception {
    run();
    plugins(plugin("b").put("settings", new JsonObject().put("x", 1)), plugin("c"));
    assertEquals(answer(List.of("plugin a removed", "plugin c added", "plugin b changed: settings"), List.of()),
        reload());
    awaitSettings("b", new JsonObject().put("x", 1));
    awaitSettings("c", new JsonObject());
    assertThrows(ExecutionException.class, () -> settingsOf("a"));
    assertEquals(answer(List.of(), List.of()), reload());
    plugins(plugin("a").put("threading", "event-loop"), plugin("b"), plugin("c"));
    assertEquals(answer(List.of("plugin a added", "plugin b changed: settings"), List.of()), reload());
    awaitSettings("b", new JsonObject());
    awaitSettings("a", new JsonObject());
  }

  /** What they answer is by the jar. */
  @Test
  void anEntryGetsAnotherIdAndBecomesAnotherPlugin() throws Exception {
    run();
    plugins(plugin("a"), plugin("x").put("plugin", "b").put("settings", new JsonObject().put("x", 1)));
    assertEquals(answer(List.of("plugin b removed", "plugin x added"), List.of()), reload());
    awaitSettings("b", new JsonObject().put("x", 1));
    plugins(plugin("a"), plugin("x").put("plugin", "c"));
    assertEquals(answer(List.of("plugin x changed: plugin, settings"), List.of()), reload());
    awaitSettings("c", new JsonObject());
    assertThrows(ExecutionException.class, () -> settingsOf("b"));
    plugins(plugin("a"), plugin("x").put("plugin", "aa"));
    String refusal = refusal();
    assertTrue(refusal.contains("plugins[1].plugin: no jar in "), refusal);
  }

  @Test
  void aBadConfigIsRefusedWithAllItsMistakesAndTheOneBeforeStays() throws Exception {
    run();
    JsonObject good = config.copy();
    plugins(plugin("b").put("settings", new JsonObject().put("y", 1)), plugin("d"));
    config.put("limist", 1);
    String refusal = refusal();
    assertTrue(refusal.startsWith(file() + ": 3 mistakes"), refusal);
    assertTrue(refusal.contains("limist: unknown name; did you mean \"limits\"?"), refusal);
    assertTrue(refusal.contains("plugins[0].settings.y: unknown name; did you mean \"x\"?"), refusal);
    assertTrue(refusal.contains("plugins[1].id: no jar in "), refusal);
    awaitSettings("a", new JsonObject());
    awaitSettings("b", new JsonObject());
    JsonObject event = events.poll(60, TimeUnit.SECONDS);
    assertEquals("configRefused", event.getString("event"));
    assertEquals(refusal, event.getString("reason"));
    config = good;
    assertEquals(answer(List.of(), List.of()), reload());
    write("{");
    ExecutionException error = assertThrows(ExecutionException.class,
        () -> ask("peerbus.n.plugins", new JsonObject().put("op", "reload")));
    assertTrue(error.getMessage().contains("line 1, column 2"), error.getMessage());
  }

  @Test
  void aPluginThatTheNewPolicyForbidsMakesItABadConfig() throws Exception {
    run();
    config.put("pluginPolicy", new JsonObject().put("pins", new JsonObject().put("a", "0".repeat(64))));
    plugins(plugin("a").put("settings", new JsonObject().put("x", 1)), plugin("b"));
    String refusal = refusal();
    assertTrue(refusal.contains("a.jar"), refusal);
    awaitSettings("a", new JsonObject());
    config.put("pluginPolicy", new JsonObject().put("pins", new JsonObject().put("z", "0".repeat(64))));
    assertEquals(answer(List.of("pluginPolicy changed", "plugin a changed: settings"), List.of()), reload());
    awaitSettings("a", new JsonObject().put("x", 1));
  }

  @Test
  void whatIsRefusedForWantOfAJarIsTriedAgainWhenJarsCome() throws Exception {
    run();
    Path elsewhere = Files.move(path.resolve("plugins/c.jar"), path.resolve("c.jar"));
    plugins(plugin("a"), plugin("b"), plugin("c").put("jar", "new.jar").put("settings", new JsonObject().put("x", 3)));
    assertTrue(refusal().contains("plugins[2].jar: "), "c is not there");
    assertEquals("configRefused", events.poll(120, TimeUnit.SECONDS).getString("event"));
    Files.move(path.resolve("plugins/a.jar"), path.resolve("plugins/aa.jar"));
    JarMaker.ofVerticle("other", "Main", "extends VerticleBase { }").write(path.resolve("plugins/other.jar"));
    ask("peerbus.n.plugins", new JsonObject().put("op", "rescan"));
    Files.move(elsewhere, path.resolve("plugins/new.jar"));
    assertEquals(answer(List.of("plugin c added"), List.of()).put("event", "configApplied"),
        events.poll(120, TimeUnit.SECONDS), "and nothing was said of the try between");
    awaitSettings("c", new JsonObject().put("x", 3));
  }

  @Test
  void aJarThatTheOldPolicyRefusedIsTakenWithTheNewOne() throws Exception {
    config.put("pluginPolicy", new JsonObject().put("pins", new JsonObject().put("d", "0".repeat(64))));
    run();
    JarMaker.ofVerticle("d", "Main", """
        extends VerticleBase {
          public Future<?> start() { return vertx.eventBus().consumer("test.d", m -> m.reply(config())).completion(); }
        }""").write(path.resolve("plugins/d.jar"));
    JsonArray changes = ask("peerbus.n.plugins", new JsonObject().put("op", "rescan")).getJsonArray("changes");
    assertTrue(changes.getString(0).startsWith("refused d.jar "), changes.encode());
    config.remove("pluginPolicy");
    assertEquals(answer(List.of("pluginPolicy changed"), List.of()), reload());
    for (int tries = 0; tries < 600 && !"running".equals(stateOf("d")); tries++) {
      Thread.yield();
    }
    assertEquals("running", stateOf("d"));
  }

  private String stateOf(String plugin) throws Exception {
    return ask("peerbus.n.plugins", new JsonObject().put("op", "list")).getJsonArray("plugins").stream()
        .map(JsonObject.class::cast).filter(each -> plugin.equals(each.getString("id")))
        .map(each -> each.getString("state")).findFirst().orElse("not there");
  }

  @Test
  void aPluginThatCannotBeBroughtToItIsReportedAndTheRestIsApplied() throws Exception {
    run();
    plugins(plugin("a").put("settings", new JsonObject().put("fail", true)),
        plugin("b").put("settings", new JsonObject().put("x", 2)));
    JsonObject answer = reload();
    assertEquals(answer(List.of("plugin b changed: settings"), List.of()).put("failed", new JsonArray()
        .add("plugin a changed: settings: plugin \"a\" did not start: NoStackTraceThrowable: as it was told")), answer);
    awaitSettings("b", new JsonObject().put("x", 2));
    awaitSettings("a", new JsonObject());
  }

  @Test
  void theFileIsSeenToChangeByItself() throws Exception {
    run();
    plugins(plugin("a").put("settings", new JsonObject().put("x", 7)), plugin("b"));
    write(config.encode());
    JsonObject event = events.poll(120, TimeUnit.SECONDS);
    assertEquals(answer(List.of("plugin a changed: settings"), List.of()).put("event", "configApplied"), event);
    awaitSettings("a", new JsonObject().put("x", 7));
    write("{}}");
    assertEquals("configRefused", events.poll(120, TimeUnit.SECONDS).getString("event"));
    Files.delete(file());
    write(config.put("shards", 7).encode());
    event = events.poll(120, TimeUnit.SECONDS);
    assertEquals(answer(List.of(), List.of("shards")).put("event", "configApplied"), event);
  }

  @Test
  void whatNeedsARestartIsNamedUntilThereIsOneAndTheRestIsApplied() throws Exception {
    run();
    config.put("bootstrap", new JsonArray().add("/ip4/127.0.0.1/tcp/1")).put("logging",
        new JsonObject().put(ANY.getName(), "TRACE"));
    assertEquals(answer(List.of("logging changed: " + ANY.getName()), List.of("bootstrap")), reload());
    assertTrue(ANY.isTraceEnabled());
    config.remove("logging");
    assertEquals(answer(List.of("logging changed: " + ANY.getName()), List.of("bootstrap")), reload());
    assertFalse(ANY.isTraceEnabled());
    config.put("bootstrap", new JsonArray());
    assertEquals(answer(List.of(), List.of()), reload());
  }

  @Test
  void levelsAreSetAtTheStartAndPutBackAtTheEnd() throws Exception {
    config.put("logging", new JsonObject().put(ANY.getName(), "TRACE"));
    run();
    assertTrue(ANY.isTraceEnabled());
    join(vertx.undeploy(node));
    assertFalse(ANY.isTraceEnabled());
  }

  @Test
  void limitsHoldForNewConnections() throws Exception {
    run();
    JsonArray listening = ask("peerbus.n.control", new JsonObject().put("op", "info")).getJsonArray("listenAddresses");
    int port = Integer.parseInt(listening.getString(0).replaceFirst(".*/tcp/", ""));
    config.put("limits", new JsonObject().put("maxPending", 1));
    try (Socket before = greeted(port)) {
      assertEquals(answer(List.of("limits changed: maxPending"), List.of()), reload());
      try (Socket refused = new Socket("127.0.0.1", port)) {
        refused.setSoTimeout(60_000);
        assertEquals(-1, refused.getInputStream().read());
      }
      config.remove("limits");
      assertEquals(answer(List.of("limits changed: maxPending"), List.of()), reload());
      greeted(port).close();
      assertFalse(before.isClosed());
    }
  }

  /** A connection that has been let in and gets no further. */
  private static Socket greeted(int port) throws Exception {
    Socket socket = new Socket("127.0.0.1", port);
    socket.setSoTimeout(60_000);
    socket.getOutputStream().write("\u0013/multistream/1.0.0\n".getBytes(StandardCharsets.US_ASCII));
    assertEquals(0x13, socket.getInputStream().read());
    return socket;
  }

  @Test
  void theCommandLineStillWins() throws Exception {
    JsonObject over = new JsonObject().put("plugins",
        new JsonArray().add(plugin("a").put("settings", new JsonObject().put("x", 5))));
    run(over);
    plugins(plugin("b"));
    config.put("limits", new JsonObject().put("maxPerIp", 3));
    assertEquals(answer(List.of("limits changed: maxPerIp"), List.of()), reload());
    awaitSettings("a", new JsonObject().put("x", 5));
  }

  @Test
  void aNodeWithoutAFileSaysSo() throws Exception {
    NodeClaim claim = NodeClaim.of(NodeConfig.of("test", config, path), new SecureRandom());
    join(vertx.deployVerticle(new NodeVerticle(claim, CoreHost::create)));
    ExecutionException error = assertThrows(ExecutionException.class,
        () -> ask("peerbus.n.plugins", new JsonObject().put("op", "reload")));
    assertTrue(error.getMessage().contains("was not started from a config file"), error.getMessage());
  }
}
