package io.peerbus.swarm;

import java.time.Duration;

/**
 * How a swarm dials and how many connections it keeps. Every limit says what it stops.
 */
public final class SwarmOptions {

  public static final Duration DEFAULT_DIAL_TIMEOUT = Duration.ofSeconds(10);
  public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(30);
  public static final Duration DEFAULT_LOCAL_STAGGER = Duration.ofMillis(30);
  public static final Duration DEFAULT_PUBLIC_STAGGER = Duration.ofMillis(250);
  public static final Duration DEFAULT_RELAY_STAGGER = Duration.ofMillis(500);
  public static final int DEFAULT_MAX_CONCURRENT_DIALS = 64;
  public static final int DEFAULT_MAX_DIALS_PER_PEER = 4;
  public static final int DEFAULT_MAX_ADDRESSES_PER_DIAL = 32;
  public static final int DEFAULT_MAX_NAMES_PER_DIAL = 8;
  public static final int DEFAULT_MAX_PENDING_CONNECTS = 1024;
  public static final Duration DEFAULT_BACKOFF = Duration.ofSeconds(1);
  public static final Duration DEFAULT_MAX_BACKOFF = Duration.ofMinutes(5);
  public static final Duration DEFAULT_MAX_BOOTSTRAP_BACKOFF = Duration.ofMinutes(1);
  public static final int DEFAULT_MAX_BACKOFF_ENTRIES = 4096;
  public static final int DEFAULT_MAX_CONNECTIONS_PER_PEER = 3;
  public static final Duration DEFAULT_DUPLICATE_GRACE = Duration.ofMillis(500);
  public static final boolean DEFAULT_DIAL_DNS = true;

  private Duration dialTimeout = DEFAULT_DIAL_TIMEOUT;
  private Duration connectTimeout = DEFAULT_CONNECT_TIMEOUT;
  private Duration localStagger = DEFAULT_LOCAL_STAGGER;
  private Duration publicStagger = DEFAULT_PUBLIC_STAGGER;
  private Duration relayStagger = DEFAULT_RELAY_STAGGER;
  private int maxConcurrentDials = DEFAULT_MAX_CONCURRENT_DIALS;
  private int maxDialsPerPeer = DEFAULT_MAX_DIALS_PER_PEER;
  private int maxAddressesPerDial = DEFAULT_MAX_ADDRESSES_PER_DIAL;
  private int maxNamesPerDial = DEFAULT_MAX_NAMES_PER_DIAL;
  private int maxPendingConnects = DEFAULT_MAX_PENDING_CONNECTS;
  private Duration backoff = DEFAULT_BACKOFF;
  private Duration maxBackoff = DEFAULT_MAX_BACKOFF;
  private Duration maxBootstrapBackoff = DEFAULT_MAX_BOOTSTRAP_BACKOFF;
  private int maxBackoffEntries = DEFAULT_MAX_BACKOFF_ENTRIES;
  private int maxConnectionsPerPeer = DEFAULT_MAX_CONNECTIONS_PER_PEER;
  private Duration duplicateGrace = DEFAULT_DUPLICATE_GRACE;
  private boolean dialDns = DEFAULT_DIAL_DNS;
  private boolean nearNames;
  private InboundOptions inbound = new InboundOptions();

  public SwarmOptions() {}

  /** A copy that shares nothing with {@code other}. */
  public SwarmOptions(SwarmOptions other) {
    dialTimeout = other.dialTimeout;
    connectTimeout = other.connectTimeout;
    localStagger = other.localStagger;
    publicStagger = other.publicStagger;
    relayStagger = other.relayStagger;
    maxConcurrentDials = other.maxConcurrentDials;
    maxDialsPerPeer = other.maxDialsPerPeer;
    maxAddressesPerDial = other.maxAddressesPerDial;
    maxNamesPerDial = other.maxNamesPerDial;
    maxPendingConnects = other.maxPendingConnects;
    backoff = other.backoff;
    maxBackoff = other.maxBackoff;
    maxBootstrapBackoff = other.maxBootstrapBackoff;
    maxBackoffEntries = other.maxBackoffEntries;
    maxConnectionsPerPeer = other.maxConnectionsPerPeer;
    duplicateGrace = other.duplicateGrace;
    dialDns = other.dialDns;
    nearNames = other.nearNames;
    inbound = new InboundOptions(other.inbound);
  }

