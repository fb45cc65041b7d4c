package io.peerbus.launcher.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.launcher.config.PluginConfig;
import io.vertx.core.ThreadingModel;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One jar, several plugins of a node. */
@Timeout(300)
class SeveralIdsTest {

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

  /** Answers at its id; {@code more} runs before, with the id and the settings at hand. */
  private static JarMaker jar(String version, String more) {
    return JarMaker.ofVerticle("echo", "Main", """
        extends VerticleBase {
          public Future<?> start() throws Exception {
            String id = config().getString("plugin");
            var settings = config().getJsonObject("settings");
            %s
            String answer = "v%s of " + id + " " + settings.getString("say") + " "
                + java.nio.file.Path.of(config().getString("folder")).getFileName();
            return vertx.eventBus().consumer(id, m -> m.reply(answer)).completion();
          }
        }""".formatted(more, version)).with("Plugin-Version", version);
  }

  private static JarMaker jar(String version) {
    return jar(version, "");
  }

  private static PluginConfig entry(String id, String say) {
    return new PluginConfig(id, "echo", null, ThreadingModel.WORKER, new JsonObject().put("say", say),
        new JsonObject(), new JsonObject());
  }

  private void begin() throws Exception {
    live.put("echo.jar", jar("1"));
    live.begin(entry("echo", "one"), entry("room", "two"));
    live.event("deployed", "echo");
    live.event("deployed", "room");
  }

  private void runs(String echo, String room) throws Exception {
    assertEquals("v" + echo + " of echo one echo", live.ask("echo"));
    assertEquals("v" + room + " of room two room", live.ask("room"));
  }

  private JsonObject file(String op, JarMaker jar) throws Exception {
    return new JsonObject().put("op", op).put("file", live.elsewhere("new.jar", jar).toString());
  }

  @Test
  void eachHasItsOwnIdSettingsFolderAndClasses() throws Exception {
    begin();
    runs("1", "1");
    assertNotSame(live.manager.loaderOf("echo"), live.manager.loaderOf("room"));
    assertEquals("plugin:room@1", live.manager.loaderOf("room").getName(),
        "by which its logs and its budget are its own");
    assertEquals("echo", live.listed("room").getString("plugin"));
    live.request("undeploy", "room");
    assertEquals("stopped", live.state("room"));
    assertEquals("v1 of echo one echo", live.ask("echo"));
    live.request("deploy", "room");
    runs("1", "1");
  }

  @Test
  void whatHappensToTheJarInTheFolderHappensToAll() throws Exception {
    begin();
    live.put("echo.jar", jar("2"));
    live.event("replaced", "echo");
    live.event("replaced", "room");
    runs("2", "2");
    Files.delete(live.folder.resolve("echo.jar"));
    live.event("undeployed", "echo");
    live.event("undeployed", "room");
    live.put("back.jar", jar("3"));
    live.event("deployed", "echo");
    live.event("deployed", "room");
    runs("3", "3");
  }

  @Test
  void aReplacementOfOneIsOneOfAllAndSoIsARollback() throws Exception {
    begin();
    assertEquals(new JsonObject().put("id", "room").put("version", "2").put("previous", "1")
        .put("also", new JsonArray().add("echo")), live.request(file("replace", jar("2")).put("id", "room")));
    runs("2", "2");
    assertEquals(new JsonObject().put("id", "room").put("version", "1").put("previous", "2")
        .put("also", new JsonArray().add("echo")), live.request("rollback", "room"));
    runs("1", "1");
    assertNull(live.listed("echo").getValue("previous"), "by itself it does not go to what was taken back");
    assertEquals("echo", live.request(file("deploy", jar("3"))).getString("id"));
    runs("3", "3");
    assertTrue(live.refusal(file("replace", LivePlugins.jar("other", "1", "")).put("id", "room"))
        .endsWith("holds plugin \"other\", not \"echo\""));
    assertEquals(new JsonArray(), live.request(new JsonObject().put("op", "rescan")).getJsonArray("changes"));
  }

