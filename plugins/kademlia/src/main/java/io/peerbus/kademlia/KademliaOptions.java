package io.peerbus.kademlia;

import java.time.Duration;
import java.util.List;

/**
 * How a node takes part in a DHT. The defaults are those of the public IPFS network.
 *
 * <p>Mutable until given to a machine, which takes a copy.
 */
public final class KademliaOptions {

  private static final Duration LONGEST = Duration.ofDays(365);

  private String protocol = "/ipfs/kad/1.0.0";
  private Mode mode = Mode.AUTO;
  private boolean strict = true;
  private List<String> openNamespaces = List.of();
  private AddressPolicy addresses = AddressPolicy.AUTO;
  private int k = 20;
  private int alpha = 10;
  private int beta = 3;
  private int paths = 1;
  private int quorum = 3;
  private int maxFailures = 2;
  private Duration peerTimeout = Duration.ofSeconds(10);
  private Duration queryTimeout = Duration.ofSeconds(60);
  private Duration refresh = Duration.ofMinutes(10);
  private Duration liveness = Duration.ofMinutes(10);
  private Duration recordTtl = Duration.ofHours(48);
  private Duration republish = Duration.ofHours(22);
  private Duration providerTtl = Duration.ofHours(48);
  private Duration providerAddressTtl = Duration.ofHours(24);
  private Duration reprovide = Duration.ofHours(22);
  private KademliaLimits limits = new KademliaLimits();

  public KademliaOptions() {}

  public KademliaOptions(KademliaOptions other) {
    protocol = other.protocol;
    mode = other.mode;
    strict = other.strict;
    openNamespaces = other.openNamespaces;
    addresses = other.addresses;
    k = other.k;
    alpha = other.alpha;
    beta = other.beta;
    paths = other.paths;
    quorum = other.quorum;
    maxFailures = other.maxFailures;
    peerTimeout = other.peerTimeout;
    queryTimeout = other.queryTimeout;
    refresh = other.refresh;
    liveness = other.liveness;
    recordTtl = other.recordTtl;
    republish = other.republish;
    providerTtl = other.providerTtl;
    providerAddressTtl = other.providerAddressTtl;
    reprovide = other.reprovide;
    limits = new KademliaLimits(other.limits);
  }

