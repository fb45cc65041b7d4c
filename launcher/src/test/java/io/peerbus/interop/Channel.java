package io.peerbus.interop;

import java.util.Comparator;

/**
 * What both sides of a connection speak below their protocols, and nothing else, as the config and the peers name it.
 *
 * @param isPrivate whether they are in a private network
 */
record Channel(String security, String muxer, boolean isPrivate) implements Comparable<Channel> {

  static final Channel USUAL = new Channel("noise", "yamux", false);

  /** The key of the private network that all are in who are in one. */
  static final String NETWORK_KEY = "00112233445566778899aabbccddeeff".repeat(2);

  private static final Comparator<Channel> ORDER = Comparator.comparing(Channel::isPrivate)
      .thenComparing(Channel::security).thenComparing(Channel::muxer, Comparator.reverseOrder());

  @Override
  public int compareTo(Channel other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return (isPrivate ? "private, " : "") + security + ", " + muxer;
  }
}
