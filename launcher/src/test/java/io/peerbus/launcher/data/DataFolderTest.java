package io.peerbus.launcher.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.launcher.Exit;
import io.peerbus.launcher.StartException;
import io.peerbus.launcher.config.NodeConfig;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {

  @TempDir
  private Path folder;

  @Test
  void oneNodeHasTheFolderUntilItLetsGo() throws Exception {
    Path path = folder.resolve("a");
    DataFolder first = DataFolder.open(path);
    StartException error = assertThrows(StartException.class, () -> DataFolder.open(path));
    assertEquals(Exit.DATA, error.exit());
    assertEquals("data folder " + path + " is in use by another node of this process; give this one its own with"
        + " --name or --data", error.getMessage());
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
    first.close();
    DataFolder.open(path).close();
  }

  @Test
  void anotherNameOfTheFolderIsTheSameFolder() throws Exception {
    Path path = Files.createDirectory(folder.resolve("a"));
    Path link = Files.createSymbolicLink(folder.resolve("b"), path);
    try (DataFolder first = DataFolder.open(path)) {
      assertTrue(DataFolder.tryOpen(link).isEmpty());
      assertTrue(DataFolder.tryOpen(folder.resolve("x/../a")).isEmpty());
      assertEquals(path.toRealPath(), first.path());
    }
  }

  /** What another process holds; it ends when its standard input does. */
  public static void main(String[] args) throws Exception {
    try (DataFolder held = DataFolder.open(Path.of(args[0]))) {
      System.out.println("held " + held.path());
      System.in.read();
    }
  }

  @Test
  void aNodeOfAnotherProcessKeepsItAlsoAgainstTwoAttempts() throws Exception {
    Process other = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-cp",
        System.getProperty("java.class.path"), DataFolderTest.class.getName(), folder.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      assertTrue(other.inputReader().readLine().startsWith("held "));
      for (int i = 0; i < 2; i++) {
        StartException error = assertThrows(StartException.class, () -> DataFolder.open(folder));
        assertTrue(error.getMessage().contains("(process " + other.pid() + ")"), error.getMessage());
      }
      other.destroyForcibly();
      assertTrue(other.waitFor(10, TimeUnit.SECONDS));
      DataFolder.open(folder).close();
    } finally {
      other.destroyForcibly();
    }
  }

  @Test
  void aFileOrAFolderForEverybodyIsNoDataFolder() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    assertThrows(StartException.class, () -> DataFolder.open(file));
    Path open = Files.createDirectory(folder.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    StartException error = assertThrows(StartException.class, () -> DataFolder.open(open));
    assertTrue(error.getMessage().endsWith("chmod 700 " + open), error.getMessage());
  }

  @Test
  void theDefaultIsWhereTheSystemKeepsAUsersData() {
    assertEquals(Path.of("/x/peerbus/a"), NodeClaim.defaultPath("a", Map.of("XDG_DATA_HOME", "/x")));
    Path home = Path.of(System.getProperty("user.home"), ".local", "share", "peerbus", "a");
    assertEquals(home, NodeClaim.defaultPath("a", Map.of()));
    assertEquals(home, NodeClaim.defaultPath("a", Map.of("XDG_DATA_HOME", "relative")));
  }

  @Test
  void aClaimIsGivenBackWhenTheKeyCannotBeHad() throws Exception {
    NodeConfig config = NodeConfig.of("test", new JsonObject().put("node", "a").put("data", folder.toString()), folder);
    try (NodeClaim claim = NodeClaim.of(config, new SecureRandom())) {
      assertEquals("a", claim.config().node());
      assertThrows(StartException.class, () -> NodeClaim.of(config, new SecureRandom()));
    }
    Files.write(folder.resolve("identity.key"), new byte[3]);
    for (int i = 0; i < 2; i++) {
      StartException error = assertThrows(StartException.class, () -> NodeClaim.of(config, new SecureRandom()));
      assertTrue(error.getMessage().startsWith("identity key"), error.getMessage());
    }
    assertNotEquals(0, Files.size(folder.resolve("identity.key")));
  }
}
