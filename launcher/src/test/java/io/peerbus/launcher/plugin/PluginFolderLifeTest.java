package io.peerbus.launcher.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.launcher.config.PluginConfig;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What happens in the folder happens to the plugins. */
@Timeout(300)
class PluginFolderLifeTest {

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
  }

  private static JarMaker jar(String version) {
    return LivePlugins.jar("echo", version, "");
  }

  @Test
  void aJarThatComesIsDeployedAChangedOneReplacedAndARemovedOneUndeployed() throws Exception {
    live.begin();
    live.put("echo.jar", jar("1"));
    live.event("deployed", "echo");
    assertEquals("v1", live.ask("echo"));
    live.put("echo.jar", jar("2"));
    live.event("replaced", "echo");
    assertEquals("v2", live.ask("echo"));
    assertEquals("1", live.listed("echo").getString("previous"));
    Files.delete(live.folder.resolve("echo.jar"));
    live.event("undeployed", "echo");
    assertEquals("stopped", live.state("echo"));
    assertEquals(List.of(), live.work());
    live.put("back.jar", jar("2"));
    live.event("deployed", "echo");
    assertEquals(List.of("deployed echo", "replaced echo", "undeployed echo", "deployed echo"), live.seen());
  }

  @Test
  void aRenamedJarIsNoNews() throws Exception {
    live.put("echo.jar", jar("1"));
    live.begin();
    live.event("deployed", "echo");
    Files.move(live.folder.resolve("echo.jar"), live.folder.resolve("other.jar"));
    JsonObject changes = live.request(new JsonObject().put("op", "rescan"));
    assertEquals(new JsonArray().add("settled echo"), changes.getJsonArray("changes"));
    assertEquals("v1", live.ask("echo"));
    assertEquals(List.of("deployed echo"), live.seen());
  }

  @Test
  void aHalfCopiedJarIsLeftAloneUntilItIsWhole() throws Exception {
    live.begin();
    byte[] bytes = jar("1").bytes();
    Files.write(live.folder.resolve("echo.jar"), Arrays.copyOf(bytes, bytes.length / 2));
    live.put("other.jar", LivePlugins.jar("other", "1", ""));
    live.event("deployed", "other"); // the half was looked at as well by then, or will be soon
    Files.write(live.folder.resolve("echo.jar"), bytes);
    live.event("deployed", "echo");
    assertEquals("v1", live.ask("echo"));
  }

  @Test
  void aJarThatStaysBrokenIsRefusedOnceAndTheRunningVersionStays() throws Exception {
    live.put("echo.jar", jar("1"));
    live.begin();
    live.event("deployed", "echo");
    Files.writeString(live.folder.resolve("echo.jar"), "no jar");
    long before = System.nanoTime();
    JsonObject refused = live.event("refused", "echo");
    assertTrue(System.nanoTime() - before > TimeUnit.MILLISECONDS.toNanos(1_500), "not at once");
    assertTrue(refused.getString("reason").startsWith("echo.jar is not a readable jar"), refused.encode());
    assertEquals("v1", live.ask("echo"));
    Files.delete(live.folder.resolve("echo.jar"));
    live.event("undeployed", "echo");
    assertEquals(List.of("deployed echo", "refused echo", "undeployed echo"), live.seen());
  }

  @Test
  void aSecondJarOfAPluginIsRefusedUntilTheFirstOneIsGone() throws Exception {
    live.put("echo-1.jar", jar("1"));
    live.begin();
    live.event("deployed", "echo");
    live.put("echo-2.jar", jar("2"));
    assertTrue(live.event("refused", "echo").getString("reason").contains(
        "holds plugin \"echo\": echo-1.jar (1), echo-2.jar (2)"));
    assertEquals("v1", live.ask("echo"));
    Files.delete(live.folder.resolve("echo-1.jar"));
    live.event("replaced", "echo");
    assertEquals("v2", live.ask("echo"));
  }

  @Test
  void aJarWithAnotherPluginTakesAwayTheOneThatTheFileHeld() throws Exception {
    live.put("x.jar", jar("1"));
    live.begin();
    live.event("deployed", "echo");
    live.put("x.jar", LivePlugins.jar("other", "1", ""));
    live.event("undeployed", "echo");
    live.event("deployed", "other");
    assertEquals("v1", live.ask("other"));
  }

  @Test
  void whoStartsByItselfDoesAndWhoIsToBeAskedForWaitsForThat() throws Exception {
    live.put("own.jar", LivePlugins.jar("own", "1", ""));
    live.put("asked.jar", LivePlugins.jar("asked", "1", "").with("Plugin-Autostart", "false"));
    live.put("wanted.jar", LivePlugins.jar("wanted", "1", "").with("Plugin-Autostart", "false"));
    live.begin(PluginConfig.of("wanted"));
    assertEquals("v1", live.ask("own"));
    assertEquals("v1", live.ask("wanted"));
    assertNull(live.listed("asked"));
    live.request("deploy", "asked");
    assertEquals("v1", live.ask("asked"));
  }

  @Test
  void aPluginThatIsUndeployedStaysAwayUntilItsJarChanges() throws Exception {
    live.put("echo.jar", jar("1"));
    live.begin();
    live.event("deployed", "echo");
    live.request("undeploy", "echo");
    assertEquals(new JsonArray(), live.request(new JsonObject().put("op", "rescan")).getJsonArray("changes"));
    assertEquals("stopped", live.state("echo"));
    live.put("echo.jar", jar("2"));
    live.event("deployed", "echo");
    assertEquals("v2", live.ask("echo"));
  }

  @Test
  void whatIsDeployedByHandHidesNothingThatHappensMeanwhile() throws Exception {
    live.begin();
    live.put("echo.jar", jar("1"));
    live.request(new JsonObject().put("op", "deploy")
        .put("file", live.elsewhere("other.jar", LivePlugins.jar("other", "1", "")).toString()));
    live.request("undeploy", "other");
    live.event("deployed", "echo");
    assertEquals("stopped", live.state("other"), "its own jar is no news");
  }

  @Test
  void aFolderThatIsGoneForAWhileTakesNoPluginWithIt() throws Exception {
    live.put("echo.jar", jar("1"));
    live.begin();
    live.event("deployed", "echo");
    Path away = Files.move(live.folder, path.resolve("away"));
    assertTrue(live.refusal(new JsonObject().put("op", "rescan")).contains(" cannot be read"));
    assertEquals("v1", live.ask("echo"));
    Files.move(away, live.folder);
    live.put("echo.jar", jar("2"));
    live.event("replaced", "echo");
    assertFalse(live.seen().contains("undeployed echo"));
  }
}
