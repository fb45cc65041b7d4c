package io.peerbus.launcher.data;

import io.peerbus.launcher.Exit;
import io.peerbus.launcher.StartException;
import io.peerbus.multiformats.FormatException;
import io.peerbus.pnet.PrivateNetwork;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.random.RandomGenerator;

/**
 * The key of a private network on disk, in the form that IPFS calls {@code swarm.key}, mode 0600. A node never makes
 * one by itself: it would be alone in its network.
 */
public final class NetworkKeyFile {

  /** When it is 1, a node without a private network does not start (pnet spec, "Safeguard"). */
  public static final String FORCED = "LIBP2P_FORCE_PNET";

  private static final String WHAT = "network key";

  private NetworkKeyFile() {}

  /** Makes a new key; {@code random} is a secure one. */
  public static void create(Path file, RandomGenerator random) throws StartException, FileAlreadyExistsException {
    try {
      PrivateFile.create(file, PrivateNetwork.generate(random).toFile());
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (IOException e) {
      throw new StartException(Exit.DATA, WHAT + " " + file + " cannot be written: " + e, e);
    }
  }

  /** Reads a key. Fails when there is none, or others can read it, or it is no key. Blocks. */
  public static PrivateNetwork load(Path file) throws StartException {
    try {
      PrivateFile.check(file, WHAT, "close it with: chmod 600 " + file);
      if (Files.size(file) > PrivateNetwork.MAX_FILE) {
        throw new FormatException("larger than " + PrivateNetwork.MAX_FILE + " bytes");
      }
      return PrivateNetwork.parse(Files.readAllBytes(file));
    } catch (FormatException e) {
      throw new StartException(Exit.DATA, WHAT + " " + file + ": " + e.getMessage()
          + ". To make one: peerbus key network FILE", e);
    } catch (IOException e) {
      throw new StartException(Exit.DATA, WHAT + " " + file + " cannot be read: " + e, e);
    }
  }
}
