package io.peerbus.launcher.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.peerbus.launcher.config.PluginConfig;
import io.peerbus.launcher.config.PluginPolicy;
import io.peerbus.launcher.plugin.jar.PluginException;
import io.peerbus.launcher.plugin.jar.PluginFolder;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(600)
class PluginManagerTest {

  /** Serves a consumer, a timer and an allocation of its own; what a plugin does in the normal course of things. */
  private static final String GOOD = """
      extends VerticleBase {
        static final byte[] BALLAST = new byte[1 << 20];
        public Future<?> start() {
          vertx.setPeriodic(10_000, id -> { });
          vertx.eventBus().consumer("peerbus.n.fixture", m -> m.reply(Thread.currentThread().getContextClassLoader()
              .getName() + " " + config().encode() + " " + context.threadingModel()));
          return vertx.executeBlocking(() -> BALLAST.length).compose(n -> vertx.fileSystem().exists("/"));
        }
      }""";

  @TempDir
  private Path path;
  private Vertx vertx;
  private Context context;
  private Loaders loaders;
  private PluginManager manager;

  @BeforeEach
  void start() throws Exception {
    vertx = Vertx.vertx();
    context = vertx.getOrCreateContext();
    loaders = new Loaders(context);
    Files.createDirectories(path.resolve("plugins"));
    manager = new PluginManager(context, "n", new PluginFolder(path.resolve("plugins")), path.resolve("work"),
        PluginPolicy.OPEN);
    await(manager::start);
  }

  @AfterEach
  void stop() throws Exception {
    await(vertx::close);
  }

  private <T> T await(Supplier<Future<T>> call) throws Exception {
    return loaders.await(call);
  }

  private String refusal(String id) {
    ExecutionException error = assertThrows(ExecutionException.class,
        () -> await(() -> manager.deploy(PluginConfig.of(id))));
    assertEquals(PluginException.class, error.getCause().getClass());
    return error.getCause().getMessage();
  }

  private void put(String id, String body) throws Exception {
    JarMaker.ofVerticle(id, "Main", body).write(path.resolve("plugins").resolve(id + ".jar"));
  }

  private String ask() throws Exception {
    return (String) await(() -> vertx.eventBus().request("peerbus.n.fixture", "?")).body();
  }

  private List<Path> work() throws Exception {
    try (var files = Files.list(path.resolve("work"))) {
      return files.toList();
    }
  }

  @ParameterizedTest
  @EnumSource(value = ThreadingModel.class, names = {"EVENT_LOOP", "WORKER"})
  void aPluginRunsInItsOwnLoaderWithItsConfigOnTheThreadsItIsGiven(ThreadingModel threading) throws Exception {
    put("fixture", GOOD);
    await(() -> manager.deploy(new PluginConfig("fixture", null, threading, new JsonObject().put("a", 1),
        new JsonObject())));
    assertEquals("plugin:fixture@1.2 {\"node\":\"n\",\"plugin\":\"fixture\",\"folder\":\""
        + path.resolve("state/fixture") + "\",\"settings\":{\"a\":1}} " + threading, ask());
  }

  @Test
  void whoseJarDoesNotComeWithTheNodeRunsOnWorkerThreadsUnlessTheConfigSaysOtherwise() throws Exception {
    for (String own : List.of("identify", "ping", "gossipsub", "chat", "remotebus")) {
      assertEquals(ThreadingModel.EVENT_LOOP, PluginConfig.of(own).threading(), own);
    }
    put("fixture", GOOD);
    await(() -> manager.deploy(PluginConfig.of("fixture")));
    assertTrue(ask().endsWith(" WORKER"), ask());
    assertEquals("worker", manager.list().getJsonObject(0).getString("threading"));
  }

