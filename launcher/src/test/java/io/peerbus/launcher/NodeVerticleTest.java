package io.peerbus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.launcher.config.NodeConfig;
import io.peerbus.launcher.control.ControlClient;
import io.peerbus.launcher.control.ControlException;
import io.peerbus.launcher.data.DataFolder;
import io.peerbus.launcher.data.NodeClaim;
import io.peerbus.launcher.metrics.MetricsServer;
import io.peerbus.launcher.plugin.JarMaker;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.LocalMap;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node with a stand-in for core, and plugins that tell when they come and go. */
@Timeout(600)
class NodeVerticleTest {

  @TempDir
  private Path path;
  private Vertx vertx;
  private LocalMap<String, String> told;

  @BeforeEach
  void start() throws Exception {
    vertx = Vertx.vertx();
    told = vertx.sharedData().getLocalMap("told");
    Files.createDirectory(path.resolve("plugins"));
    for (String id : List.of("a", "b")) {
      put(id, "Future.succeededFuture()", "Future.succeededFuture()");
    }
  }

  @AfterEach
  void stop() {
    join(vertx.close());
  }

  private void put(String id, String started, String stopped) throws Exception {
    JarMaker.ofVerticle(id, "Main", """
        extends VerticleBase {
          public Future<?> start() { tell("start"); return %2$s; }
          public Future<?> stop() { tell("stop"); return %3$s; }
          private void tell(String what) {
            vertx.sharedData().<String, String>getLocalMap("told")
                .merge("all", what + " %1$s", (all, one) -> all + ", " + one);
          }
        }""".formatted(id, started, stopped)).write(path.resolve("plugins").resolve(id + ".jar"));
  }

  private static <T> T join(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }

  private JsonObject config(String... plugins) {
    JsonArray list = new JsonArray();
    List.of(plugins).forEach(id -> list.add(new JsonObject().put("id", id)));
    return new JsonObject().put("node", "n").put("data", path.resolve("data").toString())
        .put("pluginFolder", path.resolve("plugins").toString()).put("plugins", list);
  }

  private void tell(String what) {
    told.merge("all", what, (all, one) -> all + ", " + one);
  }

  /** What was started and stopped, in order. Not by the bus: its messages may arrive when all is over. */
  private List<String> told() {
    return List.of(told.get("all").split(", "));
  }

  private Deployable host(Future<?> started) {
    return new VerticleBase() {
      @Override
      public Future<?> start() {
        tell("start host");
        return started;
      }

      @Override
      public Future<?> stop() {
        tell("stop host");
        return Future.succeededFuture();
      }
    };
  }

  private String deploy(Future<?> hostStarted, String... plugins) throws Exception {
    return deploy(100, hostStarted, plugins);
  }

  private String deploy(int patience, Future<?> hostStarted, String... plugins) throws Exception {
    NodeConfig config = NodeConfig.of("test", config(plugins), path);
    NodeClaim claim = NodeClaim.of(config, new SecureRandom());
    return join(vertx.deployVerticle(new NodeVerticle(claim, (options, key) -> host(hostStarted), patience)));
  }

  private StartException failure(Future<?> hostStarted, String... plugins) throws Exception {
    CompletionException error = assertThrows(CompletionException.class, () -> deploy(hostStarted, plugins));
    assertEquals(StartException.class, error.getCause().getClass());
    assertEquals(Set.of(), vertx.deploymentIDs(), "nothing is left running");
    DataFolder.open(path.resolve("data")).close();
    return (StartException) error.getCause();
  }

  @Test
  void coreComesFirstAndGoesLastAndPluginsGoInTheOppositeOrder() throws Exception {
    String node = deploy(Future.succeededFuture(), "b", "a");
    join(vertx.undeploy(node));
    assertEquals(List.of("start host", "start b", "start a", "stop a", "stop b", "stop host"), told());
    assertEquals(Set.of(), vertx.deploymentIDs());
    deploy(Future.succeededFuture());
  }

  @Test
  void aPluginThatFailsTakesTheNodeDownAndIsNamed() throws Exception {
    put("bad", "Future.failedFuture(\"no luck\")", "Future.succeededFuture()");
    StartException error = failure(Future.succeededFuture(), "a", "bad", "b");
    assertEquals(Exit.DEPLOY, error.exit());
    assertEquals("plugin \"bad\" did not start: NoStackTraceThrowable: no luck", error.getMessage());
    assertEquals(List.of("start host", "start a", "start bad", "stop a", "stop host"), told());
  }

  @Test
  void aPluginWithoutAJarTakesTheNodeDownAndSaysWhatThereIs() throws Exception {
    StartException error = failure(Future.succeededFuture(), "chat");
    assertEquals(Exit.DEPLOY, error.exit());
    assertTrue(error.getMessage().endsWith("holds plugin \"chat\"; known here: a, b"), error.getMessage());
  }

  @Test
  void aPluginThatThePolicyDoesNotTakeIsNotStarted() throws Exception {
    JsonObject policy = new JsonObject().put("publishers",
        new JsonArray().add("12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5"));
    NodeClaim claim = NodeClaim.of(NodeConfig.of("test", config("a").put("pluginPolicy", policy), path),
        new SecureRandom());
    CompletionException error = assertThrows(CompletionException.class, () -> join(vertx.deployVerticle(
        new NodeVerticle(claim, (options, key) -> host(Future.succeededFuture())))));
    assertTrue(error.getCause().getMessage().startsWith("a.jar is not signed, and pluginPolicy demands it: "),
        error.getMessage());
    assertEquals(List.of("start host", "stop host"), told());
  }

