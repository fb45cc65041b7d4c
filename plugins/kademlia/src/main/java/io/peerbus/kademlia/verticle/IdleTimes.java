package io.peerbus.kademlia.verticle;

import io.peerbus.multiformats.PeerId;
import java.util.HashSet;
import java.util.Set;

/** How long a stream is kept that a peer was asked on, by the software of that peer. Not thread safe. */
final class IdleTimes {

  /**
   * Enough for a lookup and what is then put at those it found. No longer where it may be a py-libp2p: 0.8 serves
   * twelve streams, idle ones and all, and resets every other.
   */
  static final long SHORT_MILLIS = 1_000;
  /** For all others: to open a stream costs more than to ask. js gives an idle one up after ten seconds. */
  static final long LONG_MILLIS = 9_000;

  private static final String SHORT_OF_STREAMS = "py-libp2p";

  /** Those connected whose software is known, and to have streams enough. */
  private final Set<PeerId> roomy = new HashSet<>();

  /** Identify told what software a connected peer has; empty when it did not say. */
  void onIdentified(PeerId peer, String agent) {
    if (agent.isEmpty() || agent.startsWith(SHORT_OF_STREAMS)) {
      roomy.remove(peer);
    } else {
      roomy.add(peer);
    }
  }

  void onDisconnected(PeerId peer) {
    roomy.remove(peer);
  }

  long millis(PeerId peer) {
    return roomy.contains(peer) ? LONG_MILLIS : SHORT_MILLIS;
  }
}