  @Test
  void aVersionThatOneOfThemCannotRunIsTakenByNone() throws Exception {
    begin();
    String reason = live.refusal(file("deploy", jar("2", "if (id.equals(\"room\")) throw new Exception(\"not I\");")));
    assertTrue(reason.contains("plugin \"room\" did not start") && reason.contains("not I"), reason);
    runs("1", "1");
    assertFalse(Files.exists(live.folder.resolve("new.jar")));
    assertEquals("there is no version of \"echo\" to go back to",
        live.refusal(new JsonObject().put("op", "rollback").put("id", "echo")));
    live.request("undeploy", "echo");
    live.refusal(file("deploy", jar("3", "if (id.equals(\"room\")) throw new Exception(\"nor now\");")));
    assertEquals("stopped", live.state("echo"), "as before");
    assertEquals("v1 of room two room", live.ask("room"));
  }

  @Test
  void aJarStartsByItselfOnlyWhereNoEntryNamesIt() throws Exception {
    live.put("echo.jar", jar("1").with("Plugin-Autostart", null));
    live.begin(entry("room", "two"));
    assertEquals("v1 of room two room", live.ask("room"));
    assertNull(live.listed("echo"));
    live.await(() -> live.manager.forget("room", List.of()));
    assertEquals("stopped", live.state("room"));
    assertEquals("v1 of echo null echo", live.ask("echo"));
    live.await(() -> live.manager.configure(entry("room", "three")));
    assertEquals("v1 of room three room", live.ask("room"));
    assertEquals("stopped", live.state("echo"));
    live.put("echo.jar", jar("2").with("Plugin-Autostart", null));
    live.event("replaced", "room");
    assertEquals("stopped", live.state("echo"));
  }

  @Test
  void anEntryWithAnotherIdThanBeforeDoesNotStartTheJarByItselfInBetween() throws Exception {
    live.put("echo.jar", jar("1", "if (settings.isEmpty()) throw new Exception(\"say what?\");")
        .with("Plugin-Autostart", null));
    live.begin(entry("room", "two"));
    live.await(() -> live.manager.forget("room", List.of(entry("hall", "three"))));
    live.await(() -> live.manager.configure(entry("hall", "three")));
    assertEquals("v1 of hall three hall", live.ask("hall"));
    assertEquals("stopped", live.state("room"));
    assertNull(live.listed("echo"));
  }

  @Test
  void anIdThatIsThatOfAnotherPluginInTheConfigIsNotTaken() throws Exception {
    live.put("other.jar", LivePlugins.jar("other", "1", ""));
    PluginConfig fork = new PluginConfig("echo", "other", null, ThreadingModel.WORKER, new JsonObject(),
        new JsonObject(), new JsonObject());
    live.begin(fork);
    assertEquals("other", live.listed("echo").getString("plugin"));
    assertNull(live.listed("other"));
    assertEquals("the id \"echo\" is that of a plugin \"other\" in the config: add an entry with another id and"
        + " \"plugin\": \"echo\"", live.refusal(file("deploy", jar("1"))));
    live.put("echo.jar", jar("1"));
    assertEquals(new JsonArray(), rescan());
    live.await(() -> live.manager.configure(entry("echo", "one")));
    assertEquals("v1 of echo one echo", live.ask("echo"));
    live.event("undeployed", "echo");
    assertFalse(live.seen().contains("replaced echo"), "the other one's state is nothing for it");
    assertNull(live.listed("echo").getValue("previous"));
  }

  private JsonArray rescan() throws Exception {
    return live.request(new JsonObject().put("op", "rescan")).getJsonArray("changes");
  }

  @Test
  void whoRequiresAPluginRequiresTheId() throws Exception {
    live.put("echo.jar", jar("1"));
    live.put("needs.jar", LivePlugins.jar("needs", "1", "").with("Plugin-Requires", "room"));
    live.begin(PluginConfig.of("needs"), entry("room", "two"));
    assertEquals(List.of("deployed room", "deployed needs"), live.seen());
    live.request("undeploy", "room");
    assertEquals("waiting", live.state("needs"));
  }
}
