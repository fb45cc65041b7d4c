package io.peerbus.kademlia;

/**
 * What a peer, or a plugin, may cost us. Each limit says what it stops.
 *
 * <p>Mutable until given to a machine, which takes a copy.
 */
public final class KademliaLimits {

  private int maxMessageSize = 1 << 20;
  private int maxAnswerSize = 16 << 10;
  private int maxKeyLength = 1024;
  private int maxValueSize = 1 << 16;
  private int maxCloserPeers = 20;
  private int maxProviderPeers = 64;
  private int maxAddresses = 16;
  private int messageTimeoutMillis = 10_000;
  private int idleTimeoutMillis = 60_000;
  private int maxStreams = 4096;
  private int maxStreamsPerPeer = 32;
  private int maxRequestsPerSecond = 200;
  private int maxRequestBurst = 1000;
  private int maxChecks = 1024;
  private int maxChecksPerPeer = 32;
  private int maxRecords = 16_384;
  private int maxRecordBytes = 64 << 20;
  private int maxRecordsPerPeer = 1024;
  private int maxProviderKeys = 1 << 16;
  private int maxProvidersPerKey = 64;
  private int maxProviderRecords = 1 << 17;
  private int maxProviderBytes = 64 << 20;
  private int maxProvidersPerPeer = 8192;
  private int maxOwn = 1 << 16;
  private int maxOperations = 256;
  private int maxAsked = 200;
  private int maxReplacements = 16;
  private int maxPerGroupInBucket = 2;
  private int maxPerGroupInTable = 3;
  private int maxPerGroupInAnswer = 3;

  public KademliaLimits() {}

  public KademliaLimits(KademliaLimits other) {
    maxMessageSize = other.maxMessageSize;
    maxAnswerSize = other.maxAnswerSize;
    maxKeyLength = other.maxKeyLength;
    maxValueSize = other.maxValueSize;
    maxCloserPeers = other.maxCloserPeers;
    maxProviderPeers = other.maxProviderPeers;
    maxAddresses = other.maxAddresses;
    messageTimeoutMillis = other.messageTimeoutMillis;
    idleTimeoutMillis = other.idleTimeoutMillis;
    maxStreams = other.maxStreams;
    maxStreamsPerPeer = other.maxStreamsPerPeer;
    maxRequestsPerSecond = other.maxRequestsPerSecond;
    maxRequestBurst = other.maxRequestBurst;
    maxChecks = other.maxChecks;
    maxChecksPerPeer = other.maxChecksPerPeer;
    maxRecords = other.maxRecords;
    maxRecordBytes = other.maxRecordBytes;
    maxRecordsPerPeer = other.maxRecordsPerPeer;
    maxProviderKeys = other.maxProviderKeys;
    maxProvidersPerKey = other.maxProvidersPerKey;
    maxProviderRecords = other.maxProviderRecords;
    maxProviderBytes = other.maxProviderBytes;
    maxProvidersPerPeer = other.maxProvidersPerPeer;
    maxOwn = other.maxOwn;
    maxOperations = other.maxOperations;
    maxAsked = other.maxAsked;
    maxReplacements = other.maxReplacements;
    maxPerGroupInBucket = other.maxPerGroupInBucket;
    maxPerGroupInTable = other.maxPerGroupInTable;
    maxPerGroupInAnswer = other.maxPerGroupInAnswer;
  }

  /** Bytes of a message that is read. A peer could otherwise send one that never ends. */
  public int getMaxMessageSize() {
    return maxMessageSize;
  }

  public KademliaLimits setMaxMessageSize(int maxMessageSize) {
    this.maxMessageSize = KademliaOptions.within("maxMessageSize", maxMessageSize, 1024, 16 << 20);
    return this;
  }

  /** Bytes of an answer of ours: rust refuses more, and a short question must not earn a megabyte. */
  public int getMaxAnswerSize() {
    return maxAnswerSize;
  }

  public KademliaLimits setMaxAnswerSize(int maxAnswerSize) {
    this.maxAnswerSize = KademliaOptions.within("maxAnswerSize", maxAnswerSize, 1024, 16 << 20);
    return this;
  }

  /** Bytes of a key. Keys are kept longer than anything else, so long ones would fill the stores. */
  public int getMaxKeyLength() {
    return maxKeyLength;
  }

  public KademliaLimits setMaxKeyLength(int maxKeyLength) {
    this.maxKeyLength = KademliaOptions.within("maxKeyLength", maxKeyLength, 64, 1 << 16);
    return this;
  }

  /** Bytes of a value, against records that are files. */
  public int getMaxValueSize() {
    return maxValueSize;
  }

  public KademliaLimits setMaxValueSize(int maxValueSize) {
    this.maxValueSize = KademliaOptions.within("maxValueSize", maxValueSize, 1024, 8 << 20);
    return this;
  }

  /** Closer peers that are read of one answer, against an answer that is a list of the attacker's own. */
  public int getMaxCloserPeers() {
    return maxCloserPeers;
  }

