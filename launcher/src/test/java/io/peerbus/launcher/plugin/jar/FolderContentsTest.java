package io.peerbus.launcher.plugin.jar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.launcher.config.PluginConfig;
import io.peerbus.launcher.plugin.JarMaker;
import io.peerbus.launcher.plugin.jar.FolderContents.Installed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderContentsTest {

  @TempDir
  private Path path;
  private Path plugins;
  private FolderContents contents;

  @BeforeEach
  void start() throws Exception {
    plugins = Files.createDirectory(path.resolve("plugins"));
    contents = new FolderContents(new PluginFolder(plugins));
  }

  private static Path jar(Path file, String id, String version, String requires) throws Exception {
    return new JarMaker(id, "x.Main").with("Plugin-Version", version).with("Plugin-Requires", requires).write(file);
  }

  private void put(String id, String requires) throws Exception {
    jar(plugins.resolve(id + ".jar"), id, "1", requires);
  }

  private Set<String> names() throws Exception {
    try (Stream<Path> files = Files.list(plugins)) {
      return new TreeSet<>(files.map(file -> file.getFileName().toString())
          .filter(name -> !name.equals(FolderLock.NAME)).toList());
    }
  }

  private List<String> inOrder(String... ids) throws PluginException {
    return contents.inOrder(Stream.of(ids).map(PluginConfig::of).toList()).stream().map(PluginConfig::id).toList();
  }

  @Test
  void pluginsComeAfterThoseTheyRequireAndOtherwiseInTheOrderGiven() throws Exception {
    put("chat", "gossipsub, identify");
    put("bot", "chat");
    put("gossipsub", null);
    put("identify", null);
    put("ping", null);
    assertEquals(List.of("ping", "gossipsub", "identify", "chat", "bot"),
        inOrder("ping", "bot", "chat", "identify", "gossipsub"));
    assertEquals(List.of("bot", "ping"), inOrder("bot", "ping"), "what nobody wants is missed later");
  }

  @Test
  void aCircleIsNamed() throws Exception {
    put("a", "b");
    put("b", "c");
    put("c", "a");
    assertEquals("plugins require each other in a circle: a, b, c",
        assertThrows(PluginException.class, () -> inOrder("a", "b", "c")).getMessage());
  }

  @Test
  void stampsAreOfJarsOnlyAndDifferWhenAFileTakesThePlaceOfAnother() throws Exception {
    put("a", null);
    Files.writeString(plugins.resolve(".hidden.jar"), "x");
    Files.writeString(plugins.resolve("a.jar.previous"), "x");
    Files.createDirectory(plugins.resolve("folder.jar"));
    assertEquals(Set.of("a.jar"), contents.stamps().keySet());
    FolderContents.Stamp before = contents.stamps().get("a.jar");
    Path copy = Files.copy(plugins.resolve("a.jar"), path.resolve("copy"));
    Files.setLastModifiedTime(copy, Files.getLastModifiedTime(plugins.resolve("a.jar")));
    Files.move(copy, plugins.resolve("a.jar"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertFalse(before.equals(contents.stamps().get("a.jar")));
  }

  @Test
  void aFolderThatCannotBeReadIsNotTakenForAnEmptyOne() throws Exception {
    Files.delete(plugins);
    assertThrows(PluginException.class, contents::stamps);
    assertThrows(PluginException.class, () -> contents.holds("a"));
  }

  @Test
  void anInstalledJarTakesThePlaceOfThoseThatHeldThePluginAndThatCanBeUndone() throws Exception {
    Path old = jar(plugins.resolve("echo-1.jar"), "echo", "1", null);
    byte[] before = Files.readAllBytes(old);
    put("other", null);
    Path fresh = jar(path.resolve("echo-2.jar"), "echo", "2", null);
    Installed installed = contents.install(fresh);
    assertEquals("echo", installed.id());
    assertEquals(Set.of("echo-1.jar.previous", "echo-2.jar", "other.jar"), names());
    assertEquals(Map.of("echo-2.jar", "echo", "other.jar", "other"), contents.ids());
    assertArrayEquals(Files.readAllBytes(fresh), Files.readAllBytes(plugins.resolve("echo-2.jar")));
    contents.undo(installed);
    assertEquals(Set.of("echo-1.jar", "other.jar"), names());
    assertArrayEquals(before, Files.readAllBytes(old));
  }

  @Test
  void whatCannotBeUsedDoesNotCostTheVersionBefore() throws Exception {
    put("echo", null);
    byte[] first = Files.readAllBytes(plugins.resolve("echo.jar"));
    contents.settle(contents.install(jar(path.resolve("echo.jar"), "echo", "2", null)));
    Installed useless = contents.install(jar(path.resolve("echo.jar"), "echo", "3", null));
    contents.undo(useless);
    assertEquals(Set.of("echo.jar", "echo.jar.previous"), names());
    assertArrayEquals(first, Files.readAllBytes(plugins.resolve("echo.jar.previous")));
    contents.settle(contents.install(jar(path.resolve("echo.jar"), "echo", "4", null)));
    assertEquals(Set.of("echo.jar", "echo.jar.previous"), names());
    assertFalse(java.util.Arrays.equals(first, Files.readAllBytes(plugins.resolve("echo.jar.previous"))));
  }

  @Test
  void ofOneNameTheOldJarIsKeptToo() throws Exception {
    put("echo", null);
    byte[] before = Files.readAllBytes(plugins.resolve("echo.jar"));
    Installed installed = contents.install(jar(path.resolve("echo.jar"), "echo", "2", null));
    assertArrayEquals(before, Files.readAllBytes(plugins.resolve("echo.jar.previous")));
    contents.undo(installed);
    assertArrayEquals(before, Files.readAllBytes(plugins.resolve("echo.jar")));
    assertEquals(Set.of("echo.jar"), names());
  }

  @Test
  void aVersionIsPutBackOnlyInThePlaceOfTheOneThatItReplaces() throws Exception {
    put("other", null);
    Path first = jar(path.resolve("other.jar"), "echo", "1", null);
    Path second = jar(plugins.resolve("echo.jar"), "echo", "2", null);
    WorkingCopy copy = new WorkingCopy("other.jar", PluginJar.read(first), Sha256.of(first), null, null);
    contents.putBack(copy, "the hash of another", null);
    assertEquals(Set.of("echo.jar", "other.jar"), names());
    contents.putBack(copy, Sha256.of(second), null);
    assertEquals(Set.of("echo-1.jar", "echo.jar.previous", "other.jar"), names(), "its own name is another's by now");
    contents.putBack(copy, null, "named.jar");
    assertEquals(Set.of("echo-1.jar", "echo.jar.previous", "other.jar"), names(), "it is there");
  }

  @Test
  void installingWhatIsThereAlreadyChangesNothing() throws Exception {
    put("echo", null);
    Installed installed = contents.install(plugins.resolve("echo.jar"));
    assertNull(installed.jar());
    contents.undo(installed);
    assertEquals(Set.of("echo.jar"), names());
    installed = contents.install(Files.copy(plugins.resolve("echo.jar"), path.resolve("copy.jar")));
    assertNull(installed.jar(), "nor does the same by another name");
    assertEquals(Set.of("echo.jar"), names());
  }

  @Test
  void aJarDoesNotTakeTheNameOfAnotherPluginNorOneThatDoesNotCount() throws Exception {
    put("echo", null);
    Path other = jar(path.resolve("echo.jar"), "other", "1", null);
    assertEquals("echo.jar in the plugin folder holds plugin \"echo\": give the jar of \"other\" another name",
        assertThrows(PluginException.class, () -> contents.install(other)).getMessage());
    Path odd = jar(path.resolve("echo.zip"), "echo", "2", null);
    assertTrue(assertThrows(PluginException.class, () -> contents.install(odd)).getMessage()
        .contains("let its name end in .jar"));
    assertEquals(Set.of("echo.jar"), names());
  }

  @Test
  void whoStartsByItselfIsListedOnceAndBrokenJarsNotAtAll() throws Exception {
    new JarMaker("own", "x.Main").with("Plugin-Autostart", null).write(plugins.resolve("own.jar"));
    new JarMaker("own", "x.Main").with("Plugin-Autostart", null).write(plugins.resolve("own-2.jar"));
    put("asked", null);
    Files.writeString(plugins.resolve("broken.jar"), "no jar");
    assertEquals(List.of("own"), contents.startingByThemselves());
    assertThrows(PluginException.class, () -> contents.idOf("broken.jar"));
    assertTrue(contents.holds("asked"));
    assertFalse(contents.holds("broken"));
  }
}