  /** It may block there, more often than there are processors, and goes on all the same. */
  @Test
  void whoAsksForVirtualThreadsHasThem() throws Exception {
    assumeTrue(Runtime.version().feature() >= 21, "virtual threads need Java 21");
    put("fixture", """
        extends VerticleBase {
          public Future<?> start() {
            vertx.eventBus().consumer("block", m -> Future.await(Promise.promise().future()));
            return vertx.eventBus().consumer("peerbus.n.fixture", m -> m.reply(Thread.currentThread().toString()))
                .completion();
          }
        }""");
    await(() -> manager.deploy(new PluginConfig("fixture", null, ThreadingModel.VIRTUAL_THREAD, new JsonObject(),
        new JsonObject())));
    for (int i = 0; i <= Runtime.getRuntime().availableProcessors(); i++) {
      vertx.eventBus().send("block", "x");
    }
    assertTrue(ask().startsWith("VirtualThread["), ask());
    loaders.add(manager.loaderOf("fixture"), "on virtual threads");
    await(() -> manager.undeploy("fixture"));
    loaders.awaitCollection();
  }

  @Test
  void theListTellsWhatIsDeployedAndIsServedOnTheBus() throws Exception {
    put("fixture", GOOD);
    await(() -> manager.deploy(PluginConfig.of("fixture")));
    JsonObject reply = (JsonObject) await(() -> vertx.eventBus().request("peerbus.n.plugins",
        new JsonObject().put("op", "list"))).body();
    JsonArray plugins = reply.getJsonArray("plugins");
    assertEquals(1, plugins.size());
    JsonObject plugin = plugins.getJsonObject(0);
    assertEquals("fixture", plugin.getString("id"));
    assertEquals("1.2", plugin.getString("version"));
    assertEquals("fixture.jar", plugin.getString("jar"));
    assertEquals("worker", plugin.getString("threading"));
    assertEquals(64, plugin.getString("sha256").length());
    assertThrows(ExecutionException.class, () -> await(() -> vertx.eventBus().request("peerbus.n.plugins",
        new JsonObject().put("op", "format-disk"))));
    await(() -> manager.undeploy("fixture"));
    assertEquals("stopped", manager.list().getJsonObject(0).getString("state"));
    assertEquals(List.of(), work());
  }

