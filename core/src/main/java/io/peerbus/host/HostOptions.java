package io.peerbus.host;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.TransportAddress;
import io.peerbus.swarm.Gater;
import io.peerbus.swarm.Watermarks;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * How a host is set up. Setters refuse what makes no sense with an {@link IllegalArgumentException} that names the
 * option, the value and what is allowed.
 */
public final class HostOptions {

  public static final String DEFAULT_NODE = "node";
  public static final String DEFAULT_AGENT_VERSION = "peerbus/0.1.0";
  public static final String DEFAULT_PROTOCOL_VERSION = "ipfs/0.1.0";
  public static final List<Security> DEFAULT_SECURITY = List.of(Security.NOISE, Security.TLS);
  public static final List<String> DEFAULT_MUXERS = List.of("yamux");
  public static final int DEFAULT_SHARDS = 0;
  public static final int DEFAULT_MAX_CONNECTIONS = 4096;
  public static final int DEFAULT_MAX_PENDING = 128;
  public static final int DEFAULT_MAX_PER_IP = 8;
  public static final int DEFAULT_MAX_PER_SITE = 64;
  public static final int DEFAULT_MAX_CONNECTIONS_PER_PEER = 3;
  public static final int DEFAULT_MAX_STREAMS_PER_SHARD = 16_384;
  public static final boolean DEFAULT_LOOPBACK_EXEMPT = true;

  private String node = DEFAULT_NODE;
  private List<Multiaddr> listen = List.of();
  private List<Multiaddr> announce = List.of();
  private List<Multiaddr> bootstrap = List.of();
  private Gater gater = Gater.OPEN;
  private Watermarks connections = Watermarks.DEFAULT;
  private Capacity capacity = Capacity.DEFAULT;
  private String agentVersion = DEFAULT_AGENT_VERSION;
  private String protocolVersion = DEFAULT_PROTOCOL_VERSION;
  private List<Security> security = DEFAULT_SECURITY;
  private List<String> muxers = DEFAULT_MUXERS;
  private int shards = DEFAULT_SHARDS;
  private int maxConnections = DEFAULT_MAX_CONNECTIONS;
  private int maxPending = DEFAULT_MAX_PENDING;
  private Timeouts timeouts = Timeouts.DEFAULT;
  private int maxPerIp = DEFAULT_MAX_PER_IP;
  private int maxPerSite = DEFAULT_MAX_PER_SITE;
  private int maxConnectionsPerPeer = DEFAULT_MAX_CONNECTIONS_PER_PEER;
  private int maxStreamsPerShard = DEFAULT_MAX_STREAMS_PER_SHARD;
  private PeerSources peers = PeerSources.DEFAULT;
  private boolean loopbackExempt = DEFAULT_LOOPBACK_EXEMPT;

  public HostOptions() {}

  public HostOptions(HostOptions other) {
    node = other.node;
    listen = other.listen;
    announce = other.announce;
    bootstrap = other.bootstrap;
    gater = other.gater;
    connections = other.connections;
    capacity = other.capacity;
    agentVersion = other.agentVersion;
    protocolVersion = other.protocolVersion;
    security = other.security;
    muxers = other.muxers;
    shards = other.shards;
    maxConnections = other.maxConnections;
    maxPending = other.maxPending;
    timeouts = other.timeouts;
    maxPerIp = other.maxPerIp;
    maxPerSite = other.maxPerSite;
    maxConnectionsPerPeer = other.maxConnectionsPerPeer;
    maxStreamsPerShard = other.maxStreamsPerShard;
    peers = other.peers;
    loopbackExempt = other.loopbackExempt;
  }

  /** From the form of {@link #toJson()}; what is absent keeps its default, or is of the {@link Profile} it names. */
  public HostOptions(JsonObject given) {
    JsonObject json = Profile.apply(given);
    setNode(json.getString("node", node));
    setListen(AddressOption.read(json, "listen"));
    setAnnounce(AddressOption.read(json, "announce"));
    setBootstrap(AddressOption.read(json, "bootstrap"));
    setGater(Forms.gater(json, "gater"));
    setConnections(Forms.watermarks(json, "connections"));
    setCapacity(Forms.capacity(json, "capacity"));
    setAgentVersion(json.getString("agentVersion", agentVersion));
    setProtocolVersion(json.getString("protocolVersion", protocolVersion));
    setSecurity(Forms.security(json, security));
    setMuxers(json.getJsonArray("muxers", new JsonArray(muxers)).stream().map(String::valueOf).toList());
    setShards(json.getInteger("shards", shards));
    setMaxConnections(json.getInteger("maxConnections", maxConnections));
    setMaxPending(json.getInteger("maxPending", maxPending));
    setTimeouts(Timeouts.of(json.getJsonObject("timeouts", new JsonObject())));
    setMaxPerIp(json.getInteger("maxPerIp", maxPerIp));
    setMaxPerSite(json.getInteger("maxPerSite", maxPerSite));
    setMaxConnectionsPerPeer(json.getInteger("maxConnectionsPerPeer", maxConnectionsPerPeer));
    setMaxStreamsPerShard(json.getInteger("maxStreamsPerShard", maxStreamsPerShard));
    setPeers(PeerSources.of(json.getJsonObject("peers", peers.toJson())));
    setLoopbackExempt(json.getBoolean("loopbackExempt", loopbackExempt));
  }

