package io.peerbus.kademlia;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.PeerId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RecordStoreTest {

  private static final Key SELF = TestPeers.key(0);
  private static final long HOUR = 3_600_000;

  private final KademliaLimits limits =
      new KademliaLimits().setMaxRecords(10).setMaxRecordBytes(10_000).setMaxRecordsPerPeer(10);
  private final MemoryStorage storage = new MemoryStorage();
  private RecordStore store = open(0);

  private RecordStore open(long now) {
    return new RecordStore(SELF, storage, limits, now);
  }

  private static StoredRecord record(int key, String value, int rank, int from, long now) {
    return new StoredRecord(key(key), TestPeers.utf8(value), new byte[] {(byte) rank}, TestPeers.peer(from), now,
        now + HOUR);
  }

  private static byte[] key(int number) {
    return ByteBuffer.allocate(4).putInt(number).array();
  }

  /** Numbers from 0 whose key is nearest to ours first. */
  private static List<Integer> byDistance(int count) {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      numbers.add(i);
    }
    numbers.sort(Comparator.comparing(number -> Key.of(key(number)), SELF.byDistance()));
    return numbers;
  }

  private int stored() {
    AtomicInteger count = new AtomicInteger();
    storage.forEach((key, value) -> count.incrementAndGet());
    return count.get();
  }

  /** SEC-40: an older record does not overwrite a newer one. */
  @Test
  void theBetterRecordStays() {
    assertEquals(Stored.NEW, store.put(0, record(1, "two", 2, 1, 0)));
    assertEquals(Stored.WORSE, store.put(1, record(1, "one", 1, 2, 1)));
    assertEquals("two", new String(store.get(1, key(1)).value()));
    assertEquals(Stored.REPLACED, store.put(2, record(1, "three", 3, 2, 2)));
    assertEquals("three", new String(store.get(1, key(1)).value()));
    assertEquals(1, store.size());
    assertEquals(1, store.peers());
    assertNull(store.get(1, key(2)));
  }

  @Test
  void recordsExpireAndLeaveNothing() {
    store.put(0, record(1, "a", 1, 1, 0));
    store.put(5, record(2, "b", 1, 2, 5));
    assertEquals(HOUR, store.nextExpiry());
    assertNotNull(store.get(HOUR - 1, key(1)));
    assertNull(store.get(HOUR, key(1)), "also before it was swept out");
    assertEquals(1, store.expire(HOUR));
    assertEquals(HOUR + 5, store.nextExpiry());
    assertEquals(1, store.expire(HOUR + 5));
    assertEquals(0, store.size() + store.bytes() + store.peers() + stored());
    assertEquals(Long.MAX_VALUE, store.nextExpiry());
    assertEquals(Stored.EXPIRED, store.put(HOUR, record(1, "a", 1, 1, 0)));
  }

  @Test
  void puttingARecordAgainKeepsItLonger() {
    store.put(0, record(1, "a", 1, 1, 0));
    assertEquals(Stored.REPLACED, store.put(HOUR - 1, record(1, "a", 1, 1, HOUR - 1)));
    assertEquals(0, store.expire(HOUR));
    assertEquals(2 * HOUR - 1, store.nextExpiry());
  }

  @Test
  void aFullStoreLetsTheFarthestGoForANearerOne() {
    List<Integer> near = byDistance(12);
    for (int i = 1; i <= 10; i++) {
      assertEquals(Stored.NEW, store.put(0, record(near.get(i), "x", 1, i, 0)));
    }
    assertEquals(Stored.FULL, store.put(0, record(near.get(11), "x", 1, 1, 0)));
    assertEquals(Stored.NEW, store.put(0, record(near.get(0), "x", 1, 1, 0)));
    assertNull(store.get(0, key(near.get(10))));
    assertNotNull(store.get(0, key(near.get(9))));
    assertEquals(10, store.size());
    assertEquals(Stored.REPLACED, store.put(0, record(near.get(9), "y", 2, 9, 0)), "the farthest may still change");
  }

  @Test
  void bytesAreCountedToo() {
    String big = "x".repeat(4000);
    List<Integer> near = byDistance(4);
    assertEquals(Stored.NEW, store.put(0, record(near.get(1), big, 1, 1, 0)));
    assertEquals(Stored.NEW, store.put(0, record(near.get(2), big, 1, 1, 0)));
    assertEquals(Stored.FULL, store.put(0, record(near.get(3), big, 1, 1, 0)));
    assertEquals(Stored.NEW, store.put(0, record(near.get(0), big, 1, 1, 0)));
    assertEquals(2, store.size());
    assertEquals(2 * 4005, store.bytes());
    assertEquals(Stored.FULL, store.put(0, record(99, "x".repeat(10_000), 1, 1, 0)), "one that never fits");
    assertEquals(2, store.size(), "nothing went for it");
    assertEquals(Stored.FULL, store.put(0, record(near.get(1), "z".repeat(9000), 2, 1, 0)));
  }

  @Test
  void aPeerHasItsShare() {
    limits.setMaxRecordsPerPeer(2);
    store = open(0);
    assertEquals(Stored.NEW, store.put(0, record(1, "x", 1, 1, 0)));
    assertEquals(Stored.NEW, store.put(0, record(2, "x", 1, 1, 0)));
    assertEquals(Stored.SHARE_USED, store.put(0, record(3, "x", 1, 1, 0)));
    assertEquals(Stored.REPLACED, store.put(0, record(2, "x", 2, 1, 0)), "its own it may better");
    assertEquals(Stored.NEW, store.put(0, record(3, "x", 1, 2, 0)));
    store.expire(HOUR);
    assertEquals(Stored.NEW, store.put(HOUR, record(3, "x", 1, 1, HOUR)));
  }

  @Test
  void whatIsOnDiskIsThereAfterAStartUnlessItIsOverOrDamaged() {
    store.put(0, record(1, "a", 1, 1, 0));
    store.put(10, record(2, "b", 1, 2, 10));
    store.put(10, record(3, "c", 1, 2, 10));
    byte[] damaged = storage.get(Key.of(key(3)).toBytes()).clone();
    damaged[30]++;
    storage.put(Key.of(key(3)).toBytes(), damaged);
    storage.put(new byte[32], record(9, "under another key", 1, 1, 10).toBytes());
    store = open(HOUR);
    assertEquals(1, store.size());
    assertEquals(1, stored());
    assertEquals("b", new String(store.get(HOUR, key(2)).value()));
    assertEquals(HOUR + 10, store.nextExpiry());
  }

  @Test
  void aRecordThatTheDiskLosesMeanwhileIsGone() {
    store.put(0, record(1, "a", 1, 1, 0));
    storage.remove(Key.of(key(1)).toBytes());
    assertNull(store.get(0, key(1)));
    assertEquals(0, store.size());
    assertEquals(Stored.NEW, store.put(0, record(1, "a", 1, 1, 0)));
  }

  @Property(tries = 50)
  void whateverIsPutTheBookkeepingIsRight(@ForAll long seed) {
    Random random = new Random(seed);
    limits.setMaxRecordsPerPeer(5).setMaxRecordBytes(2000);
    store = open(0);
    for (long now = 0; now < 400; now++) {
      int size = random.nextInt(10) == 0 ? random.nextInt(3000) : random.nextInt(300);
      StoredRecord record = new StoredRecord(key(random.nextInt(40)), new byte[size],
          new byte[] {(byte) random.nextInt(5)}, TestPeers.peer(random.nextInt(6)), now, now + random.nextInt(100));
      store.put(now, record);
      if (random.nextInt(5) == 0) {
        store.expire(now);
      }
      check(now);
    }
    RecordStore again = open(400);
    store.expire(400);
    assertEquals(store.size(), again.size());
    assertEquals(store.bytes(), again.bytes());
  }

  private void check(long now) {
    assertTrue(store.size() <= 10 && store.bytes() <= 2000);
    long[] bytes = new long[1];
    Set<PeerId> peers = new HashSet<>();
    storage.forEach((key, value) -> {
      bytes[0] += StoredRecord.of(value).size();
      peers.add(StoredRecord.of(value).from());
    });
    assertEquals(stored(), store.size());
    assertEquals(bytes[0], store.bytes());
    assertEquals(peers.size(), store.peers());
  }

  /** SEC-38, G23: caps are exact, and what is kept is what matters here. */
  @Test
  void aMillionHostilePutsChangeNothingAboutTheCaps() {
    limits.setMaxRecords(1000).setMaxRecordBytes(50_000).setMaxRecordsPerPeer(100);
    store = open(0);
    List<PeerId> peers = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      peers.add(TestPeers.peer(i));
    }
    for (int i = 0; i < 1_000_000; i++) {
      store.put(i, new StoredRecord(key(i), new byte[i % 60], new byte[0], peers.get(i % 1000), i, HOUR * 10));
      assertTrue(store.size() <= 1000 && store.bytes() <= 50_000);
    }
    assertTrue(store.size() > 900);
    assertEquals(store.size(), stored());
    assertTrue(store.peers() <= 1000);
  }
}
