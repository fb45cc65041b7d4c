package io.peerbus.kademlia;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.PeerId;
import org.junit.jupiter.api.Test;

class RatesTest {

  private static final long SECOND = 1_000_000_000L;
  private static final PeerId ONE = TestPeers.peer(1);

  private final Rates rates = new Rates(new KademliaLimits().setMaxRequestsPerSecond(10).setMaxRequestBurst(30));

  private int allowed(long now, PeerId peer, int asked) {
    int allowed = 0;
    for (int i = 0; i < asked; i++) {
      allowed += rates.allows(now, peer) ? 1 : 0;
    }
    return allowed;
  }

  @Test
  void aPeerMayAskManyTimesAtOnceAndThenAtItsRate() {
    assertEquals(30, allowed(0, ONE, 1000));
    assertEquals(0, allowed(SECOND / 10 - 1, ONE, 100), "what was refused did not count, nor did it make it longer");
    assertEquals(1, allowed(SECOND / 10, ONE, 100));
    assertEquals(10, allowed(SECOND + SECOND / 10, ONE, 100));
    assertEquals(30, allowed(60 * SECOND, ONE, 100), "a pause counts up to the burst");
  }

  @Test
  void whatOneAsksIsNotCountedForAnother() {
    assertEquals(30, allowed(0, ONE, 100));
    assertEquals(30, allowed(0, TestPeers.peer(2), 100));
    assertFalse(rates.allows(0, ONE));
  }

  /** Ids are free, so what is remembered of them is bounded. */
  @Test
  void ofAMillionIdsFewAreRemembered() {
    for (int i = 1; i <= 100_000; i++) {
      assertTrue(rates.allows(i, TestPeers.peer(i)));
    }
    assertEquals(Rates.MAX_PEERS, rates.size());
    for (int i = 0; i < Rates.MAX_PEERS; i++) {
      rates.allows(60 * SECOND, ONE);
    }
    assertEquals(1, rates.size(), "who has paused is forgotten");
  }
}
