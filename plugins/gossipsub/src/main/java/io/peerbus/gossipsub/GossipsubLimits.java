package io.peerbus.gossipsub;

import static io.peerbus.gossipsub.Bounds.within;

/**
 * What a peer, or a plugin, may cost us. Each limit says what it stops.
 *
 * <p>Mutable until given to a machine, which takes a copy.
 */
public final class GossipsubLimits {

  private int maxMessageSize = 1 << 20;
  private int frameTimeoutMillis = 60_000;
  private int maxRpcSize = 1 << 16;
  private int maxControlSize = 16_000;
  private int maxMessagesPerRpc = 500;
  private int maxMessagesInRpc = 5000;
  private int maxSubscriptionsInRpc = 1000;
  private int maxControlInRpc = 1000;
  private int maxIdsInRpc = 5000;
  private int maxIdLength = 256;
  private int maxTopicLength = 1024;
  private int maxTopicsPerPeer = 1000;
  private int maxIHaveLength = 5000;
  private int maxIHaveMessages = 10;
  private int maxAsked = 10_000;
  private int maxRetransmissions = 3;
  private int maxBackoffs = 4096;
  private int maxSeen = 100_000;
  private int maxCacheBytes = 64 << 20;
  private int maxPending = 4096;
  private int maxPendingPerPeer = 256;
  private int maxQueueBytes = 8 << 20;
  private int maxQueueMessages = 4096;
  private int maxPublications = 1024;

  public GossipsubLimits() {}

  public GossipsubLimits(GossipsubLimits other) {
    maxMessageSize = other.maxMessageSize;
    frameTimeoutMillis = other.frameTimeoutMillis;
    maxRpcSize = other.maxRpcSize;
    maxControlSize = other.maxControlSize;
    maxMessagesPerRpc = other.maxMessagesPerRpc;
    maxMessagesInRpc = other.maxMessagesInRpc;
    maxSubscriptionsInRpc = other.maxSubscriptionsInRpc;
    maxControlInRpc = other.maxControlInRpc;
    maxIdsInRpc = other.maxIdsInRpc;
    maxIdLength = other.maxIdLength;
    maxTopicLength = other.maxTopicLength;
    maxTopicsPerPeer = other.maxTopicsPerPeer;
    maxIHaveLength = other.maxIHaveLength;
    maxIHaveMessages = other.maxIHaveMessages;
    maxAsked = other.maxAsked;
    maxRetransmissions = other.maxRetransmissions;
    maxBackoffs = other.maxBackoffs;
    maxSeen = other.maxSeen;
    maxCacheBytes = other.maxCacheBytes;
    maxPending = other.maxPending;
    maxPendingPerPeer = other.maxPendingPerPeer;
    maxQueueBytes = other.maxQueueBytes;
    maxQueueMessages = other.maxQueueMessages;
    maxPublications = other.maxPublications;
  }

  /**
   * Bytes of one RPC from a peer, and of one message of ours with all its fields. A peer could otherwise announce a
   * frame that fills the memory.
   */
  public int getMaxMessageSize() {
    return maxMessageSize;
  }

  public GossipsubLimits setMaxMessageSize(int maxMessageSize) {
    this.maxMessageSize = within("maxMessageSize", maxMessageSize, 64, 1 << 24);
    return this;
  }

  /** How long an RPC may take to arrive. A peer could otherwise make us keep the first part of one for ever. */
  public int getFrameTimeoutMillis() {
    return frameTimeoutMillis;
  }

  public GossipsubLimits setFrameTimeoutMillis(int frameTimeoutMillis) {
    this.frameTimeoutMillis = within("frameTimeoutMillis", frameTimeoutMillis, 100, 3_600_000);
    return this;
  }

  /** Bytes of an RPC of ours, but for a single message that is larger: rust refuses more than 64 KiB. */
  public int getMaxRpcSize() {
    return maxRpcSize;
  }

  public GossipsubLimits setMaxRpcSize(int maxRpcSize) {
    this.maxRpcSize = within("maxRpcSize", maxRpcSize, 1024, 1 << 24);
    return this;
  }

