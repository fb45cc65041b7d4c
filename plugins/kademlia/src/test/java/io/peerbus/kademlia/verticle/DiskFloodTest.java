package io.peerbus.kademlia.verticle;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.kademlia.Flood;
import io.peerbus.kademlia.Storages;
import io.peerbus.multiformats.FormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Issue, criterion 5, with the stores on disk; as {@link Flood} for the rest. */
class DiskFloodTest {

  /** The order of what is stored, and what was put since the last commit. */
  private static final long MOST_HEAP = 192 << 20;
  /** DiskStorage.TOO_LARGE, and all there can be written once more. */
  private static final long MOST_FILE = 704L << 20;

  @TempDir
  private Path folder;

  private Path file;
  private long mostFile;

  @Test
  void storesOnDiskKeepTheirCapsAndWhatWasThere() throws IOException, FormatException {
    file = folder.resolve("dht.db");
    long before = heap();
    try (DiskStorage disk = DiskStorage.open(file)) {
      Flood flood = new Flood(storages(disk), () -> commit(disk));
      flood.run();
      commit(disk);
      long used = heap() - before;
      System.out.println("hostile, on disk: " + flood + "; heap " + (used >> 20) + " MiB, file " + (size() >> 20)
          + " MiB, at most " + (mostFile >> 20));
      assertTrue(used < MOST_HEAP, used + " bytes of heap for " + flood);
      assertTrue(mostFile < MOST_FILE, mostFile + " bytes on disk for " + flood);
    }
  }

  private static Storages storages(DiskStorage disk) {
    return new Storages(disk.storage("records"), disk.storage("providers"), disk.storage("own"),
        disk.storage("peers"));
  }

  private void commit(DiskStorage disk) {
    disk.commit();
    mostFile = Math.max(mostFile, size());
  }

  private long size() {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
