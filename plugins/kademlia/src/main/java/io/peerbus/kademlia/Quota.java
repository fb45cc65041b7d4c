package io.peerbus.kademlia;

import io.peerbus.multiformats.PeerId;
import java.util.HashMap;
import java.util.Map;

/** How many of something each peer has. Holds nothing of a peer that has none. Not thread safe. */
final class Quota {

  private final Map<PeerId, Integer> counts = new HashMap<>();
  private final int most;

  Quota(int most) {
    this.most = most;
  }

  boolean isFull(PeerId peer) {
    return of(peer) >= most;
  }

  int of(PeerId peer) {
    return counts.getOrDefault(peer, 0);
  }

  void add(PeerId peer) {
    counts.merge(peer, 1, Integer::sum);
  }

  void remove(PeerId peer) {
    counts.computeIfPresent(peer, (p, count) -> count == 1 ? null : count - 1);
  }

  int peers() {
    return counts.size();
  }
}