  /** Takes over what may change while the swarm runs: what is let in, of one peer too, and how long a dial may take. */
  void setLimits(SwarmOptions next) {
    inbound = new InboundOptions(next.inbound);
    dialTimeout = next.dialTimeout;
    maxConnectionsPerPeer = next.maxConnectionsPerPeer;
  }

  /**
   * One attempt at one address, from the TCP connect to the end of the upgrade. Stops a peer that accepts and then
   * says nothing from holding the attempt.
   */
  public Duration getDialTimeout() {
    return dialTimeout;
  }

  public SwarmOptions setDialTimeout(Duration dialTimeout) {
    this.dialTimeout = Check.positive("dialTimeout", dialTimeout);
    return this;
  }

  /**
   * One connect request in total, however many addresses it has. Stops a peer with many dead addresses from holding
   * whoever asked.
   */
  public Duration getConnectTimeout() {
    return connectTimeout;
  }

  public SwarmOptions setConnectTimeout(Duration connectTimeout) {
    this.connectTimeout = Check.positive("connectTimeout", connectTimeout);
    return this;
  }

  /** Head start of a loopback or private address before the next is tried beside it. */
  public Duration getLocalStagger() {
    return localStagger;
  }

  public SwarmOptions setLocalStagger(Duration localStagger) {
    this.localStagger = Check.notNegative("localStagger", localStagger);
    return this;
  }

  /** Head start of a public address before the next is tried beside it. */
  public Duration getPublicStagger() {
    return publicStagger;
  }

  public SwarmOptions setPublicStagger(Duration publicStagger) {
    this.publicStagger = Check.notNegative("publicStagger", publicStagger);
    return this;
  }

  /** Head start of the last direct address before the first relay is tried beside it. */
  public Duration getRelayStagger() {
    return relayStagger;
  }

  public SwarmOptions setRelayStagger(Duration relayStagger) {
    this.relayStagger = Check.notNegative("relayStagger", relayStagger);
    return this;
  }

  /**
   * Attempts at one time over all peers, lookups of names among them. Stops a flood of invented addresses from taking
   * every file descriptor.
   */
  public int getMaxConcurrentDials() {
    return maxConcurrentDials;
  }

  public SwarmOptions setMaxConcurrentDials(int maxConcurrentDials) {
    this.maxConcurrentDials = Check.atLeast("maxConcurrentDials", maxConcurrentDials, 1);
    return this;
  }

  /**
   * Attempts at one time to one peer. Stops a peer with many addresses from taking every attempt there is; and js
   * refuses a host that connects more than five times a second (wire notes, section 23).
   */
  public int getMaxDialsPerPeer() {
    return maxDialsPerPeer;
  }

  public SwarmOptions setMaxDialsPerPeer(int maxDialsPerPeer) {
    this.maxDialsPerPeer = Check.atLeast("maxDialsPerPeer", maxDialsPerPeer, 1);
    return this;
  }

  /**
   * Addresses tried for one peer. Stops a record with many addresses of strangers from making us scan their ports.
   */
  public int getMaxAddressesPerDial() {
    return maxAddressesPerDial;
  }

  public SwarmOptions setMaxAddressesPerDial(int maxAddressesPerDial) {
    this.maxAddressesPerDial = Check.atLeast("maxAddressesPerDial", maxAddressesPerDial, 1);
    return this;
  }

  /**
   * Names looked up for one peer, all at once. Stops a record full of names from making us ask for all of them: each
   * question costs its sender less than us, and somebody else's server the most.
   */
  public int getMaxNamesPerDial() {
    return maxNamesPerDial;
  }

