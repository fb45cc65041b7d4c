package io.peerbus.launcher.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.host.HostOptions;
import io.peerbus.host.HostVerticle;
import io.peerbus.launcher.config.PluginConfig;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One version after another: what comes of it when the new one is no good, and the way back. */
@Timeout(300)
class ReplacementTest {

  private static final String CRASHES = "vertx.setPeriodic(1, id -> { throw new IllegalStateException(\"dies\"); });";

  @TempDir
  private Path path;
  private LivePlugins live;

  @BeforeEach
  void start() throws Exception {
    live = new LivePlugins(path);
  }

  @AfterEach
  void stop() throws Exception {
    live.close();
    assertEquals(List.of(), live.work());
  }

  private static JarMaker jar(String version, String more) {
    return LivePlugins.jar("echo", version, more);
  }

  private JsonObject deploy(String file, JarMaker jar) throws Exception {
    return new JsonObject().put("op", "deploy").put("file", live.elsewhere(file, jar).toString());
  }

  private Set<String> files() throws Exception {
    try (Stream<Path> files = Files.list(live.folder)) {
      return new TreeSet<>(files.map(file -> file.getFileName().toString()).filter(name -> !name.equals(".lock"))
          .toList());
    }
  }

  @Test
  void aVersionIsReplacedAndRolledBackAndForthByHand() throws Exception {
    live.begin();
    assertEquals(new JsonObject().put("id", "echo").put("version", "1").put("previous", null),
        live.request(deploy("echo-1.jar", jar("1", ""))));
    assertEquals(new JsonObject().put("id", "echo").put("version", "2").put("previous", "1"),
        live.request(deploy("echo-2.jar", jar("2", "")).put("op", "replace").put("id", "echo")));
    assertEquals("v2", live.ask("echo"));
    assertEquals(Set.of("echo-1.jar.previous", "echo-2.jar"), files());
    assertEquals(new JsonObject().put("id", "echo").put("version", "1").put("previous", "2"),
        live.request("rollback", "echo"));
    assertEquals("v1", live.ask("echo"));
    live.event("rolledBack", "echo");
    assertEquals(Set.of("echo-1.jar", "echo-2.jar.previous"), files());
    assertEquals("2", live.request("rollback", "echo").getString("version"));
    assertEquals("v2", live.ask("echo"));
    assertEquals(2, live.work().size(), "the version that runs and the one before");
    assertEquals(new JsonArray(), live.request(new JsonObject().put("op", "rescan")).getJsonArray("changes"));
  }

  @Test
  void theFolderHoldsWhatRunsSoThatARestartDoesNotUndoARollback() throws Exception {
    live.put("echo.jar", jar("1", ""));
    live.begin(PluginConfig.of("echo"));
    live.put("echo.jar", jar("2", ""));
    live.event("replaced", "echo");
    live.request("rollback", "echo");
    assertEquals(Set.of("echo.jar", "echo.jar.previous"), files());
    assertEquals("1", versionIn("echo.jar"));
    assertEquals("2", versionIn("echo.jar.previous"));
    live.put("echo.jar", jar("3", ""));
    live.event("replaced", "echo");
    assertEquals("v3", live.ask("echo"));
  }

  @Test
  void whoDeploysAtTheSameTimeComesInTurnAndTheFolderHoldsWhatRuns() throws Exception {
    live.begin();
    live.request(deploy("echo-old.jar", jar("old", "")));
    live.request(deploy("echo-0.jar", jar("0", "")));
    List<JsonObject> requests = new ArrayList<>();
    for (int version = 1; version <= 6; version++) {
      requests.add(deploy("echo-" + version + ".jar", jar("" + version, "")));
      requests.add(new JsonObject().put("op", "rollback").put("id", "echo"));
    }
    live.await(() -> Future.all(requests.stream()
        .map(request -> live.vertx.eventBus().request("peerbus.n.plugins", request)).toList()));
    String version = live.listed("echo").getString("version");
    assertEquals("v" + version, live.ask("echo"));
    Set<String> files = files();
    assertEquals(2, files.size(), files::toString);
    assertTrue(files.contains("echo-" + version + ".jar"), files + " while version " + version + " runs");
    assertEquals(version, versionIn("echo-" + version + ".jar"));
  }

