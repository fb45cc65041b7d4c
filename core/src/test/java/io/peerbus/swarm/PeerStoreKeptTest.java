package io.peerbus.swarm;

import static io.peerbus.swarm.Fixture.addresses;
import static io.peerbus.swarm.Fixture.peer;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What a peer store gives to whoever keeps it, and takes back after a restart (SEC-03). */
class PeerStoreKeptTest {

  private static final PeerId BOB = peer(1);
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
  private static final List<Multiaddr> ONE = addresses("/ip4/10.0.0.1/tcp/1");
  private static final List<Multiaddr> TWO = addresses("/ip4/10.0.0.2/tcp/1");

  private final PeerStore store = new PeerStore(new PeerStoreOptions());

  private static SignedRecord record(long seq) {
    return new SignedRecord(seq, new byte[] {(byte) seq});
  }

  /** The store as it is after a restart at that time; nothing of before but what was taken is left. */
  private static PeerStore restarted(long at, Map<PeerId, StoredPeer> kept) {
    PeerStore next = new PeerStore(new PeerStoreOptions());
    kept.forEach((peer, stored) -> next.restore(at, peer, stored));
    return next;
  }

  private Map<PeerId, StoredPeer> kept(long now) {
    Map<PeerId, StoredPeer> kept = new HashMap<>();
    store.takeChanges(now).peers().forEach((peer, stored) -> stored.ifPresent(some -> kept.put(peer, some)));
    return kept;
  }

  @Test
  void livesGoOnAfterARestartWithWhatIsLeftOfThem() {
    store.track();
    store.add(0, BOB, ONE, Lifetime.HINT);
    store.identified(0, BOB, TWO, List.of("/a"), "agent", "v");
    PeerStore after = restarted(-50 * MINUTE, kept(4 * MINUTE)); // another origin of time
    assertEquals(List.of(TWO.get(0), ONE.get(0)), after.addresses(-44 * MINUTE - 1, BOB));
    assertEquals(TWO, after.addresses(-44 * MINUTE, BOB));
    assertEquals(List.of(), after.addresses(6 * MINUTE, BOB));
    assertEquals("agent", after.get(0, BOB).orElseThrow().agentVersion());
    assertFalse(after.isChanged());
  }

  @Test
  void whoWasConnectedIsKeptAsIfItHadEndedJustNow() {
    store.track();
    store.add(0, BOB, ONE, Lifetime.CONNECTED);
    store.onUp(0, BOB);
    PeerStore after = restarted(0, kept(1_000 * MINUTE));
    assertEquals(ONE, after.addresses(30 * MINUTE - 1, BOB));
    assertEquals(List.of(), after.addresses(30 * MINUTE, BOB));
    assertFalse(after.get(0, BOB).orElseThrow().connected());
  }

  /** Lest a node that is killed after a long time with few changes knows nobody. */
  @Test
  void whoStaysConnectedIsKeptAnewNowAndThen() {
    store.track();
    store.add(0, BOB, ONE, Lifetime.CONNECTED);
    store.onUp(0, BOB);
    store.takeChanges(0);
    for (int minute = 1; minute < 100; minute++) {
      store.sweep(minute * MINUTE, 10);
      assertEquals(minute % 10 == 0, store.isChanged(), "after " + minute);
      if (store.isChanged()) {
        store.takeChanges(minute * MINUTE);
      }
    }
  }

  /** The next configuration may not have it any more. */
  @Test
  void whatTheConfigurationSaysIsNotKeptUnlessItWorked() {
    store.track();
    store.add(0, BOB, ONE, Lifetime.BOOTSTRAP);
    assertEquals(Map.of(), kept(0));
    store.onUp(1, BOB);
    PeerStore after = restarted(0, kept(1));
    assertEquals(ONE, after.addresses(0, BOB));
    assertEquals(List.of(), after.addresses(30 * MINUTE, BOB));
  }

  @Test
  void aFileCannotSayThatAnAddressLivesLongerThanItMay() {
    PeerStore after = restarted(0, Map.of(BOB, new StoredPeer(List.of(
        new StoredPeer.Address(ONE.get(0), Lifetime.HINT, Long.MAX_VALUE / 2),
        new StoredPeer.Address(TWO.get(0), Lifetime.BOOTSTRAP, Long.MAX_VALUE)), List.of(), "", "", new byte[0], 0)));
    assertEquals(TWO, after.addresses(10 * MINUTE, BOB));
    assertEquals(List.of(), after.addresses(30 * MINUTE, BOB));
  }

  @Test
  void onlyWhoHasChangedIsWrittenAndWhoIsForgottenIsNamed() {
    store.add(0, BOB, ONE, Lifetime.HINT);
    assertFalse(store.isChanged(), "nobody listens");
    store.track();
    store.add(0, peer(2), ONE, Lifetime.HINT);
    assertTrue(store.isChanged());
    assertEquals(List.of(peer(2)), List.copyOf(store.takeChanges(0).peers().keySet()));
    assertFalse(store.isChanged());
    store.sweep(20 * MINUTE, 10);
    PeerStore.Changed gone = store.takeChanges(20 * MINUTE);
    assertEquals(Map.of(BOB, Optional.empty(), peer(2), Optional.empty()), gone.peers());
    assertFalse(gone.isAll());
  }

  /** A flood between two writes does not fill the memory with names. */
  @Test
  void moreChangesThanCanBeRememberedAreAll() {
    PeerStore small = new PeerStore(new PeerStoreOptions().setMaxPeers(10));
    small.track();
    for (int i = 0; i < 100; i++) {
      small.add(0, peer(i), ONE, Lifetime.HINT);
    }
    PeerStore.Changed changed = small.takeChanges(0);
    assertTrue(changed.isAll());
    assertEquals(10, changed.peers().size());
    assertFalse(small.isChanged());
  }

