package io.peerbus.gossipsub;

import io.peerbus.multiformats.PeerId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

/**
 * All we keep of one peer, from its first sign of life until its last stream and connection are gone. Everything in
 * it is bounded by {@link GossipsubLimits} and goes with it; {@code PeerScore} will be one more part of it.
 *
 * <p>Not thread safe, a part of {@link Gossipsub} that its other parts share; each field says whose it is.
 */
final class PeerState {

  /** Where our own stream to the peer stands. */
  enum Link {
    /** There is no reason to have one. */
    NONE,
    /** To be opened at {@link #due}. */
    WAITING,
    OPENING,
    OPEN,
    /** The peer speaks none of our protocols, as far as we know. */
    UNSUPPORTED
  }

  final PeerId id;
  final Outbox outbox;

  // Links
  boolean connected;
  boolean inbound;
  Link link = Link.NONE;
  long due;
  long openedAt;
  int failures;
  PeerKind kind = PeerKind.GOSSIPSUB_1_1;

  /** Whether we made the connection: others cannot fill our mesh with such peers. */
  boolean dialled;

  String agent = "";

  // Subscriptions
  final Set<String> topics = new LinkedHashSet<>();

  // Gossip: since the last heartbeat, and the ids asked with the time until which they are not asked again
  int ihaves;
  int asked;
  final Map<MessageId, Long> askedIds = new LinkedHashMap<>();

  // Validations, in the order the messages came
  final Deque<Validations.Pending> pending = new ArrayDeque<>();
  boolean paused;

  /** Offences so far, GRAFTs within a backoff: what a score will weigh. */
  long offences;

  PeerState(PeerId id, GossipsubLimits limits, Queue<PeerId> announcements) {
    this.id = id;
    this.outbox = new Outbox(id, limits, announcements);
  }

  /** Whether something put into the outbox will go out, unless the stream breaks. */
  boolean isReachable() {
    return link == Link.OPEN || link == Link.OPENING;
  }

  boolean canBeInMesh() {
    return isReachable() && kind != PeerKind.FLOODSUB;
  }

  @Override
  public String toString() {
    return id.toString();
  }
}
