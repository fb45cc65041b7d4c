package io.peerbus.swarm;

import io.peerbus.multiformats.Multiaddr;

/**
 * Remembers whether public IPv6 addresses lead anywhere from here. In a network whose router drops them silently each
 * dial would lose its head start to one that cannot be answered; after enough of those in a row IPv4 goes first. IPv6
 * stays in the race, and now and then it begins again, so that a network that has come to work is noticed.
 *
 * <p>Not thread safe, owned by its dialer. Only what vanished counts: a refusal proves that there is a way.
 *
 * <p>Spec: as go-libp2p's black hole detector, but it only orders the addresses and refuses none.
 */
final class BlackHole {

  /** In a row, without a connection in between. One slow peer must not decide for all. */
  static final int ENOUGH = 8;
  /** While in doubt, once in so many times IPv6 begins all the same. */
  static final int PROBE_EVERY = 16;

  private int vanished;
  private int asked;

  private static boolean concerns(Multiaddr address) {
    return DialOrder.isIp6(address) && DialAddress.rank(address) == DialAddress.Rank.PUBLIC;
  }

  /** No answer at all, though there was time for one. */
  void onVanished(Multiaddr address) {
    if (concerns(address)) {
      vanished = Math.min(vanished + 1, ENOUGH);
    }
  }

  /** There is somebody. */
  void onAnswered(Multiaddr address) {
    if (concerns(address)) {
      vanished = 0;
    }
  }

  /** Whether IPv4 is to begin this time. */
  boolean isIp4First() {
    return vanished >= ENOUGH && ++asked % PROBE_EVERY != 0;
  }
}
