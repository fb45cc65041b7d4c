package io.peerbus.kademlia.verticle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.kademlia.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskStorageTest {

  @TempDir
  private Path folder;

  private Path file() {
    return folder.resolve("data/dht.db");
  }

  private static byte[] value(int number, int size) {
    byte[] value = new byte[size];
    new Random(number).nextBytes(value);
    return value;
  }

  private static void fill(DiskStorage disk, int from, int to) {
    Storage storage = disk.storage("records");
    for (int i = from; i < to; i++) {
      storage.put(value(i, 32), value(i, 200));
    }
    disk.commit();
  }

  private static int intact(DiskStorage disk, int count) {
    int intact = 0;
    for (int i = 0; i < count; i++) {
      byte[] found = disk.storage("records").get(value(i, 32));
      if (found != null) {
        assertArrayEquals(value(i, 200), found);
        intact++;
      }
    }
    return intact;
  }

  @Test
  void whatWasPutIsThereAfterAStart() throws IOException {
    try (DiskStorage disk = DiskStorage.open(file())) {
      fill(disk, 0, 100);
      disk.storage("records").remove(value(5, 32));
      disk.storage("providers").put(new byte[] {1}, new byte[] {2});
    }
    try (DiskStorage disk = DiskStorage.open(file())) {
      assertEquals(99, intact(disk, 100));
      assertArrayEquals(new byte[] {2}, disk.storage("providers").get(new byte[] {1}));
      assertNull(disk.storage("providers").get(value(6, 32)));
      int[] count = new int[1];
      disk.storage("records").forEach((key, value) -> count[0]++);
      assertEquals(99, count[0]);
    }
  }

  /** The file as a process leaves it that is killed without a chance to say goodbye. */
  @Test
  void whatWasCommittedSurvivesAKill() throws IOException {
    Path copy = folder.resolve("killed.db");
    try (DiskStorage disk = DiskStorage.open(file())) {
      fill(disk, 0, 100);
      disk.storage("records").put(new byte[] {1}, new byte[] {1});
      Files.copy(file(), copy);
    }
    try (DiskStorage disk = DiskStorage.open(copy)) {
      assertEquals(100, intact(disk, 100));
    }
  }

  /** Whatever happened to the file: a state there was, or none, and never a false one. */
  @Test
  void aFileThatIsCutOrFlippedIsReadOrSetAside() throws IOException {
    try (DiskStorage disk = DiskStorage.open(file())) {
      fill(disk, 0, 50);
      fill(disk, 50, 60);
    }
    byte[] whole = Files.readAllBytes(file());
    Random random = new Random(7);
    int setAside = 0;
    for (int i = 0; i < 150; i++) {
      Path folder = this.folder.resolve("broken" + i);
      Path broken = folder.resolve("dht.db");
      Files.createDirectories(folder);
      byte[] bytes = i % 2 == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
      if (i % 2 == 1) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      Files.write(broken, bytes);
      try (DiskStorage disk = DiskStorage.open(broken)) {
        countIntact(disk);
        disk.storage("records").put(new byte[] {1}, new byte[] {2});
        disk.commit();
      }
      try (DiskStorage disk = DiskStorage.open(broken)) {
        assertArrayEquals(new byte[] {2}, disk.storage("records").get(new byte[] {1}));
      }
      try (Stream<Path> files = Files.list(folder)) {
        setAside += files.anyMatch(each -> each.toString().endsWith(".damaged-1")) ? 1 : 0;
      }
    }
    assertTrue(setAside > 10, setAside + " of 150 were set aside");
  }

  /** A value may be wrong here, where only chunks are checked; each has a checksum of its own, see StoredRecordTest. */
  private static void countIntact(DiskStorage disk) {
    for (int i = 0; i < 60; i++) {
      disk.storage("records").get(value(i, 32));
    }
  }

  @Test
  void aFileThatIsInUseIsLeftAlone() throws IOException {
    try (DiskStorage disk = DiskStorage.open(file())) {
      fill(disk, 0, 10);
      IOException inUse = assertThrows(IOException.class, () -> DiskStorage.open(file()));
      assertEquals(file() + " is in use by another process or plugin", inUse.getMessage());
      assertEquals(10, intact(disk, 10));
    }
  }
}