  public KademliaLimits setMaxCloserPeers(int maxCloserPeers) {
    this.maxCloserPeers = KademliaOptions.within("maxCloserPeers", maxCloserPeers, 1, 1000);
    return this;
  }

  /** Providers that are read of one answer, for the same reason. */
  public int getMaxProviderPeers() {
    return maxProviderPeers;
  }

  public KademliaLimits setMaxProviderPeers(int maxProviderPeers) {
    this.maxProviderPeers = KademliaOptions.within("maxProviderPeers", maxProviderPeers, 1, 1000);
    return this;
  }

  /** Addresses that are read of one contact: each may be dialled, and points at whomever the teller likes. */
  public int getMaxAddresses() {
    return maxAddresses;
  }

  public KademliaLimits setMaxAddresses(int maxAddresses) {
    this.maxAddresses = KademliaOptions.within("maxAddresses", maxAddresses, 1, 1000);
    return this;
  }

  /** For all of a message to arrive once it began, against peers that trickle. */
  public int getMessageTimeoutMillis() {
    return messageTimeoutMillis;
  }

  public KademliaLimits setMessageTimeoutMillis(int messageTimeoutMillis) {
    this.messageTimeoutMillis = KademliaOptions.within("messageTimeoutMillis", messageTimeoutMillis, 100, 3_600_000);
    return this;
  }

  /** For the next request on a stream, against streams that are opened and left. */
  public int getIdleTimeoutMillis() {
    return idleTimeoutMillis;
  }

  public KademliaLimits setIdleTimeoutMillis(int idleTimeoutMillis) {
    this.idleTimeoutMillis = KademliaOptions.within("idleTimeoutMillis", idleTimeoutMillis, 100, 3_600_000);
    return this;
  }

  /** Streams of all peers that are served at once; a stream costs memory before it says anything. */
  public int getMaxStreams() {
    return maxStreams;
  }

  public KademliaLimits setMaxStreams(int maxStreams) {
    this.maxStreams = KademliaOptions.within("maxStreams", maxStreams, 1, 1 << 20);
    return this;
  }

  /** Streams of one peer that are served at once, so that no peer has them all. */
  public int getMaxStreamsPerPeer() {
    return maxStreamsPerPeer;
  }

  public KademliaLimits setMaxStreamsPerPeer(int maxStreamsPerPeer) {
    this.maxStreamsPerPeer = KademliaOptions.within("maxStreamsPerPeer", maxStreamsPerPeer, 1, 1 << 20);
    return this;
  }

  /** Requests of one peer answered in a second, on all its streams: one that asks more would have us to itself. */
  public int getMaxRequestsPerSecond() {
    return maxRequestsPerSecond;
  }

  public KademliaLimits setMaxRequestsPerSecond(int maxRequestsPerSecond) {
    this.maxRequestsPerSecond =
        KademliaOptions.within("maxRequestsPerSecond", maxRequestsPerSecond, 1, 1_000_000);
    return this;
  }

  /** Requests of one peer that may come at once after a pause, such as a lookup's or a sweep of republications. */
  public int getMaxRequestBurst() {
    return maxRequestBurst;
  }

  public KademliaLimits setMaxRequestBurst(int maxRequestBurst) {
    this.maxRequestBurst = KademliaOptions.within("maxRequestBurst", maxRequestBurst, 1, 1_000_000);
    return this;
  }

  /** Records whose check is under way: a signature takes a thousand times as long as sending one. */
  public int getMaxChecks() {
    return maxChecks;
  }

  public KademliaLimits setMaxChecks(int maxChecks) {
    this.maxChecks = KademliaOptions.within("maxChecks", maxChecks, 1, 1 << 20);
    return this;
  }

  /** The same for one peer, so that the records of others are still checked. */
  public int getMaxChecksPerPeer() {
    return maxChecksPerPeer;
  }

  public KademliaLimits setMaxChecksPerPeer(int maxChecksPerPeer) {
    this.maxChecksPerPeer = KademliaOptions.within("maxChecksPerPeer", maxChecksPerPeer, 1, 1 << 20);
    return this;
  }

  /** Records of others that are kept. Each costs some 150 bytes of memory, and its size on disk. */
  public int getMaxRecords() {
    return maxRecords;
  }

  public KademliaLimits setMaxRecords(int maxRecords) {
    this.maxRecords = KademliaOptions.within("maxRecords", maxRecords, 1, 1 << 24);
    return this;
  }

  /** Bytes of all records of others together: the quota on disk. */
  public int getMaxRecordBytes() {
    return maxRecordBytes;
  }

  public KademliaLimits setMaxRecordBytes(int maxRecordBytes) {
    this.maxRecordBytes = KademliaOptions.within("maxRecordBytes", maxRecordBytes, 1024, 1 << 30);
    return this;
  }

  /** Records that one peer put, so that no peer fills the store. */
  public int getMaxRecordsPerPeer() {
    return maxRecordsPerPeer;
  }

