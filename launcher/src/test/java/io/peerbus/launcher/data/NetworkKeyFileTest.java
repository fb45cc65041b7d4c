package io.peerbus.launcher.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.launcher.Exit;
import io.peerbus.launcher.StartException;
import io.peerbus.launcher.config.NodeConfig;
import io.vertx.core.json.JsonObject;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkKeyFileTest {

  @TempDir
  private Path folder;

  private Path make(String name) throws Exception {
    Path file = folder.resolve(name);
    NetworkKeyFile.create(file, new SecureRandom());
    return file;
  }

  private static String refused(Exit exit, org.junit.jupiter.api.function.Executable action) {
    StartException error = assertThrows(StartException.class, action);
    assertEquals(exit, error.exit());
    return error.getMessage();
  }

  @Test
  void aKeyThatIsMadeIsReadAgainAndIsForItsOwnerAlone() throws Exception {
    Path file = make("swarm.key");
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertTrue(Files.readString(file).matches("/key/swarm/psk/1.0.0/\n/base16/\n[0-9a-f]{64}\n"));
    assertEquals(NetworkKeyFile.load(file), NetworkKeyFile.load(file));
    assertNotEquals(NetworkKeyFile.load(make("other")), NetworkKeyFile.load(file));
    assertThrows(FileAlreadyExistsException.class, () -> make("swarm.key"));
  }

  @Test
  void whatIsNoKeyIsRefusedWithItsReason() throws Exception {
    Path file = folder.resolve("k");
    assertEquals("network key " + file + " does not exist", refused(Exit.DATA, () -> NetworkKeyFile.load(file)));
    make("k");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertEquals("network key " + file + " is open to other users of this machine (mode rw-r--r--); close it with: "
        + "chmod 600 " + file, refused(Exit.DATA, () -> NetworkKeyFile.load(file)));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(file, "secret");
    assertTrue(refused(Exit.DATA, () -> NetworkKeyFile.load(file)).endsWith("peerbus key network FILE"));
    Files.write(file, new byte[1_000]);
    assertTrue(refused(Exit.DATA, () -> NetworkKeyFile.load(file)).contains("larger than 256 bytes"));
  }

  @Test
  void aNodeThatMustBePrivateDoesNotStartInTheOpen() throws Exception {
    NodeConfig open = NodeConfig.of("test", new JsonObject().put("node", "a"), folder);
    assertNull(NodeClaim.network(open, folder, Map.of()));
    assertNull(NodeClaim.network(open, folder, Map.of(NetworkKeyFile.FORCED, "0")));
    assertTrue(refused(Exit.CONFIG, () -> NodeClaim.network(open, folder, Map.of(NetworkKeyFile.FORCED, "1")))
        .startsWith("LIBP2P_FORCE_PNET is 1, and the config names no private network"));
    make("swarm.key");
    NodeConfig closed = NodeConfig.of("test", new JsonObject().put("node", "a")
        .put("privateNetwork", new JsonObject().put("file", "swarm.key")), folder);
    assertEquals(NetworkKeyFile.load(folder.resolve("swarm.key")),
        NodeClaim.network(closed, folder, Map.of(NetworkKeyFile.FORCED, "1")));
  }
}
