package io.peerbus.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** SEC-03: records of invented peers stay within the limits, do no harm to real ones, and go away. */
class PeerStoreFloodTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  @Test
  void aMillionInventedPeersStayWithinTheLimits() {
    PeerStoreOptions options = new PeerStoreOptions();
    PeerStore store = new PeerStore(options);
    PeerId friend = Fixture.peer(-1);
    store.onUp(0, friend);
    store.identified(0, friend, List.of(Fixture.address(1)), List.of("/chat/1"), "friend", "1");
    long now = 0;
    for (int i = 0; i < 1_000_000; i++) {
      now += 20_000; // fifty thousand a second
      store.add(now, Fixture.peer(i), List.of(Fixture.address(i)), Lifetime.HINT);
      assertTrue(store.size() <= options.getMaxPeers() + 1);
      assertTrue(store.bytes() <= options.getMaxBytes());
    }
    assertEquals("friend", store.get(now, friend).orElseThrow().agentVersion());
    assertTrue(options.getMaxBytes() <= 64 << 20, "64 MiB of strangers at most, by default");
    assertTrue(store.size() > options.getMaxPeers() / 2, "the limits were reached");
    now += 600 * SECOND;
    for (int swept = 0; swept <= options.getMaxPeers(); swept += 1_000) {
      assertTrue(store.sweep(now, 1_000) > 0);
    }
    assertEquals(1, store.size(), "their addresses have expired");
    assertEquals(0, store.bytes());
    assertEquals(List.of(Fixture.address(1)), store.addresses(now, friend));
  }

  @Test
  void largeRecordsStayWithinTheBytes() {
    PeerStoreOptions options = new PeerStoreOptions().setMaxBytes(1 << 20);
    PeerStore store = new PeerStore(options);
    List<Multiaddr> many = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      many.add(Fixture.address("/dns4/" + "a".repeat(150) + i + ".example/tcp/1"));
    }
    for (int i = 0; i < 2_000; i++) {
      store.add(i, Fixture.peer(i), many, Lifetime.HINT);
      assertTrue(store.bytes() <= 1 << 20);
    }
    assertTrue(store.size() < 100 && store.size() > 20, store.size() + " peers");
  }

  @Test
  void theEstimateOfBytesIsNotBelowTheTruth() {
    long held = 0;
    long estimated = 0;
    boolean fits = false;
    // Others leave or free memory in this JVM while we measure: one time of several it must fit.
    for (int tries = 0; tries < 10 && !fits; tries++) {
      long before = used();
      PeerStore store = storeOf(20_000);
      held = used() - before;
      estimated = store.bytes();
      assertEquals(20_000, store.size());
      fits = held <= estimated && estimated <= 4 * held;
    }
    assertTrue(fits, held + " bytes held, " + estimated + " estimated");
  }

  private static PeerStore storeOf(int peers) {
    PeerStore store =
        new PeerStore(new PeerStoreOptions().setMaxPeers(100_000).setMaxBytes(Integer.MAX_VALUE));
    for (int i = 0; i < peers; i++) {
      // New objects for each, as they come from the wire.
      store.add(i, Fixture.peer(i), List.of(Fixture.address(i), Fixture.address("/dns4/a" + i + ".example/tcp/4001")),
          Lifetime.HINT);
    }
    return store;
  }

  @Test
  void countsAreExactThroughRandomUse() {
    for (int seed = 0; seed < 200; seed++) {
      randomUse(new Random(seed));
    }
  }

  private void randomUse(Random random) {
    PeerStoreOptions options = new PeerStoreOptions().setMaxPeers(8).setMaxAddressesPerPeer(3);
    PeerStore store = new PeerStore(options);
    Map<PeerId, Boolean> connected = new HashMap<>();
    long now = 0;
    for (int i = 0; i < 500; i++) {
      now += random.nextLong(20 * SECOND);
      PeerId peer = Fixture.peer(random.nextInt(30));
      List<Multiaddr> some = List.of(Fixture.address(random.nextInt(9)), Fixture.address(random.nextInt(9)));
      switch (random.nextInt(6)) {
        case 0, 1 -> store.add(now, peer, some, Lifetime.values()[random.nextInt(3)]);
        case 2 -> store.identified(now, peer, some, List.of("/p" + i), "a" + i, "");
        case 3 -> {
          if (connected.put(peer, true) == null) {
            store.onUp(now, peer);
          }
        }
        case 4 -> {
          if (connected.remove(peer) != null) {
            store.onDown(now, peer);
          }
        }
        default -> store.remove(peer, some.get(0));
      }
      assertTrue(store.size() <= 8 + connected.size(), store.size() + " peers");
      long at = now;
      connected.keySet().forEach(known -> assertTrue(store.get(at, known).orElseThrow().connected()));
    }
    for (PeerId peer : connected.keySet()) {
      store.onDown(now, peer);
    }
    store.sweep(now + 7_200 * SECOND, 100);
    assertEquals(0, store.size());
    assertEquals(0, store.bytes());
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
