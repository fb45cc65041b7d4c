package io.peerbus.host;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.multiformats.PeerId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The tree of what there may be of streams and of bytes that wait in them: the node, each peer, each protocol, and each
 * plugin by its {@link Account}. A stream is taken in all of its scopes or in none; a refusal names the first that has
 * no room. (Connections are counted by the swarm, which has one thread: in all, being upgraded, by IP and by site.)
 *
 * <p>Thread safe. Streams are counted exactly, when they open and close. Bytes are counted for a plugin exactly and for
 * the node and the peer in {@link Holding#GRANULE}s, so the sums are at most two granules a stream above what is there,
 * and a frame seldom touches what event loops share.
 */
final class Scopes {

  private final Refusals refusals;
  private final Scope node = new Scope();
  private final Map<PeerId, PeerScope> peers = new ConcurrentHashMap<>();
  private final Map<String, Scope> protocols = new ConcurrentHashMap<>();
  private volatile Capacity capacity;

  Scopes(Capacity capacity, Refusals refusals) {
    this.refusals = refusals;
    setCapacity(capacity);
  }

  /** From now on; what is open stays so. */
  void setCapacity(Capacity next) {
    capacity = next.resolved(Runtime.getRuntime().maxMemory());
  }

  Capacity capacity() {
    return capacity;
  }

  Scope node() {
    return node;
  }

  /** A connection with the peer begins. */
  PeerScope enter(PeerId peer) {
    return peers.compute(peer, (id, known) -> {
      PeerScope scope = known == null ? new PeerScope(id) : known;
      scope.enter();
      return scope;
    });
  }

  /** The connection and all its streams are over. */
  void leave(PeerScope scope) {
    peers.computeIfPresent(scope.peer(), (id, known) -> known.leave() ? null : known);
  }

  /** Peers that have a connection. */
  int peers() {
    return peers.size();
  }

  /** Protocols that peers have streams for. */
  int protocols() {
    return protocols.size();
  }

  /** A stream that a plugin opens to a peer. */
  Holding open(Account account, PeerScope peer) {
    takeCommon(peer);
    try {
      return new Holding(account.take(), this, peer, null);
    } catch (FailureException e) {
      giveCommonBack(peer);
      count(e);
      throw e;
    }
  }

  /** A stream that a peer opens to a plugin. Of a plugin's budget a peer may have as much as it leaves free. */
  Holding accept(Account account, PeerScope peer, String protocol) {
    takeCommon(peer);
    Capacity limits = capacity;
    if (!take(protocol, limits.streamsPerProtocol())) {
      giveCommonBack(peer);
      throw refuse("capacity.streamsPerProtocol", limits.streamsPerProtocol() + " streams of peers for " + protocol);
    }
    try {
      account.takeShare(peer.opened(account));
      return new Holding(account, this, peer, protocol);
    } catch (FailureException e) {
      giveBack(protocol);
      giveCommonBack(peer);
      count(e);
      throw e;
    }
  }

  private void takeCommon(PeerScope peer) {
    Capacity limits = capacity;
    if (!node.takeStream(limits.streams())) {
      throw refuse("capacity.streams", limits.streams() + " streams in all");
    }
    if (!peer.scope().takeStream(limits.streamsPerPeer())) {
      node.giveStreamBack();
      throw refuse("capacity.streamsPerPeer", limits.streamsPerPeer() + " streams with " + peer.peer());
    }
  }

  private void giveCommonBack(PeerScope peer) {
    peer.scope().giveStreamBack();
    node.giveStreamBack();
  }

  /** One that nobody has a stream of is forgotten, as plugins may register ever new ones. */
  private boolean take(String protocol, int limit) {
    boolean[] taken = new boolean[1];
    protocols.compute(protocol, (name, known) -> {
      Scope scope = known == null ? new Scope() : known;
      taken[0] = scope.takeStream(limit);
      return scope;
    });
    return taken[0];
  }

  private void giveBack(String protocol) {
    protocols.computeIfPresent(protocol, (name, scope) -> {
      scope.giveStreamBack();
      return scope.streams() == 0 ? null : scope;
    });
  }

  /** The stream is over. */
  void close(Account account, PeerScope peer, String protocolOrNull) {
    if (protocolOrNull != null) {
      giveBack(protocolOrNull);
      peer.opened(account).decrementAndGet();
    }
    giveCommonBack(peer);
    account.close();
  }

  /** Answers {@code null}, or why there is no room for the bytes. */
  String takeBytes(PeerScope peer, long more) {
    Capacity limits = capacity;
    if (!node.takeBytes(more, limits.bytes())) {
      return "capacity.bytes: " + limits.bytes() + " bytes wait in all";
    }
    if (!peer.scope().takeBytes(more, limits.bytesPerPeer())) {
      node.giveBytesBack(more);
      return "capacity.bytesPerPeer: " + limits.bytesPerPeer() + " bytes wait of and for " + peer.peer();
    }
    return null;
  }

  void giveBytesBack(PeerScope peer, long fewer) {
    peer.scope().giveBytesBack(fewer);
    node.giveBytesBack(fewer);
  }

  private FailureException refuse(String limit, String rest) {
    String message = limit + ": " + rest;
    refusals.add(message);
    return Failure.LIMIT_REACHED.because(message);
  }

  /** A plugin's budget has refused it, and the account has told the log. */
  void count(FailureException refusal) {
    refusals.count("budget", refusal.getMessage());
  }

  /** A stream was cut, as its bytes had no room. */
  FailureException refuse(String message) {
    refusals.add(message);
    return Failure.LIMIT_REACHED.because(message);
  }
}
