package io.peerbus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.launcher.config.NodeConfig;
import io.peerbus.launcher.control.ControlClient;
import io.peerbus.launcher.control.ControlException;
import io.peerbus.launcher.data.DataFolder;
import io.peerbus.launcher.data.NodeClaim;
import io.peerbus.launcher.plugin.JarMaker;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
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
@Timeout(60)
class NodeVerticleTest {

  @TempDir
  private Path path;
  private Vertx vertx;
  private final List<String> events = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void start() throws Exception {
    vertx = Vertx.vertx();
    // Not a consumer: it would race with the end of the bus.
    vertx.eventBus().addOutboundInterceptor(delivery -> {
      if (delivery.message().address().equals("events")) {
        events.add((String) delivery.body());
      }
      delivery.next();
    });
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
          public Future<?> start() { vertx.eventBus().publish("events", "start %1$s"); return %2$s; }
          public Future<?> stop() { vertx.eventBus().publish("events", "stop %1$s"); return %3$s; }
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

  private Deployable host(Future<?> started) {
    return new VerticleBase() {
      @Override
      public Future<?> start() {
        vertx.eventBus().publish("events", "start host");
        return started;
      }

      @Override
      public Future<?> stop() {
        vertx.eventBus().publish("events", "stop host");
        return Future.succeededFuture();
      }
    };
  }

  private String deploy(Future<?> hostStarted, String... plugins) throws Exception {
    NodeConfig config = NodeConfig.of("test", config(plugins), path);
    NodeClaim claim = NodeClaim.of(config, new SecureRandom());
    return join(vertx.deployVerticle(new NodeVerticle(claim, (options, key) -> host(hostStarted))));
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
    assertEquals(List.of("start host", "start b", "start a", "stop a", "stop b", "stop host"), events);
    assertEquals(Set.of(), vertx.deploymentIDs());
    deploy(Future.succeededFuture());
  }

  @Test
  void aPluginThatFailsTakesTheNodeDownAndIsNamed() throws Exception {
    put("bad", "Future.failedFuture(\"no luck\")", "Future.succeededFuture()");
    StartException error = failure(Future.succeededFuture(), "a", "bad", "b");
    assertEquals(Exit.DEPLOY, error.exit());
    assertEquals("plugin \"bad\" did not start: NoStackTraceThrowable: no luck", error.getMessage());
    assertEquals(List.of("start host", "start a", "start bad", "stop a", "stop host"), events);
  }

  @Test
  void aPluginWithoutAJarTakesTheNodeDownAndSaysWhatThereIs() throws Exception {
    StartException error = failure(Future.succeededFuture(), "chat");
    assertEquals(Exit.DEPLOY, error.exit());
    assertTrue(error.getMessage().endsWith("holds plugin \"chat\"; known here: a, b"), error.getMessage());
  }

  @Test
  void anAddressThatCannotBeListenedOnHasItsOwnExitCode() throws Exception {
    assertEquals(Exit.LISTEN, failure(Future.failedFuture(new BindException("in use")), "a").exit());
    assertEquals(Exit.LISTEN, failure(Future.failedFuture("cannot listen on /ip4/…: in use"), "a").exit());
    assertEquals(Exit.DEPLOY, failure(Future.failedFuture(new IllegalStateException("x")), "a").exit());
    assertEquals(List.of("start host", "start host", "start host"), events);
  }

  @Test
  void aPluginThatDoesNotStopHoldsTheNodeUpForLessThanTwoSeconds() throws Exception {
    put("slow", "Future.succeededFuture()", "Promise.promise().future()");
    String node = deploy(Future.succeededFuture(), "slow", "a");
    long before = System.nanoTime();
    join(vertx.undeploy(node));
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before);
    assertTrue(millis < 2_000, millis + " ms");
    assertEquals(List.of("start host", "start slow", "start a", "stop a", "stop slow", "stop host"), events);
  }

  @Test
  void alsoWhenVertxIsClosedBelowItTheNodeGoesDownInOrder() throws Exception {
    deploy(Future.succeededFuture(), "b", "a");
    join(vertx.close());
    assertEquals(List.of("start host", "start b", "start a", "stop a", "stop b", "stop host"), events);
    DataFolder.open(path.resolve("data")).close();
  }

  @Test
  void deployedByNameItReadsTheConfigOfItsDeployment() throws Exception {
    CompletionException error = assertThrows(CompletionException.class, () -> join(vertx.deployVerticle("peerbus:node",
        new DeploymentOptions().setConfig(config().put("nod", 1)))));
    StartException cause = (StartException) error.getCause();
    assertEquals(Exit.CONFIG, cause.exit());
    assertTrue(cause.getMessage().contains("nod: unknown name"), cause.getMessage());
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
    assertEquals(List.of("start host", "start a", "stop a", "stop host"), events);
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
