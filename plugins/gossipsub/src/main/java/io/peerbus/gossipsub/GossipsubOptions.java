package io.peerbus.gossipsub;

import static io.peerbus.gossipsub.Bounds.require;
import static io.peerbus.gossipsub.Bounds.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How gossipsub behaves. The names are those of the specification, the defaults those of go-libp2p-pubsub, but for
 * flood publishing, which the specification recommends and which tiny networks live by.
 *
 * <p>Mutable until given to a machine, which takes a copy and checks that the values fit together.
 */
public final class GossipsubOptions {

  public static final List<String> DEFAULT_PROTOCOLS = List.of("/meshsub/1.1.0", "/meshsub/1.0.0");
  public static final String FLOODSUB = "/floodsub/1.0.0";

  private List<String> protocols = DEFAULT_PROTOCOLS;
  private boolean floodsub;
  private SignaturePolicy policy = SignaturePolicy.STRICT_SIGN;
  private MessageIdScheme messageId;
  private Map<String, TopicOptions> topics = Map.of();
  private List<String> sharedIdAgents =
      List.of("go-libp2p", "github.com/", "kubo", "/go-peer", "jvm", "py-libp2p", "peerbus");
  private List<String> pacedAgents = List.of("py-libp2p");
  private int pacedMessages = 10;
  private int d = 6;
  private int dLow = 5;
  private int dHigh = 12;
  private int dLazy = 6;
  private double gossipFactor = 0.25;
  private Duration firstHeartbeat = Duration.ofMillis(100);
  private Duration heartbeat = Duration.ofSeconds(1);
  private int historyLength = 5;
  private int historyGossip = 3;
  private Duration fanoutTtl = Duration.ofSeconds(60);
  private Duration seenTtl = Duration.ofSeconds(120);
  private Duration pruneBackoff = Duration.ofSeconds(60);
  private Duration unsubscribeBackoff = Duration.ofSeconds(10);
  private Duration maxBackoff = Duration.ofHours(1);
  private Duration graftFloodThreshold = Duration.ofSeconds(10);
  private boolean floodPublish = true;
  private boolean emitSelf;
  private GossipsubLimits limits = new GossipsubLimits();

  public GossipsubOptions() {}

  public GossipsubOptions(GossipsubOptions other) {
    protocols = other.protocols;
    floodsub = other.floodsub;
    policy = other.policy;
    messageId = other.messageId;
    topics = other.topics;
    sharedIdAgents = other.sharedIdAgents;
    pacedAgents = other.pacedAgents;
    pacedMessages = other.pacedMessages;
    d = other.d;
    dLow = other.dLow;
    dHigh = other.dHigh;
    dLazy = other.dLazy;
    gossipFactor = other.gossipFactor;
    firstHeartbeat = other.firstHeartbeat;
    heartbeat = other.heartbeat;
    historyLength = other.historyLength;
    historyGossip = other.historyGossip;
    fanoutTtl = other.fanoutTtl;
    seenTtl = other.seenTtl;
    pruneBackoff = other.pruneBackoff;
    unsubscribeBackoff = other.unsubscribeBackoff;
    maxBackoff = other.maxBackoff;
    graftFloodThreshold = other.graftFloodThreshold;
    floodPublish = other.floodPublish;
    emitSelf = other.emitSelf;
    limits = new GossipsubLimits(other.limits);
  }

  /** Throws {@link IllegalArgumentException} when values that are fine by themselves contradict each other. */
  public void check() {
    require(dLow <= d, "dlo: " + dLow + " is more than d, which is " + d);
    require(d <= dHigh, "dhi: " + dHigh + " is less than d, which is " + d);
    require(historyGossip <= historyLength,
        "historyGossip: " + historyGossip + " is more than historyLength, which is " + historyLength);
    require(limits.getMaxControlSize() <= limits.getMaxRpcSize(),
        "maxControlSize: " + limits.getMaxControlSize() + " is more than maxRpcSize, " + limits.getMaxRpcSize());
    require(policy.signs() || messageId == null || !messageId.needsAuthor(),
        "messageId: " + messageId + " needs an author, and policy " + policy + " allows none; take sha256-data");
    topics.forEach((topic, options) ->
        require(policy.signs() || options.messageId() == null || !options.messageId().needsAuthor(), "topics." + topic
            + ".messageId: " + options.messageId() + " needs an author, and policy " + policy + " allows none"));
  }

