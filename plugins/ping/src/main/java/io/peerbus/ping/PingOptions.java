package io.peerbus.ping;

/** The times and limits of ping. Times are nanoseconds. */
public final class PingOptions {

  private static final long SECOND = 1_000_000_000L;

  private long timeout = 20 * SECOND;
  private long interval = 15 * SECOND;
  private long idleTimeout = 30 * SECOND;
  private long blockTimeout = 10 * SECOND;
  private long inboundIdleTimeout = 60 * SECOND;
  private int maxInboundPerPeer = 2;

  public PingOptions() {}

  public PingOptions(PingOptions other) {
    timeout = other.timeout;
    interval = other.interval;
    idleTimeout = other.idleTimeout;
    blockTimeout = other.blockTimeout;
    inboundIdleTimeout = other.inboundIdleTimeout;
    maxInboundPerPeer = other.maxInboundPerPeer;
  }

  /** How long we wait for an answer, opening the stream included. */
  public long getTimeout() {
    return timeout;
  }

  public PingOptions setTimeout(long nanos) {
    timeout = atLeast("timeout", nanos, 1);
    return this;
  }

  /** The time between two pings of a connected peer that nobody asked for; 0 for none. */
  public long getInterval() {
    return interval;
  }

  public PingOptions setInterval(long nanos) {
    interval = atLeast("interval", nanos, 0);
    return this;
  }

  /** How long our stream stays open after its last answer. */
  public long getIdleTimeout() {
    return idleTimeout;
  }

  public PingOptions setIdleTimeout(long nanos) {
    idleTimeout = atLeast("idleTimeout", nanos, 1);
    return this;
  }

  /** The time from a block's first byte to its last, in all. A peer could send one byte every 9 seconds (SEC-29). */
  public long getBlockTimeout() {
    return blockTimeout;
  }

  public PingOptions setBlockTimeout(long nanos) {
    blockTimeout = atLeast("blockTimeout", nanos, 1);
    return this;
  }

  /**
   * The time between two whole blocks of a peer, and to the first. A peer could hold streams for ever, or never read
   * what we answer. rust reuses one stream with 15 seconds between two pings, so it is longer than that.
   */
  public long getInboundIdleTimeout() {
    return inboundIdleTimeout;
  }

  public PingOptions setInboundIdleTimeout(long nanos) {
    inboundIdleTimeout = atLeast("inboundIdleTimeout", nanos, 1);
    return this;
  }

  /**
   * Streams of one peer that are answered at once, as in go and js, on each event loop where it has connections. One
   * peer could open hundreds (SEC-29).
   */
  public int getMaxInboundPerPeer() {
    return maxInboundPerPeer;
  }

  public PingOptions setMaxInboundPerPeer(int streams) {
    maxInboundPerPeer = (int) atLeast("maxInboundPerPeer", streams, 1);
    return this;
  }

  private static long atLeast(String name, long value, long bound) {
    if (value < bound) {
      throw new IllegalArgumentException(name + ": " + value + " < " + bound);
    }
    return value;
  }
}
