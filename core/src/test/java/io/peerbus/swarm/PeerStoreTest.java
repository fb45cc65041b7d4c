package io.peerbus.swarm;

import static io.peerbus.swarm.Fixture.address;
import static io.peerbus.swarm.Fixture.addresses;
import static io.peerbus.swarm.Fixture.peer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is known of peers, for how long, and that no flood of it fills the memory (SEC-03, SEC-28). */
class PeerStoreTest {

  private static final PeerId BOB = peer(1);
  private static final PeerId CAROL = peer(2);
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
  private static final List<Multiaddr> ONE = addresses("/ip4/10.0.0.1/tcp/1");
  private static final List<Multiaddr> TWO = addresses("/ip4/10.0.0.2/tcp/1");

  private final PeerStoreOptions options = new PeerStoreOptions();
  private final PeerStore store = new PeerStore(options);

  @Test
  void aHintLivesTenMinutes() {
    store.add(-MINUTE, BOB, ONE, Lifetime.HINT);
    assertEquals(ONE, store.addresses(9 * MINUTE - 1, BOB));
    assertEquals(List.of(), store.addresses(9 * MINUTE, BOB));
  }

  @Test
  void whatThePeerToldLivesAnHour() {
    store.identified(0, BOB, ONE, List.of("/ipfs/ping/1.0.0"), "go-libp2p", "ipfs/0.1.0");
    assertEquals(ONE, store.addresses(60 * MINUTE - 1, BOB));
    assertEquals(List.of(), store.addresses(60 * MINUTE, BOB));
    store.sweep(60 * MINUTE, 10);
    assertTrue(store.get(60 * MINUTE, BOB).isEmpty());
    assertEquals(0, store.size());
    assertEquals(0, store.bytes());
  }

  @Test
  void anAddressThatWorkedLivesWhileConnectedAndHalfAnHourMore() {
    store.add(0, BOB, ONE, Lifetime.CONNECTED);
    store.onUp(0, BOB);
    assertEquals(ONE, store.addresses(1_000 * MINUTE, BOB));
    store.sweep(1_000 * MINUTE, 10);
    store.onDown(1_000 * MINUTE, BOB);
    assertEquals(ONE, store.addresses(1_030 * MINUTE - 1, BOB));
    assertEquals(List.of(), store.addresses(1_030 * MINUTE, BOB));
  }

  @Test
  void whatThePeerToldIsKeptWhileConnectedButNoHearsay() {
    store.onUp(0, BOB);
    store.identified(0, BOB, ONE, List.of(), "", "");
    store.add(0, BOB, TWO, Lifetime.HINT);
    assertEquals(List.of(ONE.get(0), TWO.get(0)), store.addresses(MINUTE, BOB));
    assertEquals(ONE, store.addresses(1_000 * MINUTE, BOB));
    store.onDown(1_000 * MINUTE, BOB);
    assertEquals(ONE, store.addresses(1_029 * MINUTE, BOB));
    assertEquals(List.of(), store.addresses(1_030 * MINUTE, BOB));
  }

  @Test
  void bootstrapAddressesLiveForEver() {
    store.add(0, BOB, ONE, Lifetime.BOOTSTRAP);
    store.remove(BOB, ONE.get(0));
    store.sweep(Long.MAX_VALUE / 2, 10);
    assertEquals(ONE, store.addresses(Long.MAX_VALUE / 2, BOB));
  }

  @Test
  void theMostTrustedAddressComesFirstThenTheNewest() {
    List<Multiaddr> all = new ArrayList<>();
    Lifetime[] kinds = {Lifetime.HINT, Lifetime.CONNECTED, Lifetime.IDENTIFIED, Lifetime.HINT, Lifetime.BOOTSTRAP};
    for (int i = 0; i < kinds.length; i++) {
      all.add(Fixture.address(i));
      store.add(i, BOB, List.of(Fixture.address(i)), kinds[i]);
    }
    assertEquals(List.of(all.get(4), all.get(1), all.get(2), all.get(3), all.get(0)), store.addresses(9, BOB));
  }

