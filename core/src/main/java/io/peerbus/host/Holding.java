package io.peerbus.host;

import io.peerbus.api.FailureException;

/**
 * One stream's part of its plugin's {@link Account} and of the {@link Scopes}: itself, and the bytes that are held for
 * the plugin or that it has not consumed. A plugin tells what it consumed in portions only, so as much of each stream
 * is free of charge.
 *
 * <p>Not thread safe, owned by the stream.
 */
final class Holding {

  /** Bytes of each stream that do not count: what a plugin that reads at once may owe an answer for. */
  static final long FREE = 32 * 1024;

  /** In such portions bytes count for the node and the peer, and one is kept in hand. */
  static final long GRANULE = 64 * 1024;

  private final Account account;
  private final Scopes scopes; // null where only the plugin counts, and then the next two
  private final PeerScope peer;
  private final String protocol; // null for a stream that the plugin opened
  private long held;
  private long counted;
  private long granules;
  private String noRoom;
  private boolean exceeded;
  private boolean closed;

  Holding(Account account) {
    this(account, null, null, null);
  }

  /** {@code protocolOrNull} of a stream that the peer opened. */
  Holding(Account account, Scopes scopes, PeerScope peer, String protocolOrNull) {
    this.account = account;
    this.scopes = scopes;
    this.peer = peer;
    this.protocol = protocolOrNull;
  }

  /** More bytes; answers whether there is room for them. If there is not, the stream cannot go on. */
  boolean add(int bytes) {
    held += bytes;
    long more = Math.max(0, held - FREE) - counted;
    if (more > 0 && !closed) {
      exceeded |= !account.take(more);
      counted += exceeded ? 0 : more;
      takeGranules();
    }
    return !exceeded;
  }

  private void takeGranules() {
    long more = needed() - granules;
    if (more <= 0 || exceeded || scopes == null) {
      return;
    }
    noRoom = scopes.takeBytes(peer, more * GRANULE);
    exceeded = noRoom != null;
    granules += exceeded ? 0 : more;
  }

  private long needed() {
    return (counted + GRANULE - 1) / GRANULE;
  }

  /** They were consumed, or framed for the peer. */
  void remove(long bytes) {
    held -= bytes;
    long fewer = counted - Math.max(0, held - FREE);
    if (fewer > 0) {
      counted -= fewer;
      account.giveBack(fewer);
      long spare = granules - needed() - 1;
      if (spare > 0) {
        granules -= spare;
        scopes.giveBytesBack(peer, spare * GRANULE);
      }
    }
  }

  boolean isExceeded() {
    return exceeded;
  }

  /** What to tell of bytes that had no room. */
  FailureException refusal() {
    if (noRoom != null) {
      return scopes.refuse(noRoom);
    }
    FailureException refusal = account.refuseBytes();
    if (scopes != null) {
      scopes.count(refusal);
    }
    return refusal;
  }

  /** The stream is over. Does no harm a second time. */
  void close() {
    if (closed) {
      return;
    }
    closed = true;
    account.giveBack(counted);
    counted = 0;
    if (scopes == null) {
      account.close();
      return;
    }
    if (granules > 0) {
      scopes.giveBytesBack(peer, granules * GRANULE);
      granules = 0;
    }
    scopes.close(account, peer, protocol);
  }
}