  /** Bytes of subscriptions and control in an RPC of ours: rust refuses more than 16 KiB. */
  public int getMaxControlSize() {
    return maxControlSize;
  }

  public GossipsubLimits setMaxControlSize(int maxControlSize) {
    this.maxControlSize = within("maxControlSize", maxControlSize, 512, 1 << 24);
    return this;
  }

  /** Messages in an RPC of ours: rust refuses more. */
  public int getMaxMessagesPerRpc() {
    return maxMessagesPerRpc;
  }

  public GossipsubLimits setMaxMessagesPerRpc(int maxMessagesPerRpc) {
    this.maxMessagesPerRpc = within("maxMessagesPerRpc", maxMessagesPerRpc, 1, 5000);
    return this;
  }

  /** Messages read of a peer's RPC, the rest is left out. A message takes 2 bytes of a frame and hundreds of memory. */
  public int getMaxMessagesInRpc() {
    return maxMessagesInRpc;
  }

  public GossipsubLimits setMaxMessagesInRpc(int maxMessagesInRpc) {
    this.maxMessagesInRpc = within("maxMessagesInRpc", maxMessagesInRpc, 1, 1 << 20);
    return this;
  }

  /** Subscriptions read of a peer's RPC, the rest is left out: a 4 MiB frame holds 349,525 of them (CVE-2026-46679). */
  public int getMaxSubscriptionsInRpc() {
    return maxSubscriptionsInRpc;
  }

  public GossipsubLimits setMaxSubscriptionsInRpc(int maxSubscriptionsInRpc) {
    this.maxSubscriptionsInRpc = within("maxSubscriptionsInRpc", maxSubscriptionsInRpc, 1, 1 << 20);
    return this;
  }

  /** IHAVE, IWANT, GRAFT and PRUNE entries read of a peer's RPC, the rest is left out. Each may cost an answer. */
  public int getMaxControlInRpc() {
    return maxControlInRpc;
  }

  public GossipsubLimits setMaxControlInRpc(int maxControlInRpc) {
    this.maxControlInRpc = within("maxControlInRpc", maxControlInRpc, 1, 1 << 20);
    return this;
  }

  /** Message ids read of a peer's RPC, the rest is left out: an empty id takes 2 bytes of a frame and 40 of memory. */
  public int getMaxIdsInRpc() {
    return maxIdsInRpc;
  }

  public GossipsubLimits setMaxIdsInRpc(int maxIdsInRpc) {
    this.maxIdsInRpc = within("maxIdsInRpc", maxIdsInRpc, 1, 1 << 20);
    return this;
  }

  /** Bytes of a message id; longer ones are left out. Ids we asked for are kept for two minutes. */
  public int getMaxIdLength() {
    return maxIdLength;
  }

  public GossipsubLimits setMaxIdLength(int maxIdLength) {
    this.maxIdLength = within("maxIdLength", maxIdLength, 32, 1 << 16);
    return this;
  }

  /** Bytes of a topic; longer ones are left out. Topics of peers are kept as long as the peer. */
  public int getMaxTopicLength() {
    return maxTopicLength;
  }

  public GossipsubLimits setMaxTopicLength(int maxTopicLength) {
    this.maxTopicLength = within("maxTopicLength", maxTopicLength, 1, 1 << 16);
    return this;
  }

  /** Topics kept of one peer. A peer could otherwise subscribe to ever new ones, or GRAFT them (CVE-2026-95859). */
  public int getMaxTopicsPerPeer() {
    return maxTopicsPerPeer;
  }

  public GossipsubLimits setMaxTopicsPerPeer(int maxTopicsPerPeer) {
    this.maxTopicsPerPeer = within("maxTopicsPerPeer", maxTopicsPerPeer, 1, 1 << 20);
    return this;
  }

  /** Ids asked of one peer between two heartbeats, however many it offers. */
  public int getMaxIHaveLength() {
    return maxIHaveLength;
  }

  public GossipsubLimits setMaxIHaveLength(int maxIHaveLength) {
    this.maxIHaveLength = within("maxIHaveLength", maxIHaveLength, 1, 1 << 20);
    return this;
  }