  public JsonObject toJson() {
    return new JsonObject()
        .put("node", node)
        .put("listen", AddressOption.texts(listen))
        .put("announce", AddressOption.texts(announce))
        .put("bootstrap", AddressOption.texts(bootstrap))
        .put("gater", Forms.of(gater))
        .put("connections", Forms.of(connections))
        .put("capacity", capacity.toJson())
        .put("agentVersion", agentVersion)
        .put("protocolVersion", protocolVersion)
        .put("security", new JsonArray(security.stream().map(Security::toString).toList()))
        .put("muxers", new JsonArray(muxers))
        .put("shards", shards)
        .put("maxConnections", maxConnections)
        .put("maxPending", maxPending)
        .put("timeouts", timeouts.toJson())
        .put("maxPerIp", maxPerIp)
        .put("maxPerSite", maxPerSite)
        .put("maxConnectionsPerPeer", maxConnectionsPerPeer)
        .put("maxStreamsPerShard", maxStreamsPerShard)
        .put("peers", peers.toJson())
        .put("loopbackExempt", loopbackExempt);
  }

  /** The node's name: the middle of its event bus addresses, unique among the nodes that share a bus. */
  public String getNode() {
    return node;
  }

  /** 1 to 64 letters, digits, dashes and underscores. */
  public HostOptions setNode(String node) {
    this.node = Forms.node(node);
    return this;
  }

  /**
   * Where it listens: {@code /ip4|ip6/…/tcp/N}, alone or with {@code /ws} or {@code /tls/ws}; port 0 is a free one. No
   * other port twice for one host: a socket speaks one way to all who come to it.
   */
  public List<Multiaddr> getListen() {
    return listen;
  }

  public HostOptions setListen(List<Multiaddr> listen) {
    for (Multiaddr address : listen) {
      if (address.peerId().isPresent() || TransportAddress.of(address).filter(at -> at.sniOrNull() == null).isEmpty()) {
        throw new IllegalArgumentException("listen: " + address
            + ": only /ip4|ip6/<address>/tcp/<port>, alone or with /ws or /tls/ws behind, can be listened on");
      }
    }
    ListenSocket.check(listen);
    this.listen = List.copyOf(listen);
    return this;
  }

  /** Addresses told to peers instead of those listened on; none for those. */
  public List<Multiaddr> getAnnounce() {
    return announce;
  }

  public HostOptions setAnnounce(List<Multiaddr> announce) {
    this.announce = List.copyOf(announce);
    return this;
  }

  /** Peers that the node keeps trying to reach while it has no connection to any of them. */
  public List<Multiaddr> getBootstrap() {
    return bootstrap;
  }

  public HostOptions setBootstrap(List<Multiaddr> bootstrap) {
    this.bootstrap = List.copyOf(bootstrap);
    return this;
  }

  /** Whom the node has to do with. */
  public Gater getGater() {
    return gater;
  }

  public HostOptions setGater(Gater gater) {
    this.gater = gater;
    return this;
  }

  /** How many connections are kept. */
  public Watermarks getConnections() {
    return connections;
  }

  public HostOptions setConnections(Watermarks connections) {
    this.connections = connections;
    return this;
  }

  /** How many streams and waiting bytes there may be. */
  public Capacity getCapacity() {
    return capacity;
  }

  public HostOptions setCapacity(Capacity capacity) {
    this.capacity = capacity;
    return this;
  }

  /** Our software, as identify tells it; at most 128 characters. */
  public String getAgentVersion() {
    return agentVersion;
  }

  public HostOptions setAgentVersion(String agentVersion) {
    this.agentVersion = Forms.text("agentVersion", agentVersion);
    return this;
  }

  /** The family of protocols, as identify tells it; at most 128 characters. */
  public String getProtocolVersion() {
    return protocolVersion;
  }

