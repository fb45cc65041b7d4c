package io.peerbus.launcher.data;

import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.launcher.Exit;
import io.peerbus.launcher.StartException;
import io.peerbus.multiformats.FormatException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * A node's private key on disk: libp2p's PrivateKey protobuf, mode 0600. It is written once and never again; a file
 * that others can read, or that is no key, stops the node and is left as it is.
 */
public final class IdentityFile {

  /** Largest file read; an RSA key of 4096 bits is below it. */
  private static final int MAX_BYTES = 16 << 10;

  private IdentityFile() {}

  /** The key in {@code file}; on the first call a new one of {@code type}. Blocks. */
  public static KeyPair loadOrCreate(Path file, KeyType type, SecureRandom random) throws StartException {
    if (!Files.exists(file)) {
      try {
        return create(file, type, random);
      } catch (FileAlreadyExistsException e) {
        return load(file); // somebody was quicker; that key counts
      }
    }
    return load(file);
  }

  /** Makes a new key. The folder is made as well, mode 0700. */
  public static KeyPair create(Path file, KeyType type, SecureRandom random)
      throws StartException, FileAlreadyExistsException {
    KeyPair key = KeyPair.generate(type, random);
    byte[] bytes = key.toBytes();
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (!Files.exists(folder)) {
        DataFolder.create(folder);
      }
      PrivateFile.create(file, bytes);
      return key;
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (IOException e) {
      throw new StartException(Exit.DATA, "identity key " + file + " cannot be written: " + e, e);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** Reads a key. Fails when there is none, or others can read it, or it is no key. */
  public static KeyPair load(Path file) throws StartException {
    byte[] bytes = {};
    try {
      PrivateFile.check(file, "identity key", "close it with: chmod 600 " + file);
      if (Files.size(file) > MAX_BYTES) {
        throw new FormatException("larger than " + MAX_BYTES + " bytes");
      }
      bytes = Files.readAllBytes(file);
      return KeyPair.of(bytes);
    } catch (FormatException e) {
      throw new StartException(Exit.DATA, "identity key " + file + " is damaged or not a libp2p private key ("
          + e.getMessage() + "); it was left as it is. Put a copy back, or move it away to start as a new peer", e);
    } catch (IOException e) {
      throw new StartException(Exit.DATA, "identity key " + file + " cannot be read: " + e, e);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }
}