  /** The protocol ids with floodsub's, where it is wanted. */
  List<String> allProtocols() {
    if (!floodsub || protocols.contains(FLOODSUB)) {
      return protocols;
    }
    List<String> all = new ArrayList<>(protocols);
    all.add(FLOODSUB);
    return List.copyOf(all);
  }

  /** How the ids of a topic's messages are made. */
  MessageIdScheme schemeOf(String topic) {
    TopicOptions options = topics.get(topic);
    return options != null && options.messageId() != null ? options.messageId() : getMessageId();
  }

  /** Whether every peer of the topic is said to make ids as we do. */
  boolean sharesIds(String topic) {
    TopicOptions options = topics.get(topic);
    return options != null && options.sharedIds();
  }

  /** Protocol ids to offer, best first. A network of its own has its own, such as /my-chat/gossipsub/1.1.0. */
  public List<String> getProtocols() {
    return protocols;
  }

  public GossipsubOptions setProtocols(List<String> protocols) {
    require(!protocols.isEmpty(), "protocols: empty");
    protocols.forEach(each -> require(each.startsWith("/") && each.length() <= 256,
        "protocols: \"" + each + "\" does not begin with / or has more than 256 characters"));
    this.protocols = List.copyOf(protocols);
    return this;
  }

  /** Whether to speak /floodsub/1.0.0 too, after all others. */
  public boolean isFloodsub() {
    return floodsub;
  }

  public GossipsubOptions setFloodsub(boolean floodsub) {
    this.floodsub = floodsub;
    return this;
  }

  public SignaturePolicy getPolicy() {
    return policy;
  }

  public GossipsubOptions setPolicy(SignaturePolicy policy) {
    this.policy = policy;
    return this;
  }

  /** The id scheme of topics without one of their own; unless set, from-seqno, or sha256-data without signatures. */
  public MessageIdScheme getMessageId() {
    if (messageId != null) {
      return messageId;
    }
    return policy.signs() ? MessageIdScheme.FROM_SEQNO : MessageIdScheme.SHA256_DATA;
  }

  public GossipsubOptions setMessageId(MessageIdScheme messageId) {
    this.messageId = messageId;
    return this;
  }

  public Map<String, TopicOptions> getTopics() {
    return topics;
  }

  public GossipsubOptions setTopics(Map<String, TopicOptions> topics) {
    this.topics = new LinkedHashMap<>(topics);
    return this;
  }

  /**
   * Parts of agent versions whose implementations make from-seqno ids. They get gossip about such topics even when
   * the topic is not declared shared; to others it would only bring every message a second time.
   */
  public List<String> getSharedIdAgents() {
    return sharedIdAgents;
  }

  public GossipsubOptions setSharedIdAgents(List<String> sharedIdAgents) {
    this.sharedIdAgents = List.copyOf(sharedIdAgents);
    return this;
  }

  /** Parts of agent versions that take only so many messages a second: py forwards nothing of what is above 10. */
  public List<String> getPacedAgents() {
    return pacedAgents;
  }

  public GossipsubOptions setPacedAgents(List<String> pacedAgents) {
    this.pacedAgents = List.copyOf(pacedAgents);
    return this;
  }

  /** Messages a second to such peers; the rest waits. */
  public int getPacedMessages() {
    return pacedMessages;
  }

  public GossipsubOptions setPacedMessages(int pacedMessages) {
    this.pacedMessages = within("pacedMessages", pacedMessages, 1, 1 << 20);
    return this;
  }

  /** Peers wanted in the mesh of a topic. */
  public int getD() {
    return d;
  }

  public GossipsubOptions setD(int d) {
    this.d = within("d", d, 1, 1000);
    return this;
  }

  /** Below it, peers are grafted. */
  public int getDLow() {
    return dLow;
  }

  public GossipsubOptions setDLow(int dLow) {
    this.dLow = within("dlo", dLow, 0, 1000);
    return this;
  }

  /** Above it, peers are pruned, and from it on grafts are refused. */
  public int getDHigh() {
    return dHigh;
  }

  public GossipsubOptions setDHigh(int dHigh) {
    this.dHigh = within("dhi", dHigh, 1, 1000);
    return this;
  }

  /** Peers outside the mesh that get gossip at each heartbeat, at least. */
  public int getDLazy() {
    return dLazy;
  }

  public GossipsubOptions setDLazy(int dLazy) {
    this.dLazy = within("dlazy", dLazy, 0, 1000);
    return this;
  }

  /** The part of the peers outside the mesh that gets gossip, where that is more. */
  public double getGossipFactor() {
    return gossipFactor;
  }

