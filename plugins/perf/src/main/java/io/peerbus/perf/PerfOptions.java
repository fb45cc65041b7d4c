package io.peerbus.perf;

/** The limits of perf. Times are nanoseconds. */
public final class PerfOptions {

  private static final long SECOND = 1_000_000_000L;
  private static final long GIB = 1L << 30;

  private long maxBytes = 1_024 * GIB;
  private long idleTimeout = 30 * SECOND;
  private int maxInboundPerPeer = 256;

  public PerfOptions() {}

  public PerfOptions(PerfOptions other) {
    maxBytes = other.maxBytes;
    idleTimeout = other.idleTimeout;
    maxInboundPerPeer = other.maxInboundPerPeer;
  }

  /**
   * Bytes of one stream in one direction, 1 to 2^62. With eight bytes a peer could otherwise have us send for
   * centuries.
   */
  public long getMaxBytes() {
    return maxBytes;
  }

  public PerfOptions setMaxBytes(long bytes) {
    maxBytes = within("maxBytes", bytes, 1L << 62);
    return this;
  }

  /** How long nothing may move, 1 ns to a day. A peer could otherwise hold streams for ever. */
  public long getIdleTimeout() {
    return idleTimeout;
  }

  public PerfOptions setIdleTimeout(long nanos) {
    idleTimeout = within("idleTimeout", nanos, 86_400 * SECOND);
    return this;
  }

  /**
   * Streams of one peer that are answered at once, 1 to 1,000,000, on each event loop where it has connections. Each
   * may make us send at full speed.
   */
  public int getMaxInboundPerPeer() {
    return maxInboundPerPeer;
  }

  public PerfOptions setMaxInboundPerPeer(int streams) {
    maxInboundPerPeer = (int) within("maxInboundPerPeer", streams, 1_000_000);
    return this;
  }

  private static long within(String name, long value, long most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(name + ": " + value + " is not within 1 to " + most);
    }
    return value;
  }
}