  public SwarmOptions setMaxNamesPerDial(int maxNamesPerDial) {
    this.maxNamesPerDial = Check.atLeast("maxNamesPerDial", maxNamesPerDial, 1);
    return this;
  }

  /**
   * Connect requests that wait for their answer. Stops a plugin, or a peer that feeds one, from growing the queue.
   */
  public int getMaxPendingConnects() {
    return maxPendingConnects;
  }

  public SwarmOptions setMaxPendingConnects(int maxPendingConnects) {
    this.maxPendingConnects = Check.atLeast("maxPendingConnects", maxPendingConnects, 1);
    return this;
  }

  /**
   * How long an address, or a bootstrap peer, is left alone after its first failure; doubled for each further one.
   */
  public Duration getBackoff() {
    return backoff;
  }

  public SwarmOptions setBackoff(Duration backoff) {
    this.backoff = Check.positive("backoff", backoff);
    return this;
  }

  /** The longest time an address that keeps failing is left alone. */
  public Duration getMaxBackoff() {
    return maxBackoff;
  }

  public SwarmOptions setMaxBackoff(Duration maxBackoff) {
    this.maxBackoff = Check.positive("maxBackoff", maxBackoff);
    return this;
  }

  /** The longest time between two dials to a bootstrap peer. */
  public Duration getMaxBootstrapBackoff() {
    return maxBootstrapBackoff;
  }

  public SwarmOptions setMaxBootstrapBackoff(Duration maxBootstrapBackoff) {
    this.maxBootstrapBackoff = Check.positive("maxBootstrapBackoff", maxBootstrapBackoff);
    return this;
  }

  /**
   * Failing addresses that are remembered. Stops a flood of dead addresses from growing that memory; the eldest goes.
   */
  public int getMaxBackoffEntries() {
    return maxBackoffEntries;
  }

  public SwarmOptions setMaxBackoffEntries(int maxBackoffEntries) {
    this.maxBackoffEntries = Check.atLeast("maxBackoffEntries", maxBackoffEntries, 1);
    return this;
  }

  /**
   * Connections with one peer. Stops a peer from taking many slots; the eldest is closed for the newest, which is
   * proven alive. Until four times {@link #getDuplicateGrace} it may have {@link #getMaxDialsPerPeer} more, as many
   * as a peer makes that dials several of our addresses at once.
   */
  public int getMaxConnectionsPerPeer() {
    return maxConnectionsPerPeer;
  }

  public SwarmOptions setMaxConnectionsPerPeer(int maxConnectionsPerPeer) {
    this.maxConnectionsPerPeer = Check.atLeast("maxConnectionsPerPeer", maxConnectionsPerPeer, 1);
    return this;
  }

  /**
   * How long both connections of a simultaneous dial stay, before the peer with the smaller id closes the one too
   * many; the other peer waits four times as long, in case the first never does.
   */
  public Duration getDuplicateGrace() {
    return duplicateGrace;
  }

  public SwarmOptions setDuplicateGrace(Duration duplicateGrace) {
    this.duplicateGrace = Check.notNegative("duplicateGrace", duplicateGrace);
    return this;
  }

  /** Whether the transport resolves DNS names. Where it does not, such addresses fail at once with that reason. */
  public boolean isDialDns() {
    return dialDns;
  }

  public SwarmOptions setDialDns(boolean dialDns) {
    this.dialDns = dialDns;
    return this;
  }

  /**
   * Whether names that peers tell may lead into this machine or its network, for a private network in which nobody is a
   * stranger; false unless set. Whoever has a name could otherwise have the node dial whatever listens there.
   */
  public boolean isNearNames() {
    return nearNames;
  }

  public SwarmOptions setNearNames(boolean nearNames) {
    this.nearNames = nearNames;
    return this;
  }

  /** What we accept from others. Never {@code null}; change it in place or set another. */
  public InboundOptions getInbound() {
    return inbound;
  }

  public SwarmOptions setInbound(InboundOptions inbound) {
    this.inbound = new InboundOptions(inbound);
    return this;
  }
}
