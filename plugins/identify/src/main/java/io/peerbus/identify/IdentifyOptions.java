package io.peerbus.identify;

/** The limits of identify. Times are nanoseconds. */
public final class IdentifyOptions {

  private static final long MILLISECOND = 1_000_000L;

  private long timeout = 5_000 * MILLISECOND;
  private long debounce = 200 * MILLISECOND;
  private int maxOutbound = 16;
  private int maxInbound = 64;
  private int maxInboundPerPeer = 4;
  private int attempts = 3;
  private long retryDelay = 2_000 * MILLISECOND;
  private int pushBurst = 10;
  private long pushInterval = 5_000 * MILLISECOND;
  private int pushBurstOfNetwork = 80;
  private long pushIntervalOfNetwork = 625 * MILLISECOND;
  private int pushBurstOfAll = 400;
  private long pushIntervalOfAll = 5 * MILLISECOND;

  public IdentifyOptions() {}

  public IdentifyOptions(IdentifyOptions other) {
    timeout = other.timeout;
    debounce = other.debounce;
    maxOutbound = other.maxOutbound;
    maxInbound = other.maxInbound;
    maxInboundPerPeer = other.maxInboundPerPeer;
    attempts = other.attempts;
    retryDelay = other.retryDelay;
    pushBurst = other.pushBurst;
    pushInterval = other.pushInterval;
    pushBurstOfNetwork = other.pushBurstOfNetwork;
    pushIntervalOfNetwork = other.pushIntervalOfNetwork;
    pushBurstOfAll = other.pushBurstOfAll;
    pushIntervalOfAll = other.pushIntervalOfAll;
  }

  /** The time one exchange may take in all, from opening its stream. A peer that dribbles would hold the stream. */
  public long getTimeout() {
    return timeout;
  }

  public IdentifyOptions setTimeout(long nanos) {
    timeout = atLeast("timeout", nanos, 1);
    return this;
  }

  /** How long a change waits for more of its kind before it is pushed, so that ten registrations make one push. */
  public long getDebounce() {
    return debounce;
  }

  public IdentifyOptions setDebounce(long nanos) {
    debounce = atLeast("debounce", nanos, 0);
    return this;
  }

  /** Streams we have open at once, asking or pushing. A change with a thousand peers would open a thousand. */
  public int getMaxOutbound() {
    return maxOutbound;
  }

  public IdentifyOptions setMaxOutbound(int streams) {
    maxOutbound = (int) atLeast("maxOutbound", streams, 1);
    return this;
  }

  /** Streams of all peers served at once. Each may wait for its peer up to the timeout. */
  public int getMaxInbound() {
    return maxInbound;
  }

  public IdentifyOptions setMaxInbound(int streams) {
    maxInbound = (int) atLeast("maxInbound", streams, 1);
    return this;
  }

  /** Streams of one peer served at once. One peer could otherwise use up what all share. */
  public int getMaxInboundPerPeer() {
    return maxInboundPerPeer;
  }

  public IdentifyOptions setMaxInboundPerPeer(int streams) {
    maxInboundPerPeer = (int) atLeast("maxInboundPerPeer", streams, 1);
    return this;
  }

  /** How often a connected peer is asked before it is left alone. */
  public int getAttempts() {
    return attempts;
  }

  public IdentifyOptions setAttempts(int times) {
    attempts = (int) atLeast("attempts", times, 1);
    return this;
  }

  /** The time before the second attempt; it is four times longer before each further one. */
  public long getRetryDelay() {
    return retryDelay;
  }

  public IdentifyOptions setRetryDelay(long nanos) {
    retryDelay = atLeast("retryDelay", nanos, 1);
    return this;
  }

  /** Pushes of one peer that are read in a row. Each costs a parse and a signature check (SEC-27). */
  public int getPushBurst() {
    return pushBurst;
  }

  public IdentifyOptions setPushBurst(int pushes) {
    pushBurst = (int) atLeast("pushBurst", pushes, 1);
    return this;
  }

  /** The time in which a peer earns one more push (SEC-27). */
  public long getPushInterval() {
    return pushInterval;
  }

  public IdentifyOptions setPushInterval(long nanos) {
    pushInterval = atLeast("pushInterval", nanos, 1);
    return this;
  }

  /**
   * As {@link #getPushBurst()} for all peers of one IPv4 /24 or IPv6 /56 together, loopback excepted. One machine
   * could otherwise push under as many identities as it likes. The share of eight peers: in go it is that of one, and
   * the nodes of a home or an office that change together would not be heard.
   */
  public int getPushBurstOfNetwork() {
    return pushBurstOfNetwork;
  }

  public IdentifyOptions setPushBurstOfNetwork(int pushes) {
    pushBurstOfNetwork = (int) atLeast("pushBurstOfNetwork", pushes, 1);
    return this;
  }

  /** As {@link #getPushInterval()} for all peers of one IPv4 /24 or IPv6 /56 together, loopback excepted. */
  public long getPushIntervalOfNetwork() {
    return pushIntervalOfNetwork;
  }

  public IdentifyOptions setPushIntervalOfNetwork(long nanos) {
    pushIntervalOfNetwork = atLeast("pushIntervalOfNetwork", nanos, 1);
    return this;
  }

  /** As {@link #getPushBurst()} for all peers together. Many identities could share the work of a flood. */
  public int getPushBurstOfAll() {
    return pushBurstOfAll;
  }

  public IdentifyOptions setPushBurstOfAll(int pushes) {
    pushBurstOfAll = (int) atLeast("pushBurstOfAll", pushes, 1);
    return this;
  }

  /** As {@link #getPushInterval()} for all peers together. */
  public long getPushIntervalOfAll() {
    return pushIntervalOfAll;
  }

  public IdentifyOptions setPushIntervalOfAll(long nanos) {
    pushIntervalOfAll = atLeast("pushIntervalOfAll", nanos, 1);
    return this;
  }

  private static long atLeast(String name, long value, long bound) {
    if (value < bound) {
      throw new IllegalArgumentException(name + ": " + value + " < " + bound);
    }
    return value;
  }
}
