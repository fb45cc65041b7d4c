package io.peerbus.swarm;

import java.time.Duration;

/**
 * How much is remembered of peers. Every limit says what it stops.
 */
public final class PeerStoreOptions {

  public static final int DEFAULT_MAX_PEERS = 10000;
  public static final int DEFAULT_MAX_BYTES = 32 << 20;
  public static final int DEFAULT_MAX_ADDRESSES_PER_PEER = 64;
  public static final int DEFAULT_MAX_BYTES_PER_PEER = 32 << 10;
  public static final int DEFAULT_MAX_ADDRESS_LENGTH = 256;
  public static final int DEFAULT_MAX_PROTOCOLS_PER_PEER = 256;
  public static final int DEFAULT_MAX_TEXT_LENGTH = 256;
  public static final Duration DEFAULT_CONNECTED_LIFETIME = Duration.ofMinutes(30);
  public static final Duration DEFAULT_IDENTIFIED_LIFETIME = Duration.ofHours(1);
  public static final Duration DEFAULT_HINT_LIFETIME = Duration.ofMinutes(10);

  private int maxPeers = DEFAULT_MAX_PEERS;
  private int maxBytes = DEFAULT_MAX_BYTES;
  private int maxAddressesPerPeer = DEFAULT_MAX_ADDRESSES_PER_PEER;
  private int maxBytesPerPeer = DEFAULT_MAX_BYTES_PER_PEER;
  private int maxAddressLength = DEFAULT_MAX_ADDRESS_LENGTH;
  private int maxProtocolsPerPeer = DEFAULT_MAX_PROTOCOLS_PER_PEER;
  private int maxTextLength = DEFAULT_MAX_TEXT_LENGTH;
  private Duration connectedLifetime = DEFAULT_CONNECTED_LIFETIME;
  private Duration identifiedLifetime = DEFAULT_IDENTIFIED_LIFETIME;
  private Duration hintLifetime = DEFAULT_HINT_LIFETIME;

  public PeerStoreOptions() {}

  /** A copy that shares nothing with {@code other}. */
  public PeerStoreOptions(PeerStoreOptions other) {
    maxPeers = other.maxPeers;
    maxBytes = other.maxBytes;
    maxAddressesPerPeer = other.maxAddressesPerPeer;
    maxBytesPerPeer = other.maxBytesPerPeer;
    maxAddressLength = other.maxAddressLength;
    maxProtocolsPerPeer = other.maxProtocolsPerPeer;
    maxTextLength = other.maxTextLength;
    connectedLifetime = other.connectedLifetime;
    identifiedLifetime = other.identifiedLifetime;
    hintLifetime = other.hintLifetime;
  }

  /**
   * Peers that are neither connected nor bootstrap peers. Stops invented peers from filling the memory
   * (CVE-2023-40583); the one longest unused goes.
   */
  public int getMaxPeers() {
    return maxPeers;
  }

  public PeerStoreOptions setMaxPeers(int maxPeers) {
    this.maxPeers = Check.atLeast("maxPeers", maxPeers, 1);
    return this;
  }

  /** Estimated bytes held for such peers. Stops fewer but larger records from doing the same. */
  public int getMaxBytes() {
    return maxBytes;
  }

  public PeerStoreOptions setMaxBytes(int maxBytes) {
    this.maxBytes = Check.atLeast("maxBytes", maxBytes, 1);
    return this;
  }

  /** Addresses of one peer. Stops one record from growing without end; the least trusted and eldest goes. */
  public int getMaxAddressesPerPeer() {
    return maxAddressesPerPeer;
  }

  public PeerStoreOptions setMaxAddressesPerPeer(int maxAddressesPerPeer) {
    this.maxAddressesPerPeer = Check.atLeast("maxAddressesPerPeer", maxAddressesPerPeer, 1);
    return this;
  }

  /** Estimated bytes held for one peer. Stops connected peers, whom nothing evicts, from filling the memory. */
  public int getMaxBytesPerPeer() {
    return maxBytesPerPeer;
  }

  public PeerStoreOptions setMaxBytesPerPeer(int maxBytesPerPeer) {
    this.maxBytesPerPeer = Check.atLeast("maxBytesPerPeer", maxBytesPerPeer, 1);
    return this;
  }

  /** Bytes of one address in binary form. Stops names and paths of kilobytes; a longer address is not stored. */
  public int getMaxAddressLength() {
    return maxAddressLength;
  }

  public PeerStoreOptions setMaxAddressLength(int maxAddressLength) {
    this.maxAddressLength = Check.atLeast("maxAddressLength", maxAddressLength, 1);
    return this;
  }

  /** Protocol ids kept of one peer. Stops an identify message full of them; further ones are not stored. */
  public int getMaxProtocolsPerPeer() {
    return maxProtocolsPerPeer;
  }

  public PeerStoreOptions setMaxProtocolsPerPeer(int maxProtocolsPerPeer) {
    this.maxProtocolsPerPeer = Check.atLeast("maxProtocolsPerPeer", maxProtocolsPerPeer, 1);
    return this;
  }

  /** Characters of a protocol id, agent or protocol version. Longer ids are not stored, longer versions are cut. */
  public int getMaxTextLength() {
    return maxTextLength;
  }

  public PeerStoreOptions setMaxTextLength(int maxTextLength) {
    this.maxTextLength = Check.atLeast("maxTextLength", maxTextLength, 1);
    return this;
  }

  /** How long an address that worked is kept after the last connection is gone. */
  public Duration getConnectedLifetime() {
    return connectedLifetime;
  }

  public PeerStoreOptions setConnectedLifetime(Duration connectedLifetime) {
    this.connectedLifetime = Check.positive("connectedLifetime", connectedLifetime);
    return this;
  }

  /** How long an address that the peer itself told is kept. */
  public Duration getIdentifiedLifetime() {
    return identifiedLifetime;
  }

  public PeerStoreOptions setIdentifiedLifetime(Duration identifiedLifetime) {
    this.identifiedLifetime = Check.positive("identifiedLifetime", identifiedLifetime);
    return this;
  }

  /** How long an address that somebody else told is kept. */
  public Duration getHintLifetime() {
    return hintLifetime;
  }

  public PeerStoreOptions setHintLifetime(Duration hintLifetime) {
    this.hintLifetime = Check.positive("hintLifetime", hintLifetime);
    return this;
  }
}
