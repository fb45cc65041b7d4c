package io.peerbus.launcher.plugin.jar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.launcher.config.PluginPolicy;
import io.peerbus.launcher.plugin.JarMaker;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkingCopyTest {

  @TempDir
  private Path folder;

  private Path work() {
    return folder.resolve("work");
  }

  private WorkingCopy copy(Path jar) throws PluginException {
    return WorkingCopy.of(jar, work(), PluginPolicy.OPEN);
  }

  private String refusal(Path jar) throws IOException {
    PluginException error = assertThrows(PluginException.class, () -> copy(jar));
    assertEquals(List.of(), left(), "nothing is left of a jar that was refused");
    return error.getMessage();
  }

  private List<Path> left() throws IOException {
    try (var files = Files.list(work())) {
      return files.toList();
    }
  }

  /** A plugin whose class says which it is. */
  private static JarMaker saying(String word) {
    return Fixture.plugin(Fixture.compiled("public class Main extends io.vertx.core.VerticleBase {"
        + " public String toString() { return \"" + word + "\"; } }"));
  }

  private static String said(WorkingCopy copy) throws Exception {
    try (PluginLoader loader = copy.newLoader("x")) {
      return Class.forName(copy.jar().verticle(), true, loader).getConstructor().newInstance().toString();
    }
  }

  @Test
  void aGoodJarIsCopiedByteByByteAndDescribed() throws Exception {
    Path jar = Fixture.good().with("Plugin-Requires", " ping , chat")
        .withEntry(SchemaEntry.ENTRY, "{\"type\": \"object\"}".getBytes(StandardCharsets.UTF_8))
        .withAttribute("Multi-Release", "true").withEntry("META-INF/versions/11/fixture/Other.class", Fixture.main())
        .write(folder.resolve("a.jar"));
    try (WorkingCopy copy = copy(jar); WorkingCopy again = copy(jar)) {
      assertEquals("fixture", copy.jar().id());
      assertEquals("1.2", copy.jar().version());
      assertEquals("fixture.Main", copy.jar().verticle());
      assertEquals(List.of("ping", "chat"), copy.jar().requires());
      assertEquals(new JsonObject().put("type", "object"), copy.schema());
      assertNull(copy.publisher());
      assertEquals("a.jar", copy.source());
      assertArrayEquals(Files.readAllBytes(jar), Files.readAllBytes(copy.jar().file()));
      assertEquals(Sha256.of(jar), copy.sha256());
      assertEquals(copy.sha256(), again.sha256());
      assertNotEquals(copy.jar().file(), again.jar().file());
      assertTrue(copy.jar().file().getFileName().toString().startsWith(copy.sha256()));
    }
    assertEquals(List.of(), left());
  }

  @Test
  void whatIsNoFileOrTooLargeIsRefusedBeforeItIsRead() throws Exception {
    assertEquals("missing.jar is not there: name the file of a jar", refusal(folder.resolve("missing.jar")));
    assertEquals("folder.jar is no file: name the file of a jar",
        refusal(Files.createDirectory(folder.resolve("folder.jar"))));
    Path large = folder.resolve("large.jar");
    try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength(WorkingCopy.MAX_JAR + 1);
    }
    assertEquals("large.jar is larger than " + WorkingCopy.MAX_JAR
        + " bytes: leave out what the plugin does not need", refusal(large));
  }

  @Test
  void aSignedJarNamesItsPublisherAndThePolicyTakesIt() throws Exception {
    Path jar = Signed.sign(Signed.PUBLISHER, Fixture.good()).write(folder.resolve("a.jar"));
    String sha256;
    try (WorkingCopy copy = WorkingCopy.of(jar, work(), Signed.ONLY_PUBLISHER)) {
      assertEquals(Signed.PUBLISHER.publicKey().peerId(), copy.publisher());
      sha256 = copy.sha256();
    }
    PluginPolicy pinned = new PluginPolicy(Signed.ONLY_PUBLISHER.publishers(), true,
        Map.of("fixture", sha256.toUpperCase(Locale.ROOT), "other", "ab".repeat(32)));
    WorkingCopy.of(jar, work(), pinned).close();
  }

  @Test
  void aJarExchangedAfterTheCheckIsNotRun() throws Exception {
    Path jar = saying("good").write(folder.resolve("a.jar"));
    try (WorkingCopy copy = copy(jar)) {
      Path other = saying("evil").write(folder.resolve("b.jar"));
      Files.write(jar, Files.readAllBytes(other)); // in place, and then by name
      assertEquals("good", said(copy));
      Files.move(other, jar, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      assertEquals("good", said(copy));
      Files.delete(jar);
      assertEquals("good", said(copy));
    }
  }

  @Test
  void aJarExchangedWhileItIsCheckedIsWholeTheOldOneOrTheNewOne() throws Exception {
    Path jar = folder.resolve("a.jar");
    byte[] good = saying("good").bytes();
    byte[] evil = saying("evil").bytes();
    Thread swapper = new Thread(() -> {
      try {
        for (int i = 0; !Thread.interrupted(); i++) {
          Path next = Files.write(folder.resolve("next"), i % 2 == 0 ? evil : good);
          Files.move(next, jar, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
      } catch (IOException e) {
        // Interrupted while it wrote.
      }
    });
    String goodSum = Sha256.of(Files.write(folder.resolve("good"), good));
    Files.write(jar, good);
    swapper.start();
    try {
      for (int i = 0; i < 50; i++) {
        try (WorkingCopy copy = copy(jar)) {
          assertEquals(copy.sha256().equals(goodSum) ? "good" : "evil", said(copy));
        } catch (PluginException e) {
          assertEquals("a.jar changed while it was read: put it there under another name, then rename it",
              e.getMessage());
        }
      }
    } finally {
      swapper.interrupt();
      swapper.join();
    }
  }

  @Test
  void aCopyExchangedAfterTheCheckIsNotLoaded() throws Exception {
    Path jar = saying("good").write(folder.resolve("a.jar"));
    try (WorkingCopy copy = copy(jar)) {
      Path other = saying("evil").write(folder.resolve("b.jar"));
      Files.move(other, copy.jar().file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      assertEquals("the copy of a.jar was changed after it was verified: who else writes into " + work() + "?",
          assertThrows(PluginException.class, () -> copy.newLoader("x")).getMessage());
    }
  }

  @Test
  void aCopyExchangedWhileItIsLoadedStaysTheOneThatWasVerified() throws Exception {
    try (WorkingCopy copy = copy(saying("good").write(folder.resolve("a.jar")));
        PluginLoader loader = copy.newLoader("x")) {
      Path other = saying("evil").write(folder.resolve("b.jar"));
      Files.move(other, copy.jar().file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      assertEquals("good",
          Class.forName("fixture.Main", true, loader).getConstructor().newInstance().toString());
    }
  }
}