  @Test
  void hearsayNeitherProlongsNorReplacesWhatThePeerTold() {
    store.identified(0, BOB, ONE, List.of(), "", "");
    store.add(59 * MINUTE, BOB, ONE, Lifetime.HINT);
    assertEquals(List.of(), store.addresses(60 * MINUTE, BOB));
  }

  @Test
  void beingToldAgainProlongs() {
    store.add(0, BOB, ONE, Lifetime.HINT);
    store.add(5 * MINUTE, BOB, ONE, Lifetime.HINT);
    assertEquals(ONE, store.addresses(14 * MINUTE, BOB));
    store.identified(14 * MINUTE, BOB, ONE, List.of(), "", "");
    assertEquals(ONE, store.addresses(73 * MINUTE, BOB));
  }

  @Test
  void anIdentifyReplacesTheLastOne() {
    store.identified(0, BOB, ONE, List.of("/a", "/b"), "agent/1", "v1");
    store.add(0, BOB, addresses("/ip4/10.0.0.3/tcp/1"), Lifetime.CONNECTED);
    store.identified(1, BOB, TWO, List.of("/c"), "agent/2", "v2");
    KnownPeer known = store.get(1, BOB).orElseThrow();
    assertEquals(new KnownPeer(BOB, false, addresses("/ip4/10.0.0.3/tcp/1", "/ip4/10.0.0.2/tcp/1"), List.of("/c"),
        "agent/2", "v2"), known);
  }

  @Test
  void addressesAreKeptWithoutThePeerAndThoseOfOthersLeftOut() {
    store.add(0, BOB, addresses("/ip4/10.0.0.1/tcp/1/p2p/" + BOB, "/ip4/10.0.0.2/tcp/1/p2p/" + CAROL), Lifetime.HINT);
    assertEquals(ONE, store.addresses(1, BOB));
    store.add(0, CAROL, addresses("/ip4/10.0.0.2/tcp/1/p2p/" + BOB), Lifetime.HINT);
    assertEquals(1, store.size());
  }

  @Test
  void anAddressThatOnlyNamesThePeerIsNotKept() {
    store.add(0, BOB, addresses("/p2p/" + BOB), Lifetime.HINT);
    assertEquals(0, store.size());
  }

  @Test
  void aWrongAddressIsForgotten() {
    store.add(0, BOB, ONE, Lifetime.HINT);
    store.remove(BOB, address("/ip4/10.0.0.1/tcp/1/p2p/" + BOB));
    store.remove(CAROL, ONE.get(0));
    assertEquals(0, store.size());
  }

  @Test
  void onePeerHasOnlySoManyAddressesAndTheBestOfThem() {
    store.add(0, BOB, publicAddresses(0, 3), Lifetime.CONNECTED);
    store.add(0, BOB, publicAddresses(0, 1_000), Lifetime.HINT);
    assertEquals(64, store.addresses(1, BOB).size());
    store.identified(1, BOB, publicAddresses(2_000, 2_060), List.of(), "", "");
    List<Multiaddr> kept = store.addresses(2, BOB);
    assertEquals(64, kept.size());
    assertTrue(kept.containsAll(publicAddresses(0, 3)));
    assertTrue(kept.containsAll(publicAddresses(2_000, 2_060)));
    store.add(3, BOB, publicAddresses(3_000, 3_100), Lifetime.HINT);
    assertTrue(store.addresses(3, BOB).containsAll(publicAddresses(2_000, 2_060)), "hints push nothing better out");
  }

  @Test
  void aPeerFullOfItsOwnAddressesMayStillTellNewOnes() {
    store.identified(0, BOB, publicAddresses(0, 500), List.of(), "", "");
    assertEquals(64, store.addresses(1, BOB).size());
    store.identified(1, BOB, publicAddresses(500, 510), List.of(), "", "");
    assertEquals(10, store.addresses(2, BOB).size());
  }