  public GossipsubOptions setGossipFactor(double gossipFactor) {
    require(gossipFactor >= 0 && gossipFactor <= 1, "gossipFactor: " + gossipFactor + " is not in 0 to 1");
    this.gossipFactor = gossipFactor;
    return this;
  }

  public Duration getFirstHeartbeat() {
    return firstHeartbeat;
  }

  public GossipsubOptions setFirstHeartbeat(Duration firstHeartbeat) {
    this.firstHeartbeat = within("firstHeartbeatMillis", firstHeartbeat, Duration.ofMillis(1));
    return this;
  }

  public Duration getHeartbeat() {
    return heartbeat;
  }

  public GossipsubOptions setHeartbeat(Duration heartbeat) {
    this.heartbeat = within("heartbeatMillis", heartbeat, Duration.ofMillis(10));
    return this;
  }

  /** Heartbeats for which a message can be had by IWANT. */
  public int getHistoryLength() {
    return historyLength;
  }

  public GossipsubOptions setHistoryLength(int historyLength) {
    this.historyLength = within("historyLength", historyLength, 1, 1000);
    return this;
  }

  /** Heartbeats for which a message is offered by IHAVE. */
  public int getHistoryGossip() {
    return historyGossip;
  }

  public GossipsubOptions setHistoryGossip(int historyGossip) {
    this.historyGossip = within("historyGossip", historyGossip, 0, 1000);
    return this;
  }

  /** How long after the last publication the peers of a topic that we do not subscribe to are remembered. */
  public Duration getFanoutTtl() {
    return fanoutTtl;
  }

  public GossipsubOptions setFanoutTtl(Duration fanoutTtl) {
    this.fanoutTtl = within("fanoutTtlMillis", fanoutTtl, Duration.ZERO);
    return this;
  }

  /** How long the id of a message is remembered, so that it is delivered once. */
  public Duration getSeenTtl() {
    return seenTtl;
  }

  public GossipsubOptions setSeenTtl(Duration seenTtl) {
    this.seenTtl = within("seenTtlMillis", seenTtl, Duration.ofSeconds(1));
    return this;
  }

  /** How long after a PRUNE neither side grafts the other. */
  public Duration getPruneBackoff() {
    return pruneBackoff;
  }

  public GossipsubOptions setPruneBackoff(Duration pruneBackoff) {
    this.pruneBackoff = within("pruneBackoffMillis", pruneBackoff, Duration.ofSeconds(1));
    return this;
  }

  /** The same after we leave a topic: shorter, since leaving is no judgement. */
  public Duration getUnsubscribeBackoff() {
    return unsubscribeBackoff;
  }

  public GossipsubOptions setUnsubscribeBackoff(Duration unsubscribeBackoff) {
    this.unsubscribeBackoff = within("unsubscribeBackoffMillis", unsubscribeBackoff, Duration.ofSeconds(1));
    return this;
  }

  /** The longest backoff a peer can impose; it sends any 64 bits (CVE-2026-33040, CVE-2026-34219). */
  public Duration getMaxBackoff() {
    return maxBackoff;
  }

  public GossipsubOptions setMaxBackoff(Duration maxBackoff) {
    this.maxBackoff = within("maxBackoffMillis", maxBackoff, Duration.ofSeconds(1));
    return this;
  }

  /** A GRAFT this soon after a PRUNE is no misunderstanding and counts twice. */
  public Duration getGraftFloodThreshold() {
    return graftFloodThreshold;
  }

  public GossipsubOptions setGraftFloodThreshold(Duration graftFloodThreshold) {
    this.graftFloodThreshold = within("graftFloodThresholdMillis", graftFloodThreshold, Duration.ZERO);
    return this;
  }

  /** Whether our own messages go to every peer of the topic, not only to the mesh. */
  public boolean isFloodPublish() {
    return floodPublish;
  }

  public GossipsubOptions setFloodPublish(boolean floodPublish) {
    this.floodPublish = floodPublish;
    return this;
  }

  /** Whether our own messages are delivered to our own subscribers. */
  public boolean isEmitSelf() {
    return emitSelf;
  }

  public GossipsubOptions setEmitSelf(boolean emitSelf) {
    this.emitSelf = emitSelf;
    return this;
  }

  public GossipsubLimits getLimits() {
    return limits;
  }

  public GossipsubOptions setLimits(GossipsubLimits limits) {
    this.limits = new GossipsubLimits(limits);
    return this;
  }
}
