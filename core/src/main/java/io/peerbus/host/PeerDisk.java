package io.peerbus.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.function.BiConsumer;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.StringDataType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The peer store's file: H2's MVStore, which appends what changes and finds its last whole state after a crash. A file
 * in which it finds none, or which a version of ours wrote that this one does not know, is set aside, with a new one in
 * its place: the network tells it all again.
 *
 * <p>Blocks; used by one thread at a time. What {@link #write} was given survives a crash of the process or the machine
 * when the next {@code write} has returned.
 */
final class PeerDisk implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PeerDisk.class);

  /** Of what the file says. A store with another one is set aside. */
  static final String VERSION = "1";

  /** Bytes of all that is kept. Peers without end would otherwise fill the disk; further ones are not written. */
  static final long MAX_BYTES = 64L << 20;
  /** A file that is so many times as large as what may be in it is written anew. */
  static final int LARGE = 3;

  private static final int CACHE_MEGABYTES = 2;
  private static final int PAGE_BYTES = 4096;
  private static final int COMMITS_A_COMPACTION = 30;
  private static final int COMPACTED_AT_ONCE = 8 << 20;
  private static final int FILL_PERCENT = 60;
  private static final String VERSION_KEY = "version";
  private static final String UP_KEY = "upMillis";
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final Path file;
  private final long maxBytes;
  private MVStore store;
  private MVMap<String, String> about;
  private MVMap<String, byte[]> peers;
  private long bytes;
  private int commits;
  private boolean full;

  private PeerDisk(Path file, long maxBytes) {
    this.file = file;
    this.maxBytes = maxBytes;
    use(database(file));
  }

  private static MVStore database(Path file) {
    return new MVStore.Builder().fileName(file.toString()).autoCommitDisabled().cacheSize(CACHE_MEGABYTES)
        .pageSplitSize(PAGE_BYTES).open();
  }

  private void use(MVStore opened) {
    store = opened;
    store.setRetentionTime(0); // what a commit freed may be written over after the next: each is forced to the disk
    about = store.openMap("about", new MVMap.Builder<String, String>()
        .keyType(StringDataType.INSTANCE).valueType(StringDataType.INSTANCE));
    peers = store.openMap("peers", new MVMap.Builder<String, byte[]>()
        .keyType(StringDataType.INSTANCE).valueType(ByteArrayDataType.INSTANCE));
  }

  /** Opens the file, or makes it; {@link IOException} when it is in use, or cannot be written. */
  static PeerDisk open(Path file) throws IOException {
    return open(file, MAX_BYTES);
  }

  static PeerDisk open(Path file, long maxBytes) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    try {
      return opened(file, maxBytes);
    } catch (MVStoreException e) {
      if (e.getErrorCode() == DataUtils.ERROR_FILE_LOCKED) {
        throw new IOException(file + " is in use by another process", e);
      }
      if (!Files.isWritable(file)) {
        throw new IOException(file + " cannot be written to", e);
      }
      Path aside = file.resolveSibling(file.getFileName() + ".damaged-" + STAMP.format(Instant.now()));
      Files.move(file, aside);
      LOG.warn("{} cannot be read ({}): it is now {}, and the peer store begins empty", file, e.getMessage(), aside);
      return opened(file, maxBytes);
    }
  }

  private static PeerDisk opened(Path file, long maxBytes) {
    PeerDisk disk = new PeerDisk(file, maxBytes);
    try {
      disk.check();
      return disk;
    } catch (RuntimeException e) {
      disk.store.closeImmediately();
      throw e instanceof MVStoreException known ? known
          : new MVStoreException(DataUtils.ERROR_FILE_CORRUPT, e.toString());
    }
  }

  /** Pages are checked when they are read: now rather than later. */
  private void check() {
    String version = about.get(VERSION_KEY);
    if (version == null && peers.isEmpty()) {
      about.put(VERSION_KEY, VERSION);
    } else if (!VERSION.equals(version)) {
      throw new MVStoreException(DataUtils.ERROR_UNSUPPORTED_FORMAT, "its version is " + version
          + ", this Peerbus writes " + VERSION);
    }
    if (!upText().matches("\\d{1,18}")) {
      throw new MVStoreException(DataUtils.ERROR_FILE_CORRUPT, "its up time is " + upText());
    }
    peers.forEach((key, value) -> bytes += size(key, value));
  }

  private String upText() {
    return about.getOrDefault(UP_KEY, "0");
  }

  /** For how long the node has been up in all runs before, as far as that was written. */
  long upMillis() {
    return Long.parseLong(upText());
  }

  void forEach(BiConsumer<String, byte[]> visitor) {
    peers.forEach(visitor);
  }

  /**
   * Writes and forces it to the disk.
   *
   * @param isAll whether whatever {@code changed} does not name is to go
   * @param changed what is to be kept by key, {@code null} for what is to go
   */
  void write(long upMillis, boolean isAll, Map<String, byte[]> changed) {
    if (isAll) {
      peers.keyList().stream().filter(key -> !changed.containsKey(key)).toList().forEach(this::remove);
    }
    changed.forEach((key, value) -> {
      if (value == null) {
        remove(key);
      } else {
        put(key, value);
      }
    });
    about.put(UP_KEY, Long.toString(upMillis));
    store.commit();
    store.sync();
    compact();
  }

  private void put(String key, byte[] value) {
    byte[] before = peers.get(key);
    long after = bytes + size(key, value) - (before == null ? 0 : size(key, before));
    if (after > maxBytes && after > bytes) {
      if (!full) {
        LOG.warn("the peer store's file is full ({} bytes): what is new is kept in memory only", bytes);
      }
      full = true;
      return;
    }
    full = false;
    peers.put(key, value);
    bytes = after;
  }

  private void remove(String key) {
    byte[] before = peers.remove(key);
    bytes -= before == null ? 0 : size(key, before);
  }

  private static int size(String key, byte[] value) {
    return key.length() + value.length;
  }

  /** Chunks that are more than half dead are written anew now and then, so that their room can be used again. */
  private void compact() {
    if (++commits % COMMITS_A_COMPACTION == 0) {
      store.compact(FILL_PERCENT, COMPACTED_AT_ONCE);
    }
    if (fileBytes() > LARGE * maxBytes) {
      writeAnew();
    }
  }

  /** What is alive goes to a new file, which takes the place of the old one in one step. */
  private void writeAnew() {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.deleteIfExists(fresh);
      PeerDisk next = new PeerDisk(fresh, maxBytes);
      about.forEach(next.about::put);
      peers.forEach(next.peers::put);
      next.store.commit();
      next.store.sync();
      next.close();
      store.close();
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      use(database(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long fileBytes() {
    return store.getFileStore().size();
  }

  @Override
  public void close() {
    store.close();
  }
}