  @Test
  void longTextsAndManyProtocolsAreNotKept() {
    List<String> protocols = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      protocols.add("/p/" + i);
    }
    protocols.add(0, "/" + "x".repeat(1_000));
    options.setMaxAddressLength(200);
    PeerStore store = new PeerStore(options);
    store.onUp(0, BOB);
    store.identified(0, BOB, addresses("/dns4/" + "a".repeat(253) + "/tcp/1"), protocols, "y".repeat(1_000), "z");
    KnownPeer known = store.get(0, BOB).orElseThrow();
    assertTrue(known.protocols().size() <= 256);
    assertEquals("/p/0", known.protocols().get(0));
    assertEquals(256, known.agentVersion().length());
    assertEquals(List.of(), known.addresses());
  }

  @Test
  void aConnectedPeerIsHeldToItsShareOfMemory() {
    store.onUp(0, BOB);
    List<String> protocols = new ArrayList<>();
    for (int i = 0; i < 256; i++) {
      protocols.add("/" + "x".repeat(200) + i);
    }
    store.identified(0, BOB, publicAddresses(0, 64), protocols, "", "");
    KnownPeer known = store.get(0, BOB).orElseThrow();
    assertEquals(64, known.addresses().size());
    assertFalse(known.protocols().isEmpty());
    int characters = known.protocols().stream().mapToInt(String::length).sum();
    assertTrue(2 * characters < options.getMaxBytesPerPeer(), characters + " characters");
    store.onDown(1, BOB);
    assertTrue(store.bytes() <= options.getMaxBytesPerPeer());
    store.sweep(1_000 * MINUTE, 1);
    assertEquals(0, store.bytes());
  }

  @Test
  void ofTooManyPeersTheLongestUnusedGoes() {
    PeerStore small = new PeerStore(new PeerStoreOptions().setMaxPeers(3));
    for (int i = 0; i < 3; i++) {
      small.add(0, peer(i), List.of(Fixture.address(i)), Lifetime.HINT);
    }
    assertEquals(1, small.addresses(1, peer(0)).size(), "used");
    small.add(1, peer(3), List.of(Fixture.address(3)), Lifetime.HINT);
    assertEquals(List.of(), small.addresses(1, peer(1)));
    assertEquals(1, small.addresses(1, peer(0)).size());
    assertEquals(3, small.size());
  }

  @Test
  void beingSweptIsNotBeingUsed() {
    PeerStore small = new PeerStore(new PeerStoreOptions().setMaxPeers(3));
    for (int i = 0; i < 3; i++) {
      small.add(0, peer(i), List.of(Fixture.address(i)), Lifetime.HINT);
    }
    small.sweep(1, 1);
    small.add(1, peer(3), List.of(Fixture.address(3)), Lifetime.HINT);
    assertEquals(List.of(), small.addresses(1, peer(0)));
  }

  @Test
  void connectedAndBootstrapPeersAreNeverPushedOut() {
    PeerStore small = new PeerStore(new PeerStoreOptions().setMaxPeers(5));
    small.add(0, BOB, ONE, Lifetime.CONNECTED);
    small.onUp(0, BOB);
    small.add(0, CAROL, TWO, Lifetime.BOOTSTRAP);
    for (int i = 10; i < 10_000; i++) {
      small.add(i, peer(i), List.of(Fixture.address(i)), Lifetime.HINT);
    }
    assertEquals(7, small.size());
    assertEquals(ONE, small.addresses(1, BOB));
    assertEquals(TWO, small.addresses(1, CAROL));
    small.onDown(1, BOB);
    assertEquals(6, small.size(), "now it counts as the others do");
  }

  @Test
  void anUnknownPeerIsEmpty() {
    assertTrue(store.get(0, BOB).isEmpty());
    assertEquals(List.of(), store.addresses(0, BOB));
    store.onDown(0, BOB);
    store.add(0, BOB, List.of(), Lifetime.HINT);
    assertEquals(0, store.size());
    assertEquals(0, store.sweep(0, 10));
  }

  private static List<Multiaddr> publicAddresses(int from, int to) {
    List<Multiaddr> addresses = new ArrayList<>();
    for (int i = from; i < to; i++) {
      addresses.add(Fixture.address(i));
    }
    return addresses;
  }
}
