package io.peerbus.remotebus;

/**
 * The limits, each against one way to misuse the bus.
 *
 * @param maxMessageBytes the longest message with its address; one could otherwise fill the memory
 * @param maxInboundPerPeer messages of one peer served at one time; one peer could otherwise flood our handlers
 * @param maxOutboundPerPeer messages to one peer under way; a caller could otherwise pile them up at a slow peer
 * @param maxTimeoutMillis the longest wait for a reply; a peer could otherwise have us wait for ever
 * @param readTimeoutMillis for a request to come whole; a peer could otherwise send a byte now and then for ever
 */
public record RemoteBusOptions(int maxMessageBytes, int maxInboundPerPeer, int maxOutboundPerPeer,
    int maxTimeoutMillis, int readTimeoutMillis) {

  public static final RemoteBusOptions DEFAULT = new RemoteBusOptions(256 << 10, 16, 64, 60_000, 10_000);

  public RemoteBusOptions {
    atLeast("maxMessageBytes", maxMessageBytes, 1_024);
    atLeast("maxInboundPerPeer", maxInboundPerPeer, 1);
    atLeast("maxOutboundPerPeer", maxOutboundPerPeer, 1);
    atLeast("maxTimeoutMillis", maxTimeoutMillis, 1);
    atLeast("readTimeoutMillis", readTimeoutMillis, 1);
  }

  private static void atLeast(String name, int value, int bound) {
    if (value < bound) {
      throw new IllegalArgumentException(name + ": " + value + " < " + bound);
    }
  }

  /** {@link #readTimeoutMillis} in nanoseconds. */
  long readTimeout() {
    return readTimeoutMillis * 1_000_000L;
  }
}
