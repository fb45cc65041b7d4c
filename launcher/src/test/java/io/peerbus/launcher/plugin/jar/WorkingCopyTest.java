package io.peerbus.launcher.plugin.jar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.launcher.config.PluginPolicy;
import io.peerbus.launcher.plugin.JarMaker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkingCopyTest {

  private static final String OK = "{ }";

  @TempDir
  private Path folder;

  private Path work() {
    return folder.resolve("work");
  }

  private static JarMaker good() {
    return JarMaker.ofVerticle("fixture", "Main", OK);
  }

  private String refusal(Path jar) throws IOException {
    PluginException error = assertThrows(PluginException.class, () -> WorkingCopy.of(jar, work(), PluginPolicy.OPEN));
    assertEquals(List.of(), left(), "nothing is left of a jar that was refused");
    return error.getMessage();
  }

  private List<Path> left() throws IOException {
    if (!Files.exists(work())) {
      return List.of();
    }
    try (var files = Files.list(work())) {
      return files.toList();
    }
  }

  @Test
  void aGoodJarIsCopiedByteByByte() throws Exception {
    Path jar = good().write(folder.resolve("a.jar"));
    try (WorkingCopy copy = WorkingCopy.of(jar, work(), PluginPolicy.OPEN); WorkingCopy again = WorkingCopy.of(jar, work(), PluginPolicy.OPEN)) {
      assertEquals("fixture", copy.jar().id());
      assertEquals("1.2", copy.jar().version());
      assertEquals("fixture.Main", copy.jar().verticle());
      assertEquals("a.jar", copy.source());
      assertArrayEquals(Files.readAllBytes(jar), Files.readAllBytes(copy.jar().file()));
      assertEquals(copy.sha256(), again.sha256());
      assertNotEquals(copy.jar().file(), again.jar().file());
      assertTrue(copy.jar().file().getFileName().toString().startsWith(copy.sha256()));
    }
    assertEquals(List.of(), left());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', nullValues = "none", value = {
      "Plugin-Id | none | a.jar is no plugin: its manifest has no Plugin-Id",
      "Plugin-Version | none | a.jar is no plugin: its manifest has no Plugin-Version",
      "Plugin-Verticle | none | a.jar is no plugin: its manifest has no Plugin-Verticle",
      "Plugin-Api | none | a.jar is no plugin: its manifest has no Plugin-Api",
      "Plugin-Id | A b | a.jar: Plugin-Id \"A b\" is not of the form [a-z0-9][a-z0-9-]{0,62}",
      "Plugin-Api | one | a.jar: Plugin-Api \"one\" is not of the form [0-9]{1,6}",
  })
  void theManifestIsChecked(String attribute, String value, String message) throws Exception {
    String refusal = refusal(good().with(attribute, value).write(folder.resolve("a.jar")));
    // The jar that is read is the copy; its name in the message is that of the copy.
    assertEquals(message.substring("a.jar".length()), refusal.substring(refusal.indexOf(".jar") + 4));
  }

  @Test
  void aPluginForAnotherApiIsRefused() throws Exception {
    assertTrue(refusal(good().with("Plugin-Api", "2").write(folder.resolve("a.jar")))
        .endsWith("was made for plugin API 2, this node has 1; it needs a newer Peerbus"));
  }

  @Test
  void aJarThatBringsSharedClassesIsRefused() throws Exception {
    assertEquals("a.jar brings its own io.peerbus.api.Host.class, which belongs to the node: build the plugin with"
        + " that dependency as \"provided\"", refusal(good().withEntry("io/peerbus/api/Host.class", new byte[9])
        .write(folder.resolve("a.jar"))));
  }

  @ParameterizedTest
  @CsvSource({"../evil", "/etc/passwd", "a/../../b", "a\\b"})
  void entriesThatLeadOutOfTheJarAreRefused(String name) throws Exception {
    assertEquals("a.jar has an entry with a path that leads out of it: " + name,
        refusal(good().withEntry(name, new byte[1]).write(folder.resolve("a.jar"))));
  }

  @Test
  void classesForANewerJavaAreRefused() throws Exception {
    byte[] head = {(byte) 0xCA, (byte) 0xFE, (byte) 0xBA, (byte) 0xBE, 0, 0, 0, 99, 0, 0};
    assertEquals("a.jar was compiled for Java 55, this is Java " + Runtime.version().feature(),
        refusal(good().withEntry("p/A.class", head).write(folder.resolve("a.jar"))));
    assertEquals("a.jar: p/B.class is no class file",
        refusal(good().withEntry("p/B.class", new byte[3]).write(folder.resolve("a.jar"))));
  }

  @Test
  void whatIsNoJarIsRefused() throws Exception {
    assertTrue(refusal(Files.write(folder.resolve("a.jar"), new byte[0])).startsWith("a.jar cannot be used: "));
    assertTrue(refusal(Files.writeString(folder.resolve("a.jar"), "hello")).startsWith("a.jar cannot be used: "));
    assertTrue(refusal(folder.resolve("missing.jar")).startsWith("missing.jar cannot be used: NoSuchFile"));
  }

  @Test
  void aJarCutAnywhereIsRefused() throws Exception {
    byte[] whole = good().withEntry("data", "some bytes".getBytes(StandardCharsets.UTF_8)).bytes();
    Path jar = folder.resolve("a.jar");
    for (int length = 0; length < whole.length; length += 7) {
      Files.write(jar, Arrays.copyOf(whole, length));
      refusal(jar);
    }
  }

  @Test
  void aJarWithAFlippedBitIsRefusedOrUnharmed() throws Exception {
    byte[] data = new byte[600];
    new Random(1).nextBytes(data);
    byte[] whole = good().withEntry("data", data).bytes();
    Path jar = folder.resolve("a.jar");
    int refused = 0;
    for (int i = 0; i < whole.length; i++) {
      byte[] flipped = whole.clone();
      flipped[i] ^= 0x10;
      Files.write(jar, flipped);
      try (WorkingCopy copy = WorkingCopy.of(jar, work(), PluginPolicy.OPEN)) {
        assertEquals("fixture", copy.jar().id());
      } catch (PluginException e) {
        refused++;
      }
    }
    // What may pass is times, flags and comments; all 600 bytes of the entry, and all class bytes, are under a CRC.
    assertTrue(refused > 0.7 * whole.length, refused + " of " + whole.length);
    assertEquals(List.of(), left());
  }

  @Test
  void aJarThatUnpacksToMoreThanTheLimitIsRefused() throws Exception {
    JarMaker bomb = good();
    for (int i = 0; i < 5; i++) {
      bomb.withEntry("zeros" + i, new byte[60 << 20]);
    }
    assertEquals("a.jar unpacks to more than 268435456 bytes", refusal(bomb.write(folder.resolve("a.jar"))));
  }
}