  @Test
  void aNewRunOfTheNodeCanGoBackToWhatTheFolderKept() throws Exception {
    live.put("echo-2.jar", jar("2", ""));
    Files.write(live.folder.resolve("echo-1.jar.previous"), jar("1", "").bytes());
    live.begin();
    assertEquals("1", live.request("rollback", "echo").getString("version"));
    assertEquals("v1", live.ask("echo"));
    assertEquals(Set.of("echo-1.jar", "echo-2.jar.previous"), files());
    live.request("undeploy", "echo");
    Files.copy(live.folder.resolve("echo-1.jar"), live.folder.resolve("echo-2.jar.previous"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    live.request("deploy", "echo");
    assertEquals("there is no version of \"echo\" to go back to",
        live.refusal(new JsonObject().put("op", "rollback").put("id", "echo")), "the one kept is that which runs");
    assertEquals(1, live.work().size());
  }

  @Test
  void aFileThatTheConfigNamesKeepsItsName() throws Exception {
    live.put("named.jar", jar("1", ""));
    live.begin(new PluginConfig("echo", "named.jar", ThreadingModel.WORKER, new JsonObject(), new JsonObject()));
    live.put("named.jar", jar("2", ""));
    live.event("replaced", "echo");
    live.request("rollback", "echo");
    assertEquals("1", versionIn("named.jar"));
  }

  @Test
  void ofTheVersionsBeforeOneIsKept() throws Exception {
    live.begin();
    live.request(deploy("other.jar", LivePlugins.jar("other", "1", "")));
    live.request(deploy("other-2.jar", LivePlugins.jar("other", "2", "")));
    for (int version = 1; version <= 4; version++) {
      live.request(deploy("echo-" + version + ".jar", jar("" + version, "")));
    }
    Files.writeString(live.folder.resolve("strange.jar.previous"), "no jar");
    live.request("rollback", "echo");
    assertEquals(Set.of("echo-3.jar", "echo-4.jar.previous", "other-2.jar", "other.jar.previous",
        "strange.jar.previous"), files());
    live.refusal(deploy("echo-5.jar", jar("5", "if (true) throw new Exception();")));
    assertEquals(Set.of("echo-3.jar", "echo-4.jar.previous", "other-2.jar", "other.jar.previous",
        "strange.jar.previous"), files(), "what is refused takes nothing away");
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream().map(Thread::getName)
        .filter(name -> name.startsWith("n/plugin:echo")).toList();
  }

  private String versionIn(String file) throws Exception {
    try (java.util.jar.JarFile jar = new java.util.jar.JarFile(live.folder.resolve(file).toFile())) {
      return jar.getManifest().getMainAttributes().getValue("Plugin-Version");
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', value = {
      "load | static { if (true) throw new IllegalStateException(\"load\"); } public Future<?> start() { return null; }",
      "start | public Future<?> start() { throw new IllegalStateException(\"start\"); }",
      "failure | public Future<?> start() { return Future.failedFuture(\"failure\"); }",
  })
  void aVersionThatDoesNotStartIsRefusedAndNothingOfItStays(String why, String body) throws Exception {
    live.begin();
    live.request(deploy("echo-1.jar", jar("1", "")));
    String refusal = live.refusal(deploy("echo-2.jar", JarMaker.ofVerticle("echo", "Main",
        "extends VerticleBase { " + body + " }").with("Plugin-Version", "2")));
    assertTrue(refusal.endsWith(why), refusal);
    assertEquals("v1", live.ask("echo"));
    assertEquals("running", live.state("echo"));
    assertEquals("1", live.listed("echo").getString("version"));
    assertEquals(Set.of("echo-1.jar"), files(), "the next start of the node is not to fail of it");
    assertEquals(1, live.work().size());
    assertEquals(List.of("deployed echo"), live.seen());
  }

  @Test
  void aVersionThatDiesSoonIsRolledBackByItself() throws Exception {
    live.put("echo.jar", jar("1", ""));
    live.begin(LivePlugins.supervised("echo", "{\"errors\":3,\"probationMillis\":600000}"));
    live.put("echo.jar", jar("2", CRASHES));
    live.event("replaced", "echo");
    JsonObject back = live.event("rolledBack", "echo");
    assertEquals("1", back.getString("version"));
    assertTrue(back.getString("reason").contains("IllegalStateException: dies"), back.encode());
    assertEquals("v1", live.ask("echo"));
    assertEquals("running", live.state("echo"));
    live.request("rollback", "echo"); // behind what the first one still does to the folder
    assertEquals("2", versionIn("echo.jar"));
    assertEquals("1", versionIn("echo.jar.previous"));
  }

  @Test
  void errorsOfAVersionThatDrainsAreNotThoseOfTheNewOne() throws Exception {
    live.put("echo.jar", JarMaker.ofVerticle("echo", "Main", """
        extends VerticleBase {
          public Future<?> start() { return Future.succeededFuture(); }
          public Future<?> stop() {
            Promise<Void> slow = Promise.promise();
            vertx.setPeriodic(1, id -> { throw new IllegalStateException("late"); });
            vertx.setTimer(500, id -> slow.complete());
            return slow.future();
          }
        }"""));
    live.begin(LivePlugins.supervised("echo", "{\"errors\":3,\"probationMillis\":600000}"));
    live.put("echo.jar", jar("2", ""));
    live.event("replaced", "echo");
    assertEquals("v2", live.ask("echo"));
    assertTrue(live.listed("echo").getLong("errors") > 2, "they are counted all the same");
    assertEquals("running", live.state("echo"));
    assertEquals(List.of("deployed echo", "replaced echo"), live.seen());
  }

  @Test
  void whenTheVersionBeforeDoesNotStartEitherTheNewOneIsRestarted() throws Exception {
    live.put("echo.jar", jar("1", "if (System.getProperty(\"peerbus.test.old\") != null) throw new Exception(\"old\");"));
    live.begin(LivePlugins.supervised("echo",
        "{\"errors\":3,\"probationMillis\":600000,\"restarts\":1,\"backoffMillis\":1}"));
    System.setProperty("peerbus.test.old", "gone");
    try {
      live.put("echo.jar", jar("2", CRASHES));
      JsonObject restarting = live.event("restarting", "echo");
      assertEquals("2", restarting.getString("version"));
      assertTrue(restarting.getString("reason").contains("nor does the version before run"), restarting.encode());
      live.event("givenUp", "echo");
    } finally {
      System.clearProperty("peerbus.test.old");
    }
    assertEquals("failed", live.state("echo"));
  }

  @Test
  void aVersionThatFailsAfterItInheritedLeavesTheOldOneToBeginAnew() throws Exception {
    HostOptions options = new HostOptions().setNode("n").setListen(List.of(Multiaddr.tcp("127.0.0.1", 0)));
    live.await(() -> live.vertx.deployVerticle(
        new HostVerticle(options, KeyPair.generate(KeyType.ED25519, new SecureRandom()))));
    String body = """
        extends io.peerbus.api.ProtocolVerticle {
          protected Future<?> start(io.peerbus.api.Host host) {
            return host.inherit().compose(left -> %s).compose(done -> serve(q -> Future.succeededFuture(
                new io.vertx.core.json.JsonObject().put("version", "%s"))));
          }
          protected Future<io.peerbus.api.Handover> handOver(io.peerbus.api.Host host) {
            return Future.succeededFuture(io.peerbus.api.Handover.of(io.vertx.core.buffer.Buffer.buffer()));
          }
        }""";
    String good = "host.handle(\"/t/1.0.0\", stream -> stream.pipeTo(stream))";
    live.put("heir.jar", JarMaker.ofVerticle("heir", "Main", body.formatted(good, "1")).with("Plugin-Version", "1"));
    live.begin(PluginConfig.of("heir"));
    String refusal = live.refusal(deploy("heir-2.jar", JarMaker.ofVerticle("heir", "Main",
        body.formatted("Future.failedFuture(\"after the will\")", "2")).with("Plugin-Version", "2")));
    assertTrue(refusal.endsWith("after the will"), refusal);
    assertEquals("running", live.state("heir"));
    live.request(deploy("heir-3.jar", JarMaker.ofVerticle("heir", "Main", body.formatted(good, "3"))
        .with("Plugin-Version", "3")));
    JsonObject answer = (JsonObject) live.await(() -> live.vertx.eventBus().request("peerbus.n.heir",
        new JsonObject())).body();
    assertEquals("3", answer.getString("version"));
    assertEquals("1", live.listed("heir").getString("previous"));
  }

  @Test
  void nothingIsLeftOfManyReplacementsRollbacksAndFailures() throws Exception {
    live.begin();
    JarMaker[] versions = {jar("1", "vertx.setPeriodic(10_000, id -> { });"), jar("2", "")};
    JsonObject bad = deploy("bad.jar", jar("3", "if (true) throw new IllegalStateException();"));
    live.request(deploy("echo.jar", versions[1]));
    for (int round = 0; round < 34; round++) {
      live.request(deploy("echo.jar", versions[round % 2]));
      live.loaders.add(live.manager.loaderOf("echo"), "replacement " + round);
      live.request("rollback", "echo");
      live.loaders.add(live.manager.loaderOf("echo"), "rollback " + round);
      live.request("rollback", "echo");
      assertTrue(live.refusal(bad).endsWith("IllegalStateException"));
    }
    assertTrue(live.work().size() <= 2, "the version that runs and the one before: " + live.work());
    live.request("undeploy", "echo");
    live.await(live.manager::whenGone);
    live.loaders.awaitCollection();
    assertEquals(Set.of(), live.vertx.deploymentIDs());
    assertEquals(Set.of("echo.jar", "echo.jar.previous"), files());
    long began = System.nanoTime();
    while (!threads().isEmpty() && System.nanoTime() - began < TimeUnit.SECONDS.toNanos(60)) {
      live.state("echo"); // they outlast it for a while
    }
    assertEquals(List.of(), threads());
  }

  @Test
  void whatTheBusIsToldWrongIsRefusedInWords() throws Exception {
    live.put("echo.jar", jar("1", ""));
    live.begin();
    JsonObject op = new JsonObject().put("op", "deploy");
    assertTrue(live.refusal("list").startsWith("a request is a JSON object with \"op\""));
    assertTrue(live.refusal(new JsonObject()).startsWith("op \"null\" is not known; there is: list, deploy"));
    assertEquals("\"id\" is missing or no text", live.refusal(op));
    assertEquals("\"id\" is missing or no text", live.refusal(op.copy().put("id", 3)));
    assertEquals("\"file\" must be an absolute path, was \"a.jar\"", live.refusal(op.copy().put("file", "a.jar")));
    assertTrue(live.refusal(op.copy().put("file", "/\0")).startsWith("\"file\" must be an absolute path"));
    assertTrue(live.refusal(op.copy().put("file", "/no/such.jar")).contains("such.jar is not there"));
    assertTrue(live.refusal(op.copy().put("id", "ecko")).contains("holds plugin \"ecko\"; did you mean \"echo\""));
    for (String each : List.of("undeploy", "rollback")) {
      assertEquals("there is no plugin \"ecko\"; did you mean \"echo\"?",
          live.refusal(new JsonObject().put("op", each).put("id", "ecko")));
    }
    assertEquals("there is no version of \"echo\" to go back to",
        live.refusal(new JsonObject().put("op", "rollback").put("id", "echo")));
    assertTrue(live.refusal(deploy("x.jar", jar("2", "")).put("op", "replace").put("id", "other"))
        .endsWith("holds plugin \"echo\", not \"other\""));
    assertNull(live.listed("ecko"), "nothing is kept of names that somebody asked for");
    assertEquals("v1", live.ask("echo"));
    live.request("undeploy", "echo");
    assertEquals("plugin \"echo\" does not run", live.refusal(new JsonObject().put("op", "undeploy").put("id", "echo")));
    assertEquals(Set.of("echo.jar"), files());
  }
}
