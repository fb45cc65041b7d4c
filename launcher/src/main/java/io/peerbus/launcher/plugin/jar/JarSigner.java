package io.peerbus.launcher.plugin.jar;

import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.launcher.config.PluginPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.util.Enumeration;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** Puts a publisher's signature into a plugin's jar. What no node would take is not signed. */
public final class JarSigner {

  /** The first that a zip knows. */
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private JarSigner() {}

  /**
   * Signs {@code jar} and writes it to {@code target}, which may be the same file: it is there whole or not at all. An
   * older signature is replaced. The same jar and key give the same bytes. Blocks.
   *
   * @param work an empty folder for copies, which are gone when this returns
   * @throws PluginException when the jar is not good, the key no Ed25519 key, or the file cannot be written
   */
  public static void sign(Path jar, KeyPair key, Path target, Path work) throws PluginException {
    String name = String.valueOf(jar.getFileName());
    if (key.publicKey().type() != KeyType.ED25519) {
      throw new PluginException("publishers' keys are of type ed25519: make one with: peerbus key generate FILE");
    }
    Path temporary = null;
    try {
      if (!Files.isRegularFile(jar)) {
        throw new PluginException(jar + (Files.exists(jar) ? " is no file" : " is not there"));
      }
      Path copy = Files.copy(jar, work.resolve("unsigned.jar"), StandardCopyOption.COPY_ATTRIBUTES);
      temporary = Files.createTempFile(target.toAbsolutePath().getParent(), ".sign-", ".tmp");
      write(copy, temporary, PluginSignature.seal(key, JarScan.of(name, copy, WorkingCopy.TEXTS)));
      WorkingCopy.of(name, temporary, work, PluginPolicy.OPEN).close();
      if (copy.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.setPosixFilePermissions(temporary, Files.getPosixFilePermissions(copy));
      }
      Files.delete(copy);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      temporary = null;
    } catch (IOException | RuntimeException e) {
      throw PluginException.of(name + " cannot be signed", e);
    } finally {
      delete(temporary);
    }
  }

  private static void write(Path from, Path to, byte[] signature) throws IOException {
    try (ZipFile zip = new ZipFile(from.toFile());
        ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(to))) {
      for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements();) {
        ZipEntry entry = all.nextElement();
        if (!entry.getName().equals(PluginSignature.ENTRY)) {
          ZipEntry same = new ZipEntry(entry.getName());
          same.setTimeLocal(timeOf(entry));
          same.setMethod(entry.getMethod());
          if (entry.getMethod() == ZipEntry.STORED) {
            same.setSize(entry.getSize());
            same.setCrc(entry.getCrc());
          }
          out.putNextEntry(same);
          try (InputStream in = zip.getInputStream(entry)) {
            in.transferTo(out);
          }
        }
      }
      ZipEntry entry = new ZipEntry(PluginSignature.ENTRY);
      entry.setTimeLocal(NO_TIME);
      out.putNextEntry(entry);
      out.write(signature);
    }
    try (FileChannel channel = FileChannel.open(to, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /** Builds that are to be the same every time write zeros, which are the date of no day. */
  private static LocalDateTime timeOf(ZipEntry entry) {
    try {
      return entry.getTimeLocal();
    } catch (DateTimeException e) {
      return NO_TIME;
    }
  }

  private static void delete(Path file) throws PluginException {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw PluginException.of(file + " is left over and cannot be deleted", e);
    }
  }
}
