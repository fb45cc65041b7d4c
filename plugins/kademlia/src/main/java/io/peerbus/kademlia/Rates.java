package io.peerbus.kademlia;

import io.peerbus.multiformats.PeerId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How fast each peer may ask: so many requests a second, and so many at once after a pause. Of each peer that asks, one
 * number is kept: when its requests so far are paid for, at one every interval. Not thread safe.
 */
final class Rates {

  private static final long SECOND = 1_000_000_000L;
  /** Peers that are remembered at once; more than a node has connections. Ids are free, and each costs memory. */
  static final int MAX_PEERS = 1 << 14;

  private final long interval;
  private final long burst;
  /** Who asked longest ago comes first. */
  private final Map<PeerId, Long> paidAt = new LinkedHashMap<>();

  Rates(KademliaLimits limits) {
    this.interval = Math.max(1, SECOND / limits.getMaxRequestsPerSecond());
    this.burst = interval * limits.getMaxRequestBurst();
  }

  /** Whether a request of this peer is to be answered. One that is not does not count. */
  boolean allows(long now, PeerId peer) {
    Long before = paidAt.remove(peer);
    long paid = (before == null ? now : Math.max(now, before)) + interval;
    boolean allowed = paid - now <= burst;
    paidAt.put(peer, allowed ? paid : before);
    forget(now);
    return allowed;
  }

  /** Two for each that comes: the map shrinks as it is used. */
  private void forget(long now) {
    Iterator<Long> eldest = paidAt.values().iterator();
    for (int i = 0; i < 2 && eldest.hasNext(); i++) {
      if (eldest.next() <= now || paidAt.size() > MAX_PEERS) {
        eldest.remove();
      }
    }
  }

  int size() {
    return paidAt.size();
  }
}