  public KademliaLimits setMaxRecordsPerPeer(int maxRecordsPerPeer) {
    this.maxRecordsPerPeer = KademliaOptions.within("maxRecordsPerPeer", maxRecordsPerPeer, 1, 1 << 24);
    return this;
  }

  /** Contents whose providers are kept; their keys are anybody's choice. */
  public int getMaxProviderKeys() {
    return maxProviderKeys;
  }

  public KademliaLimits setMaxProviderKeys(int maxProviderKeys) {
    this.maxProviderKeys = KademliaOptions.within("maxProviderKeys", maxProviderKeys, 1, 1 << 24);
    return this;
  }

  /** Providers of one content; sybils could otherwise bury the true one, and our memory. */
  public int getMaxProvidersPerKey() {
    return maxProvidersPerKey;
  }

  public KademliaLimits setMaxProvidersPerKey(int maxProvidersPerKey) {
    this.maxProvidersPerKey = KademliaOptions.within("maxProvidersPerKey", maxProvidersPerKey, 1, 1 << 16);
    return this;
  }

  /** Providers of all contents together. */
  public int getMaxProviderRecords() {
    return maxProviderRecords;
  }

  public KademliaLimits setMaxProviderRecords(int maxProviderRecords) {
    this.maxProviderRecords = KademliaOptions.within("maxProviderRecords", maxProviderRecords, 1, 1 << 24);
    return this;
  }

  /** Bytes of the addresses of all providers: each is anybody's choice, a kilobyte long. */
  public int getMaxProviderBytes() {
    return maxProviderBytes;
  }

  public KademliaLimits setMaxProviderBytes(int maxProviderBytes) {
    this.maxProviderBytes = KademliaOptions.within("maxProviderBytes", maxProviderBytes, 1 << 15, 1 << 30);
    return this;
  }

  /** Contents that one peer provides, so that no peer fills the store. */
  public int getMaxProvidersPerPeer() {
    return maxProvidersPerPeer;
  }

  public KademliaLimits setMaxProvidersPerPeer(int maxProvidersPerPeer) {
    this.maxProvidersPerPeer = KademliaOptions.within("maxProvidersPerPeer", maxProvidersPerPeer, 1, 1 << 24);
    return this;
  }

  /** Records and contents of our own that are published again and again. */
  public int getMaxOwn() {
    return maxOwn;
  }

  public KademliaLimits setMaxOwn(int maxOwn) {
    this.maxOwn = KademliaOptions.within("maxOwn", maxOwn, 1, 1 << 24);
    return this;
  }

  /** Operations asked for over the bus that run at once; further ones are refused. */
  public int getMaxOperations() {
    return maxOperations;
  }

  public KademliaLimits setMaxOperations(int maxOperations) {
    this.maxOperations = KademliaOptions.within("maxOperations", maxOperations, 1, 1 << 16);
    return this;
  }

  /** Peers that one lookup asks: false contacts can be made without end, each nearer than the last. */
  public int getMaxAsked() {
    return maxAsked;
  }

  public KademliaLimits setMaxAsked(int maxAsked) {
    this.maxAsked = KademliaOptions.within("maxAsked", maxAsked, 1, 1 << 16);
    return this;
  }

  /** Peers a full bucket remembers for later; ids are free. */
  public int getMaxReplacements() {
    return maxReplacements;
  }

  public KademliaLimits setMaxReplacements(int maxReplacements) {
    this.maxReplacements = KademliaOptions.within("maxReplacements", maxReplacements, 0, 1000);
    return this;
  }

  /** Peers of one IP group (/16, or /32 of IPv6) in a bucket, against a table full of one attacker's ids. */
  public int getMaxPerGroupInBucket() {
    return maxPerGroupInBucket;
  }

  public KademliaLimits setMaxPerGroupInBucket(int maxPerGroupInBucket) {
    this.maxPerGroupInBucket = KademliaOptions.within("maxPerGroupInBucket", maxPerGroupInBucket, 1, 1 << 16);
    return this;
  }

  /** Peers of one IP group in the whole table, for the same reason. */
  public int getMaxPerGroupInTable() {
    return maxPerGroupInTable;
  }

  public KademliaLimits setMaxPerGroupInTable(int maxPerGroupInTable) {
    this.maxPerGroupInTable = KademliaOptions.within("maxPerGroupInTable", maxPerGroupInTable, 1, 1 << 16);
    return this;
  }

  /** Peers of one IP group that a lookup takes of one answer, so that an answer cannot steer it into one net. */
  public int getMaxPerGroupInAnswer() {
    return maxPerGroupInAnswer;
  }

  public KademliaLimits setMaxPerGroupInAnswer(int maxPerGroupInAnswer) {
    this.maxPerGroupInAnswer = KademliaOptions.within("maxPerGroupInAnswer", maxPerGroupInAnswer, 1, 1 << 16);
    return this;
  }
}
