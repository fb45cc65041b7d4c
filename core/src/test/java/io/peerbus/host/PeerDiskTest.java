package io.peerbus.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.swarm.Lifetime;
import io.peerbus.swarm.StoredPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.h2.mvstore.MVStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of the peer store: what is kept, what becomes of a damaged one, and how large it can get (SEC-03). */
class PeerDiskTest {

  @TempDir
  Path folder;

  private Path file() {
    return folder.resolve("peers.mv");
  }

  private Map<String, byte[]> content() throws IOException {
    Map<String, byte[]> content = new HashMap<>();
    try (PeerDisk disk = PeerDisk.open(file())) {
      disk.forEach(content::put);
    }
    return content;
  }

  private List<Path> aside() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(path -> path.getFileName().toString().startsWith("peers.mv.damaged-")).sorted().toList();
    }
  }

  @Test
  void whatIsWrittenIsThereAgainAndWhatIsRemovedIsNot() throws IOException {
    try (PeerDisk disk = PeerDisk.open(file())) {
      assertEquals(0, disk.upMillis());
      disk.write(1_000, false, Map.of("a", new byte[] {1}, "b", new byte[] {2}, "c", new byte[] {3}));
      Map<String, byte[]> changed = new HashMap<>(Map.of("a", new byte[] {4}));
      changed.put("b", null);
      disk.write(2_000, false, changed);
    }
    assertEquals(2, content().size());
    assertArrayEquals(new byte[] {4}, content().get("a"));
    try (PeerDisk disk = PeerDisk.open(file())) {
      assertEquals(2_000, disk.upMillis());
      disk.write(3_000, true, Map.of("d", new byte[0]));
    }
    assertEquals(List.of("d"), List.copyOf(content().keySet()));
    assertEquals(List.of(), aside());
  }

  @Test
  void aFileThatIsInUseIsLeftAlone() throws IOException {
    try (PeerDisk disk = PeerDisk.open(file())) {
      disk.write(1, false, Map.of("a", new byte[1]));
      IOException refused = assertThrows(IOException.class, () -> PeerDisk.open(file()));
      assertEquals(file() + " is in use by another process", refused.getMessage());
    }
    assertEquals(1, content().size());
  }

  @Test
  void aDamagedFileIsSetAsideAndAnEmptyOneTakesItsPlace() throws IOException {
    List<byte[]> damaged = new ArrayList<>();
    damaged.add("this is no database at all".repeat(1_000).getBytes());
    damaged.add(new byte[100]);
    for (byte[] bytes : damaged) {
      Files.write(file(), bytes);
      assertEquals(Map.of(), content());
      assertArrayEquals(bytes, Files.readAllBytes(aside().get(aside().size() - 1)), "what was there is kept");
      Files.delete(file());
    }
    assertEquals(damaged.size(), aside().size());
  }

  /** Wherever bytes are turned over, the file opens: as it was, as it once was, or empty. */
  @Test
  void aFileWithWrongBytesAnywhereOpensAgain() throws IOException {
    Random random = new Random(3);
    try (PeerDisk disk = PeerDisk.open(file())) {
      for (int i = 0; i < 5; i++) {
        disk.write(i, false, Map.of("peer" + i, new byte[2_000], "same", new byte[] {(byte) i}));
      }
    }
    byte[] whole = Files.readAllBytes(file());
    for (int round = 0; round < 30; round++) {
      byte[] wrong = whole.clone();
      int at = random.nextInt(wrong.length);
      for (int i = at; i < Math.min(wrong.length, at + 1 + random.nextInt(3_000)); i++) {
        wrong[i] = (byte) random.nextInt();
      }
      Files.write(file(), random.nextBoolean() ? wrong : java.util.Arrays.copyOf(wrong, at));
      content();
      try (PeerDisk disk = PeerDisk.open(file())) {
        disk.write(9, false, Map.of("after", new byte[1]));
      }
      assertTrue(content().containsKey("after"), "round " + round);
    }
  }

  @Test
  void aFileOfAnotherVersionIsSetAside() throws IOException {
    try (MVStore store = MVStore.open(file().toString())) {
      store.<String, String>openMap("about").put("version", "7");
    }
    assertEquals(Map.of(), content());
    assertEquals(1, aside().size());
  }

  @Test
  void theFileKeepsItsQuotaWhateverIsWritten() throws IOException {
    long max = 300_000;
    try (PeerDisk disk = PeerDisk.open(file(), max)) {
      for (int i = 0; i < 100; i++) {
        Map<String, byte[]> changed = new HashMap<>();
        for (int j = 0; j < 40; j++) {
          changed.put("peer" + (40 * i + j) % 1_000, new byte[1_000]);
        }
        disk.write(i, false, changed);
        assertTrue(disk.fileBytes() <= 5 * max, disk.fileBytes() + " bytes after " + i);
      }
    }
    try (PeerDisk disk = PeerDisk.open(file(), max)) {
      long[] kept = new long[1];
      disk.forEach((key, value) -> kept[0] += key.length() + value.length);
      assertTrue(kept[0] <= max && kept[0] > max / 2, kept[0] + " bytes are kept");
    }
  }

  @Test
  void aPeerIsReadAsItWasWrittenWithWhatIsLeftOfItsLives() throws FormatException {
    Multiaddr address = Multiaddr.parse("/ip4/10.0.0.1/tcp/1");
    StoredPeer peer = new StoredPeer(List.of(new StoredPeer.Address(address, Lifetime.CONNECTED, minutes(30)),
        new StoredPeer.Address(address, Lifetime.HINT, minutes(1))), List.of("/a", "/b"), "agent", "version",
        new byte[] {1, 2}, -7);
    StoredPeer read = PeerCodec.read(PeerCodec.bytes(peer, 5_000), 5_000 + 60_000);
    assertEquals(List.of(new StoredPeer.Address(address, Lifetime.CONNECTED, minutes(29)),
        new StoredPeer.Address(address, Lifetime.HINT, 0)), read.addresses());
    assertEquals(peer.protocols(), read.protocols());
    assertEquals("agent version", read.agentVersion() + " " + read.protocolVersion());
    assertArrayEquals(peer.record(), read.record());
    assertEquals(-7, read.recordSeq());
    assertThrows(FormatException.class, () -> PeerCodec.read(new byte[] {8, 8, 8}, 0));
  }

  private static long minutes(long minutes) {
    return TimeUnit.MINUTES.toNanos(minutes);
  }
}