  @Test
  void aPluginCannotBeDeployedTwiceNorUndeployedWithoutBeingThere() throws Exception {
    put("fixture", GOOD);
    await(() -> manager.deploy(PluginConfig.of("fixture")));
    assertEquals("plugin \"fixture\" is deployed already", refusal("fixture"));
    await(() -> manager.undeploy("fixture"));
    assertThrows(ExecutionException.class, () -> await(() -> manager.undeploy("fixture")));
    assertThrows(ExecutionException.class, this::ask);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', value = {
      "fails | extends VerticleBase { public Future<?> start() { return Future.failedFuture(\"no luck\"); } }"
          + "| plugin \"x\" did not start: NoStackTraceThrowable: no luck",
      "throws | extends VerticleBase { public Future<?> start() { throw new IllegalStateException(\"oops\"); } }"
          + "| plugin \"x\" did not start: IllegalStateException: oops",
      "own exception | extends VerticleBase { static class Mine extends Exception { Mine() { super(\"mine\"); } }"
          + " public Future<?> start() throws Exception { throw new Mine(); } }"
          + "| plugin \"x\" did not start: Mine: mine",
      "error | extends VerticleBase { public Future<?> start() { throw new StackOverflowError(); } }"
          + "| plugin \"x\" did not start: StackOverflowError",
      "nothing | extends VerticleBase { public Future<?> start() { return null; } }"
          + "| plugin \"x\" did not start: NullPointerException: start() gave no future",
      "constructor | extends VerticleBase { public Main() { throw new IllegalArgumentException(\"c\"); } }"
          + "| plugin \"x\" did not start: IllegalArgumentException: c",
      "no constructor | extends VerticleBase { public Main(int i) { } }"
          + "| x.jar: its Plugin-Verticle fixture.Main cannot be made an instance of: it must be public, with a public"
          + " constructor that takes nothing",
      "static | extends VerticleBase { static int x = Integer.parseInt(\"?\"); }"
          + "| plugin \"x\" cannot be loaded from x.jar: ExceptionInInitializerError: NumberFormatException: For input"
          + " string: \"?\"",
      "no verticle | { } | x.jar: its Plugin-Verticle fixture.Main is no verticle: let it extend"
          + " io.peerbus.api.ProtocolVerticle",
      "core internals | extends VerticleBase { public Future<?> start() {"
          + " return Future.succeededFuture(new io.peerbus.host.HostOptions()); } }"
          + "| plugin \"x\" did not start: NoClassDefFoundError: io/peerbus/host/HostOptions: ClassNotFoundException:"
          + " io.peerbus.host.HostOptions is neither in the jar of plugin:x@1.2 nor in a package that plugins share"
          + " with the node",
  })
  void aPluginThatDoesNotStartFailsInWordsAndLeavesNothing(String name, String body, String message) throws Exception {
    put("x", body);
    assertEquals(message, refusal("x"));
    for (Object listed : manager.list()) { // what is refused before anything runs is no plugin
      assertEquals("failed", ((JsonObject) listed).getString("state"));
      assertEquals(message, ((JsonObject) listed).getString("problem"));
    }
    assertEquals(List.of(), work());
    assertEquals(Set.of(), vertx.deploymentIDs());
  }

  @Test
  void aMissingClassAndAMissingJarAreNamed() throws Exception {
    new JarMaker("x", "fixture.Missing").write(path.resolve("plugins/x.jar"));
    assertEquals("x.jar has no class fixture.Missing, which its manifest names as Plugin-Verticle: correct the name, or"
        + " build the class into it", refusal("x"));
    assertEquals("no jar in " + path.resolve("plugins") + " holds plugin \"chat\"; known here: x", refusal("chat"));
  }

  @Test
  void pluginsAreUndeployedInTheOppositeOrderAndASlowOneHoldsNobodyUp() throws Exception {
    for (String id : List.of("a", "b", "c")) {
      put(id, """
          extends VerticleBase {
            public Future<?> start() { return Future.succeededFuture(); }
            public Future<?> stop() {
              vertx.sharedData().<String, String>getLocalMap("order").merge("all", "%s", String::concat);
              return %s;
            }
          }""".formatted(id, id.equals("b") ? "Promise.promise().future()" : "Future.succeededFuture()"));
      await(() -> manager.deploy(PluginConfig.of(id)));
    }
    await(() -> manager.undeployAll(2_000)); // enough for those that are not slow
    assertEquals("cba", vertx.sharedData().getLocalMap("order").get("all"));
  }

  @Test
  void whatACrashLeftBehindIsDeletedAtTheStart() throws Exception {
    Files.writeString(path.resolve("work/old.jar"), "x");
    await(() -> new PluginManager(context, "m", new PluginFolder(path), path.resolve("work"),
        PluginPolicy.OPEN).start());
    assertEquals(List.of(), work());
  }

  @Test
  void theClassLoadersOfPluginsThatAreGoneAreCollected() throws Exception {
    put("fixture", GOOD);
    put("broken", "extends VerticleBase { static class Mine extends Exception { }"
        + " public Future<?> start() throws Exception { vertx.setPeriodic(1000, id -> { }); throw new Mine(); } }");
    for (int i = 0; i < 20; i++) {
      ThreadingModel threading = i % 2 == 0 ? ThreadingModel.EVENT_LOOP : ThreadingModel.WORKER;
      await(() -> manager.deploy(new PluginConfig("fixture", null, threading, new JsonObject(), new JsonObject())));
      loaders.add(manager.loaderOf("fixture"), "round " + i);
      ask();
      await(() -> manager.undeploy("fixture"));
      assertTrue(refusal("broken").endsWith("Mine"));
    }
    loaders.awaitCollection();
    assertEquals(List.of(), work());
  }
}
