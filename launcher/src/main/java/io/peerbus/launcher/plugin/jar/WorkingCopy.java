package io.peerbus.launcher.plugin.jar;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.CRC32;

/**
 * A verified copy of a plugin's jar. Classes are loaded from the copy only: the jar in the plugin folder may be
 * exchanged at any time, also between check and use.
 *
 * @param source the name of the jar that was copied
 * @param jar what the copy's own manifest says; its file is the copy
 * @param sha256 of the whole file, in hexadecimal
 */
public record WorkingCopy(String source, PluginJar jar, String sha256) implements AutoCloseable {

  /** Largest jar; a plugin is some hundred kilobytes. */
  private static final long MAX_JAR = 64L << 20;

  /** Largest sum of all unpacked entries: a jar of 64 MiB could unpack to 64 GiB. */
  private static final long MAX_UNPACKED = 256L << 20;

  /** Most entries: each costs memory in the jar's index, before a byte of it is looked at. */
  private static final int MAX_ENTRIES = 20_000;

  /**
   * Copies a jar into {@code folder} and verifies the copy: every entry is read to its end and its checksum compared.
   * Blocks.
   */
  public static WorkingCopy of(Path source, Path folder) throws PluginException {
    Path temporary = null;
    try {
      Files.createDirectories(folder);
      temporary = Files.createTempFile(folder, ".plugin-", ".tmp");
      String sha256 = copy(source, temporary);
      verify(source, temporary);
      // The number makes two copies of one jar two files: the old one may still be in use.
      Path copy = temporary.resolveSibling(sha256 + temporary.getFileName().toString().replaceAll("[^0-9]", "-")
          + ".jar");
      Files.move(temporary, copy, StandardCopyOption.ATOMIC_MOVE);
      temporary = copy;
      PluginJar jar = PluginJar.read(copy);
      jar.checkApi();
      temporary = null;
      return new WorkingCopy(source.getFileName().toString(), jar, sha256);
    } catch (IOException | RuntimeException e) {
      throw PluginException.of(source.getFileName() + " cannot be used", e);
    } finally {
      delete(temporary);
    }
  }

  private static String copy(Path source, Path target) throws IOException, PluginException {
    MessageDigest digest = newDigest();
    try (InputStream in = Files.newInputStream(source);
        OutputStream out = Files.newOutputStream(target, StandardOpenOption.WRITE)) {
      byte[] chunk = new byte[64 << 10];
      long total = 0;
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        total += n;
        if (total > MAX_JAR) {
          throw new PluginException(source.getFileName() + " is larger than " + MAX_JAR + " bytes");
        }
        digest.update(chunk, 0, n);
        out.write(chunk, 0, n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void verify(Path source, Path copy) throws IOException, PluginException {
    try (JarFile jar = new JarFile(copy.toFile(), true)) {
      if (jar.size() > MAX_ENTRIES) {
        throw new PluginException(source.getFileName() + " has more than " + MAX_ENTRIES + " entries");
      }
      Set<String> names = new HashSet<>();
      long unpacked = 0;
      for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements();) {
        JarEntry entry = entries.nextElement();
        checkName(source, entry.getName(), names);
        try (InputStream in = jar.getInputStream(entry)) {
          unpacked += verify(source, entry, in, MAX_UNPACKED - unpacked);
        }
      }
    }
  }

  /** Reads one entry to its end, {@code most} bytes, and compares its checksum: a JarFile itself does not. */
  private static long verify(Path source, JarEntry entry, InputStream in, long most)
      throws IOException, PluginException {
    byte[] chunk = new byte[64 << 10];
    CRC32 crc = new CRC32();
    int first = in.readNBytes(chunk, 0, 8);
    checkClass(source, entry.getName(), chunk, first);
    crc.update(chunk, 0, first);
    long size = first;
    for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
      crc.update(chunk, 0, n);
      size += n;
      if (size > most) {
        throw new PluginException(source.getFileName() + " unpacks to more than " + MAX_UNPACKED + " bytes");
      }
    }
    if (crc.getValue() != entry.getCrc() || size != entry.getSize()) {
      throw new PluginException(source.getFileName() + " is damaged: " + entry.getName() + " has a wrong checksum");
    }
    return size;
  }

  private static void checkName(Path source, String name, Set<String> names) throws PluginException {
    if (name.startsWith("/") || name.contains("\\") || ("/" + name).contains("/../")) {
      throw new PluginException(source.getFileName() + " has an entry with a path that leads out of it: " + name);
    }
    if (!names.add(name)) {
      throw new PluginException(source.getFileName() + " has the entry " + name + " twice");
    }
    if (name.endsWith(".class") && PluginLoader.isShared(name.replace('/', '.'))) {
      throw new PluginException(source.getFileName() + " brings its own " + name.replace('/', '.')
          + ", which belongs to the node: build the plugin with that dependency as \"provided\"");
    }
  }

  /** Looks at the version of a class file: a class for a newer Java would fail in the middle of the start. */
  private static void checkClass(Path source, String name, byte[] head, int length) throws PluginException {
    if (!name.endsWith(".class") || name.startsWith("META-INF/")) {
      return;
    }
    if (length < 8 || (head[0] & 0xFF) != 0xCA || (head[1] & 0xFF) != 0xFE) {
      throw new PluginException(source.getFileName() + ": " + name + " is no class file");
    }
    int java = ((head[6] & 0xFF) << 8 | head[7] & 0xFF) - 44; // JVM specification, table 4.1-A: 61 is Java 17
    if (java > Runtime.version().feature()) {
      throw new PluginException(source.getFileName() + " was compiled for Java " + java + ", this is Java "
          + Runtime.version().feature());
    }
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Deletes the copy. Blocks. */
  @Override
  public void close() {
    delete(jar.file());
  }

  private static void delete(Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // Left behind; the next start of the node empties the folder.
    }
  }
}