  public HostOptions setProtocolVersion(String protocolVersion) {
    this.protocolVersion = Forms.text("protocolVersion", protocolVersion);
    return this;
  }

  /** How connections may be secured, in the order in which it is proposed when we dial. */
  public List<Security> getSecurity() {
    return security;
  }

  /** At least one, none twice. */
  public HostOptions setSecurity(List<Security> security) {
    if (security.isEmpty() || security.stream().distinct().count() < security.size()) {
      throw new IllegalArgumentException("security: " + security + ": at least one is needed, and each once at most");
    }
    this.security = List.copyOf(security);
    return this;
  }

  /** How connections are multiplexed, the best first: what the dialer has first and both have is taken. */
  public List<String> getMuxers() {
    return muxers;
  }

  /**
   * One or both of {@code yamux} and {@code mplex}. The latter is for old peers that have nothing else: it cannot hold
   * a writer back, so a stream that is read slowly stops all others of its connection, or is reset.
   */
  public HostOptions setMuxers(List<String> muxers) {
    this.muxers = Forms.muxers(muxers);
    return this;
  }

  /** Event loops to spread connections over; 0 for as many as the machine has processors. */
  public int getShards() {
    return shards;
  }

  /** 0 to 1024. */
  public HostOptions setShards(int shards) {
    if (shards < 0 || shards > 1024) {
      throw new IllegalArgumentException("shards: " + shards + ": 0 to 1024 are allowed");
    }
    this.shards = shards;
    return this;
  }

  /** Inbound connections at one time. A flood of peers could otherwise take all memory. */
  public int getMaxConnections() {
    return maxConnections;
  }

  public HostOptions setMaxConnections(int maxConnections) {
    this.maxConnections = Forms.positive("maxConnections", maxConnections);
    return this;
  }

  /**
   * Inbound connections that are not upgraded yet, from the accept on, hence those in a TLS handshake or before the end
   * of a WebSocket's request too. Peers that send a byte now and then could otherwise hold all.
   */
  public int getMaxPending() {
    return maxPending;
  }

  public HostOptions setMaxPending(int maxPending) {
    this.maxPending = Forms.positive("maxPending", maxPending);
    return this;
  }

  /** How long it waits for a peer. */
  public Timeouts getTimeouts() {
    return timeouts;
  }

  public HostOptions setTimeouts(Timeouts timeouts) {
    this.timeouts = timeouts;
    return this;
  }

  /** Inbound connections from one IPv4 address or one IPv6 /56. One host could otherwise take every slot. */
  public int getMaxPerIp() {
    return maxPerIp;
  }

  public HostOptions setMaxPerIp(int maxPerIp) {
    this.maxPerIp = Forms.positive("maxPerIp", maxPerIp);
    return this;
  }

  /**
   * Inbound connections from one IPv6 /48. An organisation, which has 256 of the /56 that count as one host, could
   * otherwise take every slot.
   */
  public int getMaxPerSite() {
    return maxPerSite;
  }

  public HostOptions setMaxPerSite(int maxPerSite) {
    this.maxPerSite = Forms.positive("maxPerSite", maxPerSite);
    return this;
  }

  /**
   * Connections with one peer, in both directions; the eldest is closed for one too many. A peer that is let in could
   * otherwise take many slots. Two are needed when both sides dial at once.
   */
  public int getMaxConnectionsPerPeer() {
    return maxConnectionsPerPeer;
  }

  public HostOptions setMaxConnectionsPerPeer(int maxConnectionsPerPeer) {
    this.maxConnectionsPerPeer = Forms.positive("maxConnectionsPerPeer", maxConnectionsPerPeer);
    return this;
  }

  /**
   * Streams that peers may have open over all connections of one event loop; one more is reset. A crowd of peers, each
   * within the limit of its connection, could otherwise fill the heap.
   */
  public int getMaxStreamsPerShard() {
    return maxStreamsPerShard;
  }

  public HostOptions setMaxStreamsPerShard(int maxStreamsPerShard) {
    this.maxStreamsPerShard = Forms.positive("maxStreamsPerShard", maxStreamsPerShard);
    return this;
  }

  /** How it finds peers, and which it remembers. */
  public PeerSources getPeers() {
    return peers;
  }

  public HostOptions setPeers(PeerSources peers) {
    this.peers = peers;
    return this;
  }

  /** Whether loopback is free of the limits per address: many nodes of one machine look like one host. */
  public boolean isLoopbackExempt() {
    return loopbackExempt;
  }

  public HostOptions setLoopbackExempt(boolean loopbackExempt) {
    this.loopbackExempt = loopbackExempt;
    return this;
  }
}