  /** Throws {@link IllegalArgumentException} when values that are fine by themselves contradict each other. */
  public void check() {
    require(beta <= k, "beta: " + beta + " is more than k, which is " + k);
    require(quorum <= k, "quorum: " + quorum + " is more than k, which is " + k);
    require(peerTimeout.compareTo(queryTimeout) <= 0, "peerTimeoutMillis: " + peerTimeout.toMillis()
        + " is more than queryTimeoutMillis, which is " + queryTimeout.toMillis());
    require(republish.compareTo(recordTtl) < 0, "republishMillis: " + republish.toMillis()
        + " is not less than recordTtlMillis, which is " + recordTtl.toMillis() + ": records would lapse");
    require(reprovide.compareTo(providerTtl) < 0, "reprovideMillis: " + reprovide.toMillis()
        + " is not less than providerTtlMillis, which is " + providerTtl.toMillis() + ": providers would lapse");
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  static int within(String name, int value, int least, int most) {
    require(least <= value && value <= most, name + ": " + value + " is not in " + least + " to " + most);
    return value;
  }

  private static Duration within(String name, Duration value) {
    require(value.toMillis() >= 1 && value.compareTo(LONGEST) <= 0,
        name + ": " + value.toMillis() + " ms is not in 1 to " + LONGEST.toMillis());
    return value;
  }

  /** The protocol id. A network of its own has its own, such as /my-chat/kad/1.0.0. */
  public String getProtocol() {
    return protocol;
  }

  public KademliaOptions setProtocol(String protocol) {
    require(protocol.startsWith("/") && protocol.length() <= 256,
        "protocol: \"" + protocol + "\" does not begin with / or has more than 256 characters");
    this.protocol = protocol;
    return this;
  }

  /** Whether this node answers requests. */
  public Mode getMode() {
    return mode;
  }

  public KademliaOptions setMode(Mode mode) {
    this.mode = mode;
    return this;
  }

  /** Whether only keys with a known namespace are stored; else keys without any are stored too, unchecked. */
  public boolean isStrict() {
    return strict;
  }

  public KademliaOptions setStrict(boolean strict) {
    this.strict = strict;
    return this;
  }

  /** Namespaces of a network of one's own, whose records are stored unchecked; the one that came last is the best. */
  public List<String> getOpenNamespaces() {
    return openNamespaces;
  }

  public KademliaOptions setOpenNamespaces(List<String> openNamespaces) {
    new Namespaces(strict, openNamespaces); // refuses names that are none
    this.openNamespaces = List.copyOf(openNamespaces);
    return this;
  }

  /** Which addresses that a peer tells are taken. */
  public AddressPolicy getAddresses() {
    return addresses;
  }

  public KademliaOptions setAddresses(AddressPolicy addresses) {
    this.addresses = addresses;
    return this;
  }

  /** Peers in a bucket, in an answer, and those that get a record. */
  public int getK() {
    return k;
  }

  public KademliaOptions setK(int k) {
    this.k = within("k", k, 1, 1000);
    return this;
  }

  /** Requests of one lookup that are under way at once. */
  public int getAlpha() {
    return alpha;
  }

  public KademliaOptions setAlpha(int alpha) {
    this.alpha = within("alpha", alpha, 1, 1000);
    return this;
  }

  /** Nearest peers that must have answered before a lookup asks the rest of the k nearest all at once. */
  public int getBeta() {
    return beta;
  }

  public KademliaOptions setBeta(int beta) {
    this.beta = within("beta", beta, 1, 1000);
    return this;
  }

  /** Disjoint paths of a lookup: with more than one, an attacker who owns one does not own the result. */
  public int getPaths() {
    return paths;
  }

  public KademliaOptions setPaths(int paths) {
    this.paths = within("paths", paths, 1, 100);
    return this;
  }

  /** Peers that must tell the same best record before a get ends early. */
  public int getQuorum() {
    return quorum;
  }

  public KademliaOptions setQuorum(int quorum) {
    this.quorum = within("quorum", quorum, 1, 1000);
    return this;
  }

  /** Requests in a row without an answer after which a peer leaves the table. */
  public int getMaxFailures() {
    return maxFailures;
  }

  public KademliaOptions setMaxFailures(int maxFailures) {
    this.maxFailures = within("maxFailures", maxFailures, 1, 100);
    return this;
  }

  /** For one peer to answer, connecting included. */
  public Duration getPeerTimeout() {
    return peerTimeout;
  }

  public KademliaOptions setPeerTimeout(Duration peerTimeout) {
    this.peerTimeout = within("peerTimeoutMillis", peerTimeout);
    return this;
  }

  /** For one operation; it then ends with what it has. */
  public Duration getQueryTimeout() {
    return queryTimeout;
  }

  public KademliaOptions setQueryTimeout(Duration queryTimeout) {
    this.queryTimeout = within("queryTimeoutMillis", queryTimeout);
    return this;
  }

  /** How old a bucket may grow without a lookup into it, and how often we look for ourselves. */
  public Duration getRefresh() {
    return refresh;
  }

  public KademliaOptions setRefresh(Duration refresh) {
    this.refresh = within("refreshMillis", refresh);
    return this;
  }

  /** After how long without a sign of life a peer of the table is asked for one. */
  public Duration getLiveness() {
    return liveness;
  }

  public KademliaOptions setLiveness(Duration liveness) {
    this.liveness = within("livenessMillis", liveness);
    return this;
  }

  /** How long a record of another is kept. */
  public Duration getRecordTtl() {
    return recordTtl;
  }

  public KademliaOptions setRecordTtl(Duration recordTtl) {
    this.recordTtl = within("recordTtlMillis", recordTtl);
    return this;
  }

  /** How often our own records are put again. */
  public Duration getRepublish() {
    return republish;
  }

  public KademliaOptions setRepublish(Duration republish) {
    this.republish = within("republishMillis", republish);
    return this;
  }

  /** How long a provider is kept. */
  public Duration getProviderTtl() {
    return providerTtl;
  }

  public KademliaOptions setProviderTtl(Duration providerTtl) {
    this.providerTtl = within("providerTtlMillis", providerTtl);
    return this;
  }

  /** How long a provider's addresses are told with it; after that its id alone. */
  public Duration getProviderAddressTtl() {
    return providerAddressTtl;
  }

  public KademliaOptions setProviderAddressTtl(Duration providerAddressTtl) {
    this.providerAddressTtl = within("providerAddressTtlMillis", providerAddressTtl);
    return this;
  }

  /** How often we provide our contents again. */
  public Duration getReprovide() {
    return reprovide;
  }

  public KademliaOptions setReprovide(Duration reprovide) {
    this.reprovide = within("reprovideMillis", reprovide);
    return this;
  }

  public KademliaLimits getLimits() {
    return limits;
  }

  public KademliaOptions setLimits(KademliaLimits limits) {
    this.limits = new KademliaLimits(limits);
    return this;
  }
}
