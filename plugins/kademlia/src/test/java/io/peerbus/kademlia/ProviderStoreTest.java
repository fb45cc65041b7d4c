package io.peerbus.kademlia;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ProviderStoreTest {

  private static final Key SELF = TestPeers.key(0);
  private static final long HOUR = 3_600_000;

  private final KademliaOptions options = new KademliaOptions();
  private final KademliaLimits limits = options.getLimits();
  private final MemoryStorage storage = new MemoryStorage();
  private ProviderStore store = open(0);

  private ProviderStore open(long now) {
    return new ProviderStore(SELF, storage, options, now);
  }

  private static byte[] key(int number) {
    return ByteBuffer.allocate(4).putInt(number).array();
  }

  private int stored() {
    AtomicInteger count = new AtomicInteger();
    storage.forEach((key, value) -> count.incrementAndGet());
    return count.get();
  }

  private List<PeerId> peers(long now, int key) {
    return store.get(now, key(key)).stream().map(Contact::peer).toList();
  }

  private static Contact sybil(int number) {
    return new Contact(TestPeers.peer(number), List.of(Multiaddr.tcp("203.0.113." + number % 256, 4001)));
  }

  @Test
  void providersAreToldWithAddressesForADayAndWithoutForTwo() {
    assertEquals(Stored.NEW, store.add(0, key(1), TestPeers.contact(1)));
    assertEquals(Stored.NEW, store.add(5, key(1), TestPeers.contact(2)));
    assertEquals(List.of(TestPeers.contact(1), TestPeers.contact(2)), store.get(5, key(1)));
    assertEquals(List.of(new Contact(TestPeers.peer(1), List.of()), TestPeers.contact(2)),
        store.get(24 * HOUR, key(1)));
    assertEquals(List.of(TestPeers.peer(2)), peers(48 * HOUR, 1));
    assertEquals(48 * HOUR, store.nextExpiry());
    assertEquals(1, store.expire(48 * HOUR));
    assertEquals(1, store.expire(48 * HOUR + 5));
    assertEquals(0, store.size() + store.contents() + store.peers() + stored());
    assertEquals(List.of(), store.get(0, key(1)));
  }

  @Test
  void providingAgainKeepsItLongerWithTheNewAddresses() {
    store.add(0, key(1), new Contact(TestPeers.peer(1), List.of()));
    assertEquals(Stored.REPLACED, store.add(22 * HOUR, key(1), TestPeers.contact(1)));
    assertEquals(1, store.size());
    assertEquals(0, store.expire(48 * HOUR));
    assertEquals(List.of(TestPeers.contact(1)), store.get(45 * HOUR, key(1)));
  }

  /** Sybils of one net do not bury the others, in whatever order they come. */
  @Test
  void ofTooManyProvidersTheMostCommonIpGroupMakesWay() {
    limits.setMaxProvidersPerKey(4);
    store = open(0);
    for (int i = 1; i <= 4; i++) {
      assertEquals(Stored.NEW, store.add(0, key(1), sybil(i)));
    }
    assertEquals(Stored.FULL, store.add(0, key(1), sybil(5)));
    assertEquals(Stored.NEW, store.add(0, key(1), TestPeers.contact(6)));
    assertEquals(List.of(TestPeers.peer(1), TestPeers.peer(2), TestPeers.peer(3), TestPeers.peer(6)), peers(0, 1));
    assertEquals(Stored.NEW, store.add(0, key(1), TestPeers.contact(7)));
    assertEquals(Stored.NEW, store.add(0, key(1), TestPeers.contact(8)));
    assertEquals(Stored.FULL, store.add(0, key(1), sybil(9)));
    assertEquals(List.of(TestPeers.peer(1), TestPeers.peer(6), TestPeers.peer(7), TestPeers.peer(8)), peers(0, 1));
    assertEquals(Stored.FULL, store.add(0, key(1), TestPeers.contact(9)), "all are of different groups");
    assertEquals(4, stored());
  }

  /** Whoever announces again is as old as before: else sybils of its net would drive it out. */
  @Test
  void whoWasThereBeforeTheSybilsOfItsNetStays() {
    limits.setMaxProvidersPerKey(4);
    store = open(0);
    for (int i = 1; i <= 4; i++) {
      store.add(0, key(1), sybil(i));
    }
    assertEquals(Stored.REPLACED, store.add(HOUR, key(1), sybil(1)));
    assertEquals(Stored.NEW, store.add(HOUR, key(1), TestPeers.contact(6)));
    assertEquals(List.of(TestPeers.peer(1), TestPeers.peer(2), TestPeers.peer(3), TestPeers.peer(6)), peers(HOUR, 1));
  }

  /** Sixteen addresses of a kilobyte each, 131,072 times, would be two gigabytes. */
  @Test
  void addressesAreCountedByTheirBytesAndNoMoreAreKeptThanAreTold() {
    limits.setMaxProviderBytes(1 << 15);
    store = open(0);
    Contact large = new Contact(TestPeers.peer(1), Collections.nCopies(16, longAddress()));
    int each = longAddress().toBytes().length;
    int fit = (1 << 15) / each;
    List<Integer> near = byDistance(fit + 2);
    for (int i = 1; i <= fit; i++) {
      assertEquals(Stored.NEW, store.add(0, key(near.get(i)), large));
    }
    assertEquals(fit * each, store.bytes());
    assertEquals(1, store.get(0, key(near.get(1))).get(0).addresses().size());
    store.add(0, key(near.get(1)), new Contact(TestPeers.peer(1), Collections.nCopies(16, TestPeers.address(1))));
    assertEquals(6, store.get(0, key(near.get(1))).get(0).addresses().size());
    store.add(0, key(near.get(1)), large);
    assertEquals(Stored.FULL, store.add(0, key(near.get(fit + 1)), large));
    assertEquals(Stored.NEW, store.add(0, key(near.get(0)), large));
    assertEquals(List.of(), store.get(0, key(near.get(fit))));
    assertEquals(Stored.REPLACED, store.add(0, key(near.get(1)), TestPeers.contact(1)));
    assertEquals((fit - 1) * each + TestPeers.address(1).toBytes().length, store.bytes());
    assertEquals(store.bytes(), open(0).bytes());
    limits.setMaxProviderBytes(1 << 20);
    store.expire(48 * HOUR);
    assertEquals(0, store.bytes());
  }

  private static Multiaddr longAddress() {
    try {
      return Multiaddr.parse(("/dns4/" + "a".repeat(60) + "/tcp/4001").repeat(10));
    } catch (FormatException e) {
      throw new AssertionError(e);
    }
  }

  /** Numbers from 1 whose content is nearest to us first. */
  private static List<Integer> byDistance(int count) {
    List<Integer> near = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      near.add(i);
    }
    near.sort(Comparator.comparing(number -> Key.of(key(number)), SELF.byDistance()));
    return near;
  }

  @Test
  void aFullStoreLetsTheFarthestContentGoForANearerOne() {
    limits.setMaxProviderKeys(3).setMaxProviderRecords(4);
    store = open(0);
    List<Integer> near = byDistance(5);
    store.add(0, key(near.get(1)), TestPeers.contact(1));
    store.add(0, key(near.get(2)), TestPeers.contact(1));
    store.add(0, key(near.get(3)), TestPeers.contact(1));
    assertEquals(Stored.FULL, store.add(0, key(near.get(4)), TestPeers.contact(1)));
    assertEquals(Stored.NEW, store.add(0, key(near.get(0)), TestPeers.contact(1)));
    assertEquals(List.of(), peers(0, near.get(3)));
    assertEquals(Stored.NEW, store.add(0, key(near.get(0)), TestPeers.contact(2)));
    assertEquals(Stored.NEW, store.add(0, key(near.get(0)), TestPeers.contact(3)), "the number of all counts too");
    assertEquals(List.of(), peers(0, near.get(2)));
    assertEquals(2, store.contents());
    assertEquals(4, store.size());
    assertEquals(Stored.FULL, store.add(0, key(near.get(2)), TestPeers.contact(3)));
  }

  @Test
  void aPeerHasItsShare() {
    limits.setMaxProvidersPerPeer(2);
    store = open(0);
    store.add(0, key(1), TestPeers.contact(1));
    store.add(0, key(2), TestPeers.contact(1));
    assertEquals(Stored.SHARE_USED, store.add(0, key(3), TestPeers.contact(1)));
    assertEquals(Stored.REPLACED, store.add(0, key(2), TestPeers.contact(1)));
    assertEquals(Stored.NEW, store.add(0, key(3), TestPeers.contact(2)));
  }

  @Test
  void whatIsOnDiskIsThereAfterAStartUnlessItIsOverOrDamaged() {
    store.add(0, key(1), TestPeers.contact(1));
    store.add(HOUR, key(1), TestPeers.contact(2));
    store.add(HOUR, key(2), TestPeers.contact(3));
    byte[] place = Provider.storageKey(Key.of(key(2)), TestPeers.peer(3));
    byte[] damaged = storage.get(place).clone();
    damaged[40]++;
    storage.put(place, damaged);
    store = open(48 * HOUR);
    assertEquals(1, store.size());
    assertEquals(1, stored());
    assertEquals(List.of(TestPeers.peer(2)), peers(48 * HOUR, 1));
    storage.remove(Provider.storageKey(Key.of(key(1)), TestPeers.peer(2)));
    assertEquals(List.of(), peers(48 * HOUR, 1));
    assertEquals(0, store.size());
  }

  /** SEC-41, G23. */
  @Test
  void aMillionHostileAddsChangeNothingAboutTheCaps() {
    limits.setMaxProviderKeys(500).setMaxProviderRecords(2000).setMaxProvidersPerKey(20).setMaxProvidersPerPeer(100);
    store = open(0);
    List<Contact> contacts = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      contacts.add(i % 2 == 0 ? sybil(i) : TestPeers.contact(i));
    }
    for (int i = 0; i < 1_000_000; i++) {
      store.add(i, key(i / 30), contacts.get((i * 7) % 1000));
      assertTrue(store.size() <= 2000 && store.contents() <= 500);
    }
    assertTrue(store.size() > 1500, store.size() + " are kept");
    assertEquals(store.size(), stored());
    for (int i = 0; i < 1_000_000 / 30; i++) {
      assertTrue(store.get(0, key(i)).size() <= 20);
    }
    assertFalse(store.peers() > 1000);
  }
}