  /** RPCs with IHAVE looked at of one peer between two heartbeats; each costs a look-up an id. */
  public int getMaxIHaveMessages() {
    return maxIHaveMessages;
  }

  public GossipsubLimits setMaxIHaveMessages(int maxIHaveMessages) {
    this.maxIHaveMessages = within("maxIHaveMessages", maxIHaveMessages, 1, 1 << 20);
    return this;
  }

  /**
   * Ids remembered as asked of one peer, so that no id is asked twice. None is asked beyond it until the oldest expire.
   */
  public int getMaxAsked() {
    return maxAsked;
  }

  public GossipsubLimits setMaxAsked(int maxAsked) {
    this.maxAsked = within("maxAsked", maxAsked, 1, 1 << 20);
    return this;
  }

  /** Times one message is sent to one peer by IWANT. A peer could otherwise have 1 MiB for each 50 bytes it sends. */
  public int getMaxRetransmissions() {
    return maxRetransmissions;
  }

  public GossipsubLimits setMaxRetransmissions(int maxRetransmissions) {
    this.maxRetransmissions = within("maxRetransmissions", maxRetransmissions, 1, 100);
    return this;
  }

  /** Backoffs kept of one topic, the oldest give way. Each peer that comes, is pruned and goes leaves one. */
  public int getMaxBackoffs() {
    return maxBackoffs;
  }

  public GossipsubLimits setMaxBackoffs(int maxBackoffs) {
    this.maxBackoffs = within("maxBackoffs", maxBackoffs, 1, 1 << 20);
    return this;
  }

  /**
   * Ids of messages kept as seen, the oldest give way. A flood of messages would otherwise fill the memory for two
   * minutes.
   */
  public int getMaxSeen() {
    return maxSeen;
  }

  public GossipsubLimits setMaxSeen(int maxSeen) {
    this.maxSeen = within("maxSeen", maxSeen, 1, 1 << 26);
    return this;
  }

  /** Bytes of messages kept for gossip, the oldest give way. A flood would otherwise be kept for five heartbeats. */
  public int getMaxCacheBytes() {
    return maxCacheBytes;
  }

  public GossipsubLimits setMaxCacheBytes(int maxCacheBytes) {
    this.maxCacheBytes = within("maxCacheBytes", maxCacheBytes, 1024, 1 << 30);
    return this;
  }

  /** Messages whose signature is being checked, of all peers. Above it only peers with few of their own are read on. */
  public int getMaxPending() {
    return maxPending;
  }

  public GossipsubLimits setMaxPending(int maxPending) {
    this.maxPending = within("maxPending", maxPending, 16, 1 << 20);
    return this;
  }

  /** Messages of one peer whose signature is being checked; above it the peer is not read until some are done. */
  public int getMaxPendingPerPeer() {
    return maxPendingPerPeer;
  }

  public GossipsubLimits setMaxPendingPerPeer(int maxPendingPerPeer) {
    this.maxPendingPerPeer = within("maxPendingPerPeer", maxPendingPerPeer, 1, 1 << 20);
    return this;
  }

  /** Bytes of messages that wait for one peer. A peer that does not read could otherwise keep every message alive. */
  public int getMaxQueueBytes() {
    return maxQueueBytes;
  }

  public GossipsubLimits setMaxQueueBytes(int maxQueueBytes) {
    this.maxQueueBytes = within("maxQueueBytes", maxQueueBytes, 1 << 16, 1 << 30);
    return this;
  }

  /** Messages that wait for one peer; as above, for small ones. */
  public int getMaxQueueMessages() {
    return maxQueueMessages;
  }

  public GossipsubLimits setMaxQueueMessages(int maxQueueMessages) {
    this.maxQueueMessages = within("maxQueueMessages", maxQueueMessages, 1, 1 << 20);
    return this;
  }

  /** Messages of ours that wait for their signature. A plugin that publishes faster than we sign is told so. */
  public int getMaxPublications() {
    return maxPublications;
  }

  public GossipsubLimits setMaxPublications(int maxPublications) {
    this.maxPublications = within("maxPublications", maxPublications, 1, 1 << 20);
    return this;
  }
}