  @Test
  void ofSignedRecordsTheNewestCountsAlsoAfterARestart() {
    store.track();
    store.identified(0, BOB, ONE, List.of("/a"), "", "", record(5));
    store.identified(0, BOB, TWO, List.of("/b"), "", "", record(4));
    assertEquals(ONE, store.addresses(0, BOB), "addresses of an older record");
    assertEquals(List.of("/b"), store.get(0, BOB).orElseThrow().protocols(), "the rest is news");
    PeerStore after = restarted(0, kept(0));
    after.identified(0, BOB, TWO, List.of(), "", "", record(4));
    assertEquals(ONE, after.addresses(0, BOB));
    assertArrayEquals(new byte[] {5}, after.signedRecord(BOB).orElseThrow());
    after.identified(0, BOB, TWO, List.of(), "", "", record(-1)); // the largest there is
    assertEquals(TWO, after.addresses(0, BOB));
    assertArrayEquals(new byte[] {-1}, after.signedRecord(BOB).orElseThrow());
  }

  @Test
  void aRecordCountsTowardsTheLimits() {
    long before = store.bytes();
    store.identified(0, BOB, ONE, List.of(), "", "", new SignedRecord(1, new byte[8_000]));
    assertTrue(store.bytes() - before > 8_000, store.bytes() + " bytes");
    store.identified(0, BOB, ONE, List.of(), "", "", new SignedRecord(2, new byte[40_000]));
    assertArrayEquals(new byte[8_000], store.signedRecord(BOB).orElseThrow(), "too long for one peer");
    store.sweep(100 * MINUTE, 10);
    assertEquals(0, store.bytes());
  }

  @Test
  void reachablePeersAreThoseOfTheProtocolTheBestProvedFirst() {
    store.identified(0, peer(1), ONE, List.of("/a"), "", "");
    store.identified(0, peer(2), TWO, List.of("/a"), "", "");
    store.add(0, peer(2), TWO, Lifetime.CONNECTED);
    store.identified(0, peer(3), ONE, List.of("/b"), "", "");
    store.add(0, peer(4), ONE, Lifetime.HINT);
    assertEquals(List.of(peer(2), peer(1)),
        store.reachable(0, Lifetime.IDENTIFIED, "/a", 10).stream().map(KnownPeer::peer).toList());
    assertEquals(List.of(peer(2)),
        store.reachable(0, Lifetime.CONNECTED, "", 10).stream().map(KnownPeer::peer).toList());
    assertEquals(4, store.reachable(0, Lifetime.HINT, "", 10).size());
    assertEquals(1, store.reachable(0, Lifetime.HINT, "", 1).size());
    assertEquals(0, store.reachable(100 * MINUTE, Lifetime.HINT, "", 10).size());
  }

  /** A copy that takes every change is the store, whatever happens to it. */
  @Property(tries = 200)
  void aCopyThatFollowsTheChangesKnowsWhatTheStoreKnows(@ForAll long seed) {
    Random random = new Random(seed);
    PeerStore original = new PeerStore(new PeerStoreOptions().setMaxPeers(1 + random.nextInt(30)));
    original.track();
    Map<PeerId, StoredPeer> copy = new HashMap<>(); // in which lives are told by the time of their end
    long now = 0;
    for (int step = 0; step < 300; step++) {
      PeerId peer = peer(random.nextInt(60));
      List<Multiaddr> some = List.of(Fixture.address(random.nextInt(100)));
      switch (random.nextInt(7)) {
        case 0 -> original.onUp(now, peer);
        case 1 -> original.onDown(now, peer);
        case 2 -> original.identified(now, peer, some, List.of(), "", "", record(random.nextInt(9)));
        case 3 -> original.sweep(now, random.nextInt(10));
        case 4 -> original.remove(peer, some.get(0));
        default -> original.add(now, peer, some, random.nextBoolean() ? Lifetime.HINT : Lifetime.CONNECTED);
      }
      now += random.nextLong(MINUTE);
      if (random.nextInt(10) == 0 || step == 299) {
        follow(copy, original.takeChanges(now), now);
      }
    }
    long end = now;
    copy.replaceAll((peer, stored) -> later(stored, -end));
    PeerStore restored = restarted(now, copy);
    for (int i = 0; i < 60; i++) {
      boolean connected = original.get(now, peer(i)).map(KnownPeer::connected).orElse(false);
      if (!connected) {
        assertEquals(new HashSet<>(original.addresses(now, peer(i))), new HashSet<>(restored.addresses(now, peer(i))),
            "peer " + i);
      }
    }
  }

  private static StoredPeer later(StoredPeer peer, long nanos) {
    return new StoredPeer(peer.addresses().stream().map(kept ->
        new StoredPeer.Address(kept.address(), kept.lifetime(), kept.lifeNanos() + nanos)).toList(), peer.protocols(),
        peer.agentVersion(), peer.protocolVersion(), peer.record(), peer.recordSeq());
  }

  private static void follow(Map<PeerId, StoredPeer> copy, PeerStore.Changed changed, long now) {
    if (changed.isAll()) {
      copy.keySet().retainAll(changed.peers().keySet());
    }
    changed.peers().forEach((peer, stored) -> {
      if (stored.isPresent()) {
        copy.put(peer, later(stored.get(), now));
      } else {
        copy.remove(peer);
      }
    });
  }
}
