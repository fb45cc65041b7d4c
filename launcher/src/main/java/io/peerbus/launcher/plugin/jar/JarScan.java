package io.peerbus.launcher.plugin.jar;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;

/**
 * Reads a jar to its end, once by its index as the JVM does and once from front to back: each entry is whole, all are
 * within the limits, and both ways they are the same. Used once, by one thread; blocks.
 *
 * <p>Spec: PKWARE's APPNOTE, of which a jar may use what the JDK reads. Narrower: nothing in front of the first entry,
 * nothing that only one way of reading finds.
 */
final class JarScan {

  /** Largest sum of all unpacked entries: a jar of 64 MiB could unpack to 64 GiB. */
  static final long MAX_UNPACKED = 256L << 20;

  /** Most entries: each costs memory in the jar's index, before a byte of it is looked at. */
  static final int MAX_ENTRIES = 20_000;

  /** Most bytes that one byte may unpack to, in an entry of a mebibyte or more: zeros pack a thousandfold. */
  static final int MAX_RATIO = 200;

  private static final long RATIO_COUNTS_FROM = 1 << 20;

  private final String jar;
  private final EntryNames names;
  private final Map<String, Integer> kept;
  private final JarContents contents = new JarContents(
      new TreeMap<>(Comparator.comparing(name -> name.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned)),
      new TreeMap<>());
  /** One byte longer than the longest text that is kept, so that a longer one shows. */
  private final byte[] chunk = new byte[Math.max(PluginJar.MAX_MANIFEST, PluginJar.MAX_SCHEMA) + 1];
  private long unpacked;

  private JarScan(String jar, Map<String, Integer> kept) {
    this.jar = jar;
    this.kept = kept;
    this.names = new EntryNames(jar);
  }

  /**
   * Reads {@code file}.
   *
   * @param jar what messages call it
   * @param kept entries of which the bytes are wanted, with the most that each may have
   */
  static JarContents of(String jar, Path file, Map<String, Integer> kept) throws IOException, PluginException {
    JarScan scan = new JarScan(jar, kept);
    scan.checkStart(file);
    try {
      scan.byIndex(file);
      scan.fromFrontToBack(file);
    } catch (ZipException | IllegalArgumentException e) {
      throw new PluginException(jar + " is damaged or no jar (" + e.getMessage() + "): copy or build it anew");
    }
    return scan.contents;
  }

  /** Every jar starts with an entry, "PK" 3 4; before it could stand a program, or another archive. */
  private void checkStart(Path file) throws IOException, PluginException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(4);
      if (!Arrays.equals(start, new byte[] {'P', 'K', 3, 4})) {
        throw new PluginException(jar + (start.length == 0 ? " is empty: copy it again"
            : " is no jar: it does not start as one; copy or build it anew, with nothing in front of it"));
      }
    }
  }

  private void byIndex(Path file) throws IOException, PluginException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      if (zip.size() > MAX_ENTRIES) {
        throw new PluginException(jar + " has " + zip.size() + " entries, at most " + MAX_ENTRIES
            + " are read: leave out what the plugin does not need");
      }
      for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements();) {
        names.add(all.nextElement().getName());
      }
      for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements();) {
        ZipEntry entry = all.nextElement();
        try (InputStream in = zip.getInputStream(entry)) {
          contents.digests().put(entry.getName(), read(entry, in));
        }
      }
    }
  }

  /** Reads one entry to its end and compares its checksum: a ZipFile itself does not. Answers its SHA-256. */
  private byte[] read(ZipEntry entry, InputStream in) throws IOException, PluginException {
    String name = entry.getName();
    int first = in.readNBytes(chunk, 0, chunk.length);
    ClassHeader.check(jar, name, chunk, first);
    if (kept.containsKey(name)) {
      if (first > kept.get(name)) {
        throw new PluginException(jar + " has a " + name + " larger than " + kept.get(name) + " bytes: shorten it");
      }
      contents.texts().put(name, Arrays.copyOf(chunk, first));
    }
    CRC32 crc = new CRC32();
    MessageDigest digest = Sha256.start();
    long size = 0;
    for (int n = first; n > 0; n = in.readNBytes(chunk, 0, chunk.length)) {
      crc.update(chunk, 0, n);
      digest.update(chunk, 0, n);
      size += n;
      count(n);
      checkRatio(name, size, entry.getCompressedSize());
    }
    if (crc.getValue() != entry.getCrc() || size != entry.getSize()) {
      throw new PluginException(jar + " is damaged: " + Quoted.of(name)
          + " has a wrong checksum; copy or build it anew");
    }
    if (entry.isDirectory() && size > 0) {
      throw new PluginException(jar + " has a folder with bytes in it, " + Quoted.of(name) + ": build it anew");
    }
    return digest.digest();
  }

  private void count(int bytes) throws PluginException {
    unpacked += bytes;
    if (unpacked > MAX_UNPACKED) {
      throw new PluginException(jar + " unpacks to more than " + MAX_UNPACKED
          + " bytes: leave out what the plugin does not need");
    }
  }

  private void checkRatio(String name, long size, long packed) throws PluginException {
    if (size >= RATIO_COUNTS_FROM && size / MAX_RATIO > packed) {
      throw new PluginException(jar + " has an entry that unpacks to more than " + MAX_RATIO + " times its size, "
          + Quoted.of(name) + ": such jars are made to fill memory; store what is in it more tersely");
    }
  }

  /** The local headers know nothing of the index at the end; a reader of streams knows nothing else. */
  private void fromFrontToBack(Path file) throws IOException, PluginException {
    SortedMap<String, byte[]> indexed = contents.digests();
    Set<String> seen = new HashSet<>();
    unpacked = 0;
    try (ZipInputStream in = new ZipInputStream(new BufferedInputStream(Files.newInputStream(file), 64 << 10))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        byte[] expected = indexed.get(entry.getName());
        if (expected == null || !seen.add(entry.getName()) || !Arrays.equals(expected, digest(in))) {
          throw twoInOne(entry.getName());
        }
      }
    }
    for (String name : indexed.keySet()) {
      if (!seen.contains(name)) {
        throw twoInOne(name);
      }
    }
  }

  private byte[] digest(InputStream in) throws IOException, PluginException {
    MessageDigest digest = Sha256.start();
    for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
      digest.update(chunk, 0, n);
      count(n);
    }
    return digest.digest();
  }

  private PluginException twoInOne(String name) {
    return new PluginException(jar + " is two jars in one: its index and its content disagree about " + Quoted.of(name)
        + "; build it anew");
  }
}
