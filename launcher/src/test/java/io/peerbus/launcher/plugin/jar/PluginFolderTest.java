package io.peerbus.launcher.plugin.jar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.launcher.config.PluginConfig;
import io.peerbus.launcher.plugin.JarMaker;
import io.vertx.core.ThreadingModel;
import io.vertx.core.json.JsonObject;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginFolderTest {

  @TempDir
  private Path path;

  private String refusal(PluginConfig wanted) {
    return assertThrows(PluginException.class, () -> new PluginFolder(path).find(wanted)).getMessage();
  }

  private void put(String file, String id) throws Exception {
    new JarMaker(id, "x.Y").write(path.resolve(file));
  }

  @Test
  void aJarIsFoundByTheIdInItsManifest() throws Exception {
    put("b.jar", "ping");
    put("a.jar", "chat");
    assertEquals(path.resolve("a.jar"), new PluginFolder(path).find(PluginConfig.of("chat")).file());
  }

  @Test
  void aMissingJarIsAnsweredWithWhatThereIs() throws Exception {
    assertEquals("no jar in " + path + " holds plugin \"chat\"; there is no plugin in it at all",
        refusal(PluginConfig.of("chat")));
    put("a.jar", "gossipsub");
    put("b.jar", "ping");
    assertEquals("no jar in " + path + " holds plugin \"chat\"; known here: gossipsub, ping",
        refusal(PluginConfig.of("chat")));
    assertEquals("no jar in " + path + " holds plugin \"gosipsub\"; did you mean \"gossipsub\"?",
        refusal(PluginConfig.of("gosipsub")));
  }

  @Test
  void twoJarsWithOneIdAreAQuestionForTheUser() throws Exception {
    put("a.jar", "chat");
    put("b.jar", "chat");
    assertEquals("more than one jar in " + path + " holds plugin \"chat\": a.jar (1.2), b.jar (1.2); name one with "
        + "\"jar\" in the config, or take the others away", refusal(PluginConfig.of("chat")));
    PluginConfig named = new PluginConfig("chat", "b.jar", ThreadingModel.WORKER, new JsonObject(), new JsonObject());
    assertEquals(path.resolve("b.jar"), new PluginFolder(path).find(named).file());
    PluginConfig other = new PluginConfig("ping", "b.jar", ThreadingModel.WORKER, new JsonObject(), new JsonObject());
    assertEquals("b.jar holds plugin \"chat\", not \"ping\"", refusal(other));
  }

  @Test
  void hiddenAndForeignFilesAreNotThereAndBrokenOnesAreMentioned() throws Exception {
    put(".chat.jar", "chat");
    put("chat.jar.tmp", "chat");
    Files.createDirectory(path.resolve("chat.jar"));
    Files.writeString(path.resolve("broken.jar"), "no jar");
    assertEquals("no jar in " + path + " holds plugin \"chat\"; there is no plugin in it at all (unusable: broken.jar"
        + " is not a readable jar: ZipException: zip END header not found)", refusal(PluginConfig.of("chat")));
  }

  @Test
  void aFileTooLargeForAJarIsNotOpened() throws Exception {
    try (RandomAccessFile file = new RandomAccessFile(path.resolve("large.jar").toFile(), "rw")) {
      file.setLength(WorkingCopy.MAX_JAR + 1);
    }
    assertTrue(refusal(PluginConfig.of("chat")).endsWith(" (unusable: large.jar is larger than " + WorkingCopy.MAX_JAR
        + " bytes: leave out what the plugin does not need)"));
  }

  @Test
  void aFolderThatIsMissingIsSaidToBe() {
    path = path.resolve("missing");
    assertEquals("plugin folder " + path + " does not exist", refusal(PluginConfig.of("chat")));
  }
}
