package io.peerbus.swarm;

/**
 * What a swarm accepts from others, checked before any cryptography. Every limit says what it stops.
 */
public final class InboundOptions {

  public static final int DEFAULT_MAX_PENDING = 128;
  public static final int DEFAULT_MAX_CONNECTIONS = 1024;
  public static final int DEFAULT_MAX_PER_IP = 8;
  public static final int DEFAULT_MAX_PER_SITE = 64;
  public static final double DEFAULT_RATE_PER_IP = 1;
  public static final int DEFAULT_BURST_PER_IP = 16;
  public static final boolean DEFAULT_LOOPBACK_EXEMPT = true;
  public static final int DEFAULT_MAX_TRACKED_IPS = 8192;
  public static final int DEFAULT_RESERVE = 16;

  private int maxPending = DEFAULT_MAX_PENDING;
  private int maxConnections = DEFAULT_MAX_CONNECTIONS;
  private int maxPerIp = DEFAULT_MAX_PER_IP;
  private int maxPerSite = DEFAULT_MAX_PER_SITE;
  private double ratePerIp = DEFAULT_RATE_PER_IP;
  private int burstPerIp = DEFAULT_BURST_PER_IP;
  private boolean loopbackExempt = DEFAULT_LOOPBACK_EXEMPT;
  private int maxTrackedIps = DEFAULT_MAX_TRACKED_IPS;
  private int reserve = DEFAULT_RESERVE;

  public InboundOptions() {}

  /** A copy that shares nothing with {@code other}. */
  public InboundOptions(InboundOptions other) {
    maxPending = other.maxPending;
    maxConnections = other.maxConnections;
    maxPerIp = other.maxPerIp;
    maxPerSite = other.maxPerSite;
    ratePerIp = other.ratePerIp;
    burstPerIp = other.burstPerIp;
    loopbackExempt = other.loopbackExempt;
    maxTrackedIps = other.maxTrackedIps;
    reserve = other.reserve;
  }

  /** Accepted sockets that are not yet upgraded. Stops slow handshakes from holding memory without an identity. */
  public int getMaxPending() {
    return maxPending;
  }

  public InboundOptions setMaxPending(int maxPending) {
    this.maxPending = Check.atLeast("maxPending", maxPending, 1);
    return this;
  }

  /** Inbound connections in all, with the pending ones. Stops a crowd from taking every file descriptor. */
  public int getMaxConnections() {
    return maxConnections;
  }

  public InboundOptions setMaxConnections(int maxConnections) {
    this.maxConnections = Check.atLeast("maxConnections", maxConnections, 1);
    return this;
  }

  /** Inbound connections from one IPv4 address or one IPv6 /56. Stops one host from taking every slot. */
  public int getMaxPerIp() {
    return maxPerIp;
  }

  public InboundOptions setMaxPerIp(int maxPerIp) {
    this.maxPerIp = Check.atLeast("maxPerIp", maxPerIp, 1);
    return this;
  }

  /**
   * Inbound connections from one IPv6 /48. Stops an organisation, which has 256 of the /56 that count as one host,
   * from taking every slot.
   */
  public int getMaxPerSite() {
    return maxPerSite;
  }

  public InboundOptions setMaxPerSite(int maxPerSite) {
    this.maxPerSite = Check.atLeast("maxPerSite", maxPerSite, 1);
    return this;
  }

  /**
   * New inbound connections a second from one IPv4 address or one IPv6 /56, after the burst. Stops one host from
   * keeping us busy with handshakes.
   */
  public double getRatePerIp() {
    return ratePerIp;
  }

  public InboundOptions setRatePerIp(double ratePerIp) {
    this.ratePerIp = Check.positive("ratePerIp", ratePerIp);
    return this;
  }

  /** New inbound connections from one IPv4 address or one IPv6 /56 that may come at once. */
  public int getBurstPerIp() {
    return burstPerIp;
  }

  public InboundOptions setBurstPerIp(int burstPerIp) {
    this.burstPerIp = Check.atLeast("burstPerIp", burstPerIp, 1);
    return this;
  }

  /** Whether loopback is free of the limits per address: many nodes of one machine look like one host. */
  public boolean isLoopbackExempt() {
    return loopbackExempt;
  }

  public InboundOptions setLoopbackExempt(boolean loopbackExempt) {
    this.loopbackExempt = loopbackExempt;
    return this;
  }

  /**
   * Addresses without a connection whose rate is remembered. Stops a botnet from growing that memory; the eldest goes.
   */
  public int getMaxTrackedIps() {
    return maxTrackedIps;
  }

  public InboundOptions setMaxTrackedIps(int maxTrackedIps) {
    this.maxTrackedIps = Check.atLeast("maxTrackedIps", maxTrackedIps, 1);
    return this;
  }

  /**
   * By how many {@link #getMaxPending}, {@link #getMaxConnections}, {@link #getMaxPerIp} and {@link #getMaxPerSite} are
   * larger for an address that a rule of the {@link Gater} allows; 0 for none. A crowd could otherwise keep those out
   * whom the owner counts on. The rate per address holds for them too. It is for addresses alone: who a peer is shows
   * after a handshake, and whoever came could have us make those.
   */
  public int getReserve() {
    return reserve;
  }

  public InboundOptions setReserve(int reserve) {
    this.reserve = Check.atLeast("reserve", reserve, 0);
    return this;
  }
}