  @Test
  void aMetricsPortThatIsTakenIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(MetricsServer.HOST))) {
      JsonObject config = config("a").put("metrics", new JsonObject().put("port", taken.getLocalPort()));
      NodeClaim claim = NodeClaim.of(NodeConfig.of("test", config, path), new SecureRandom());
      CompletionException failure = assertThrows(CompletionException.class, () -> join(vertx.deployVerticle(
          new NodeVerticle(claim, (options, key) -> host(Future.succeededFuture())))));
      StartException error = (StartException) failure.getCause();
      assertEquals(Exit.LISTEN, error.exit());
      assertTrue(error.getMessage().startsWith("metrics.port: 127.0.0.1:" + taken.getLocalPort()
          + " cannot be listened on: "), error.getMessage());
    }
    assertEquals(List.of("start host", "start a", "stop a", "stop host"), told());
  }

  @Test
  void anAddressThatCannotBeListenedOnHasItsOwnExitCode() throws Exception {
    StartException error = failure(Future.failedFuture(Failure.CANNOT_LISTEN.because("/ip4/…: in use")), "a");
    assertEquals(Exit.LISTEN, error.exit());
    assertEquals("/ip4/…: in use", error.getMessage());
    assertEquals(Exit.DEPLOY, failure(Future.failedFuture("cannot listen on it"), "a").exit());
    assertEquals(Exit.DEPLOY, failure(Future.failedFuture(new IllegalStateException("x")), "a").exit());
    assertEquals(List.of("start host", "start host", "start host"), told());
  }

  @Test
  void aPluginThatDoesNotStopDoesNotHoldTheNodeUp() throws Exception {
    put("slow", "Future.succeededFuture()", "Promise.promise().future()");
    String node = deploy(1, Future.succeededFuture(), "slow", "a");
    long before = System.nanoTime();
    join(vertx.undeploy(node));
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before);
    assertTrue(millis < 9_000, millis + " ms: with time to spare it is one second, and ten where it waits for it");
    assertEquals(Set.of("start host", "start slow", "start a", "stop a", "stop slow", "stop host"),
        Set.copyOf(told()), "in an order of their own, if the machine is busy");
  }

  @Test
  void alsoWhenVertxIsClosedBelowItTheNodeGoesDownInOrder() throws Exception {
    deploy(Future.succeededFuture(), "b", "a");
    join(vertx.close());
    assertEquals(List.of("start host", "start b", "start a", "stop a", "stop b", "stop host"), told());
    DataFolder.open(path.resolve("data")).close();
  }

  @Test
  void deployedByNameItReadsTheConfigOfItsDeployment() throws Exception {
    CompletionException error = assertThrows(CompletionException.class, () -> join(vertx.deployVerticle("peerbus:node",
        new DeploymentOptions().setConfig(config().put("nod", 1)))));
    StartException cause = (StartException) error.getCause();
    assertEquals(Exit.CONFIG, cause.exit());
    assertTrue(cause.getMessage().contains("nod: unknown name"), cause.getMessage());
    error = assertThrows(CompletionException.class, () -> join(vertx.deployVerticle("peerbus:node",
        new DeploymentOptions().setConfig(config("aa")))));
    cause = (StartException) error.getCause();
    assertEquals(Exit.CONFIG, cause.exit());
    assertTrue(cause.getMessage().endsWith("holds plugin \"aa\"; did you mean \"a\"?"), cause.getMessage());
    error = assertThrows(CompletionException.class, () -> join(vertx.deployVerticle("peerbus:nodes",
        new DeploymentOptions())));
    assertTrue(error.getMessage().contains("there is no verticle peerbus:nodes; there is: peerbus:node"),
        error.getMessage());
  }

  @Test
  void aNodeCanBeSpokenToAsLongAsItRuns() throws Exception {
    String node = deploy(Future.succeededFuture(), "a");
    try (ControlClient client = ControlClient.open(path.resolve("data"))) {
      JsonObject list = client.ask("plugins", new JsonObject().put("op", "list"), 30_000);
      assertEquals("a", list.getJsonArray("plugins").getJsonObject(0).getString("id"));
      JsonObject logs = client.ask("plugins", new JsonObject().put("op", "logs").put("id", "a"), 30_000);
      assertEquals(new JsonArray(), logs.getJsonArray("lines"));
      join(vertx.undeploy(node));
    }
    assertThrows(ControlException.class, () -> ControlClient.open(path.resolve("data")));
    assertFalse(Files.exists(path.resolve("data/control.sock")));
  }

  @Test
  void aNodeWhoseSocketCannotBeMadeRunsAllTheSame() throws Exception {
    Files.createDirectories(path.resolve("data/control.sock/in-the-way"));
    String node = deploy(Future.succeededFuture(), "a");
    join(vertx.undeploy(node));
    assertEquals(List.of("start host", "start a", "stop a", "stop host"), told());
  }

  @Test
  void theRealCoreStartsAndStopsByName() throws Exception {
    String node = join(vertx.deployVerticle("peerbus:node", new DeploymentOptions()
        .setConfig(config("a").put("listen", new JsonArray().add("/ip4/127.0.0.1/tcp/0")))));
    assertTrue(vertx.deploymentIDs().size() >= 3, vertx.deploymentIDs().toString());
    join(vertx.undeploy(node));
    assertEquals(Set.of(), vertx.deploymentIDs());
  }
}
