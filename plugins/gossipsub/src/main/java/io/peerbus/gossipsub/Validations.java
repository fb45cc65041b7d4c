package io.peerbus.gossipsub;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Messages whose signature is being checked elsewhere. They come back in any order and are let through in the order
 * they came from their peer, so that what one author says in a row stays in a row on each link.
 *
 * <p>Two messages with one id may wait here side by side, since one of them may be forged; the same bytes from
 * several peers are checked once. Bounded by peer and in total. Not thread safe, part of {@link Gossipsub}.
 */
final class Validations {

  /** One message that waits. */
  static final class Pending {
    final PeerState source;
    final MessageId id;
    final Message message;
    /** Who sent the same bytes meanwhile: needs no copy from us. */
    final Set<PeerState> alsoFrom = new LinkedHashSet<>(0);
    private boolean done;
    private boolean valid;

    private Pending(PeerState source, MessageId id, Message message) {
      this.source = source;
      this.id = id;
      this.message = message;
    }

    boolean isValid() {
      return valid;
    }
  }

  /** A peer with fewer than this is always read on: others cannot shut it out by filling the total. */
  private static final int SHARE = 16;

  private final int most;
  private final int mostPerPeer;
  private final Map<Long, Pending> pending = new LinkedHashMap<>();
  private final Map<MessageId, List<Pending>> byId = new HashMap<>();
  private long lastNumber;

  Validations(GossipsubLimits limits) {
    this.most = limits.getMaxPending();
    this.mostPerPeer = limits.getMaxPendingPerPeer();
  }

  boolean contains(MessageId id) {
    return byId.containsKey(id);
  }

  /** Whether the same bytes are being checked already; if so, notes that this peer has them too. */
  boolean join(PeerState source, MessageId id, Message message) {
    for (Pending each : byId.getOrDefault(id, List.of())) {
      if (each.message.hasSameBytes(message)) {
        each.alsoFrom.add(source);
        return true;
      }
    }
    return false;
  }

  /** Whether the peer may send more before some of its messages are done. */
  boolean takesMore(PeerState peer) {
    int own = peer.pending.size();
    return own < mostPerPeer && (pending.size() < most || own < Math.min(SHARE, mostPerPeer));
  }

  /**
   * Takes a message in and answers its number, or -1 when the peer goes too far beyond what it may have: it is not
   * read on above its limit, so this is one RPC of more messages than an honest peer puts into one.
   */
  long begin(PeerState source, MessageId id, Message message) {
    if (source.pending.size() >= 8L * mostPerPeer || pending.size() >= 4L * most) {
      return -1;
    }
    Pending begun = new Pending(source, id, message);
    pending.put(++lastNumber, begun);
    byId.computeIfAbsent(id, i -> new ArrayList<>(1)).add(begun);
    source.pending.add(begun);
    return lastNumber;
  }

  /** The check is done; answers what can be let through now, in order. */
  List<Pending> finish(long number, boolean valid) {
    Pending finished = pending.remove(number);
    if (finished == null) {
      return List.of();
    }
    finished.done = true;
    finished.valid = valid;
    List<Pending> released = new ArrayList<>();
    for (Pending head = finished.source.pending.peek(); head != null && head.done;
        head = finished.source.pending.peek()) {
      released.add(finished.source.pending.poll());
      forgetId(head);
    }
    return released;
  }

  private void forgetId(Pending gone) {
    List<Pending> same = byId.get(gone.id);
    same.remove(gone);
    if (same.isEmpty()) {
      byId.remove(gone.id);
    }
  }

  /** All that is not let through yet, of each peer in the order it came. */
  List<Pending> all() {
    Set<PeerState> sources = new LinkedHashSet<>();
    pending.values().forEach(each -> sources.add(each.source)); // the first of a peer is never done
    return sources.stream().flatMap(source -> source.pending.stream()).toList();
  }

  int size() {
    return pending.size();
  }
}
