package io.peerbus.kademlia.verticle;

import io.peerbus.kademlia.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stores of a DHT in one file: H2's MVStore, which appends what changes and finds its last whole state after a
 * crash. A file in which it finds none is set aside, with a new one in its place: what it held are copies of what
 * other peers hold too.
 *
 * <p>Without a thread of its own: {@link #commit()} is to be called now and then, on any thread, and what was put since
 * the last one is lost in a crash. Everything else belongs to the verticle's context.
 */
final class DiskStorage implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DiskStorage.class);

  /** Of pages read from disk; records are read one by one. */
  private static final int CACHE_MEGABYTES = 4;
  private static final int MOST_SET_ASIDE = 100;
  /** A page is written anew with all that is in it when one record of it changes: keys are random, pages small. */
  private static final int PAGE_BYTES = 4096;

  /** Once in so many commits, chunks that are more than half dead are written anew, so that the file stays small. */
  private static final int COMMITS_A_COMPACTION = 60;
  private static final int COMPACTED_AT_ONCE = 16 << 20;
  private static final int FILL_PERCENT = 50;
  private static final int CLOSING_MILLIS = 200;
  /** A flood of records that replace each other fills the file faster: from here on it is done after each commit. */
  private static final long LARGE = 256L << 20;
  /** And from here on all that can be won back is, before more is written. */
  private static final long TOO_LARGE = 2 * LARGE;
  private static final int COMPACTING_MILLIS = 500;

  private final MVStore store;
  private volatile boolean failed;
  private volatile int commits;

  private DiskStorage(MVStore store) {
    this.store = store;
    store.setRetentionTime(0); // what a commit freed may be written over after the next: each is forced to the disk
  }

  /**
   * Opens the file, or makes it.
   *
   * @throws IOException when it is in use by another process or plugin, or the folder cannot be written to
   */
  static DiskStorage open(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    try {
      return new DiskStorage(opened(file));
    } catch (MVStoreException e) {
      if (e.getErrorCode() == DataUtils.ERROR_FILE_LOCKED) {
        throw new IOException(file + " is in use by another process or plugin", e);
      }
      if (!Files.isWritable(file)) {
        throw new IOException(file + " cannot be written to", e);
      }
      Path aside = setAside(file);
      LOG.warn("{} is damaged ({}): it is now {}, and the DHT begins with empty stores", file, e.getMessage(), aside);
      return new DiskStorage(opened(file));
    }
  }

  private static MVStore opened(Path file) {
    MVStore store = new MVStore.Builder().fileName(file.toString()).autoCommitDisabled().cacheSize(CACHE_MEGABYTES)
        .pageSplitSize(PAGE_BYTES).open();
    try {
      // Chunks are checked when they are opened, and pages when they are read: now rather than later.
      for (String name : store.getMapNames()) {
        map(store, name).forEach((key, value) -> { });
      }
      return store;
    } catch (RuntimeException e) {
      store.closeImmediately();
      throw e instanceof MVStoreException known ? known
          : new MVStoreException(DataUtils.ERROR_FILE_CORRUPT, e.toString());
    }
  }

  private static Path setAside(Path file) throws IOException {
    for (int i = 1; i < MOST_SET_ASIDE; i++) {
      Path aside = file.resolveSibling(file.getFileName() + ".damaged-" + i);
      if (!Files.exists(aside)) {
        return Files.move(file, aside);
      }
    }
    throw new IOException(file + " is damaged, and so were " + MOST_SET_ASIDE + " before it: delete " + file
        + ".damaged-* and look after the disk");
  }

  private static MVMap<byte[], byte[]> map(MVStore store, String name) {
    return store.openMap(name, new MVMap.Builder<byte[], byte[]>()
        .keyType(ByteType.INSTANCE).valueType(ByteType.INSTANCE));
  }

  /** One of the stores in the file. */
  Storage storage(String name) {
    MVMap<byte[], byte[]> map = map(store, name);
    return new Storage() {
      @Override
      public byte[] get(byte[] key) {
        try {
          return map.get(key);
        } catch (RuntimeException e) {
          broken(e);
          return null;
        }
      }

      @Override
      public void put(byte[] key, byte[] value) {
        try {
          map.put(key, value);
        } catch (RuntimeException e) {
          broken(e);
        }
      }

      @Override
      public void remove(byte[] key) {
        try {
          map.remove(key);
        } catch (RuntimeException e) {
          broken(e);
        }
      }

      @Override
      public void forEach(BiConsumer<byte[], byte[]> visitor) {
        map.forEach(visitor);
      }
    };
  }

  /** A disk that breaks while we run costs records, not the node. */
  private void broken(RuntimeException e) {
    if (!failed) {
      failed = true;
      LOG.error("the DHT's stores cannot be read or written any more; they are looked after at the next start", e);
    }
  }

  /** Writes what was put since the last time. On any thread, by one at a time. */
  void commit() {
    try {
      store.commit();
      store.sync();
      commits = commits + 1; // by one at a time
      long size = store.getFileStore().size();
      if (commits % COMMITS_A_COMPACTION == 0 || size > LARGE) {
        store.compact(FILL_PERCENT, COMPACTED_AT_ONCE);
      }
      if (size > TOO_LARGE) {
        store.compactFile(COMPACTING_MILLIS);
      }
    } catch (RuntimeException e) {
      broken(e);
    }
  }

  /** How often it was written: what is put survives a crash once two more writes are through. On any thread. */
  int commits() {
    return commits;
  }

  @Override
  public void close() {
    store.close(CLOSING_MILLIS);
  }
}
