package io.peerbus.gossipsub;

import io.peerbus.gossipsub.PeerState.Link;
import io.peerbus.machine.Machine;
import io.peerbus.multiformats.PeerId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

/**
 * The peers there are, and when we open our one stream to each: as soon as identify says that it speaks one of our
 * protocols, or it opens a stream to us, or it has been connected for a while and nobody said anything. A stream that
 * ends is opened again after a pause that doubles; rust gives a peer up after five streams in a row.
 *
 * <p>A peer is known as long as it is connected or has a stream: the bus does not keep the order between the events
 * of connections and the frames of streams. The number of peers is bounded by core's limit of connections.
 *
 * <p>Not thread safe, part of {@link Gossipsub}.
 */
final class Links {

  private static final long SECOND = 1_000_000_000L;

  /** How long identify is waited for. */
  private static final long IDENTIFY_WAIT = 3 * SECOND;

  private static final long FIRST_PAUSE = SECOND;
  private static final long LONGEST_PAUSE = 60 * SECOND;

  /** A stream that lived so long was fine: the next pause is short again. */
  private static final long HEALTHY = 60 * SECOND;

  private final Set<String> protocols;
  private final GossipsubLimits limits;
  private final Queue<Action> actions;
  private final Queue<PeerId> announcements;
  private final Map<PeerId, PeerState> peers = new LinkedHashMap<>();
  private long due = Machine.NEVER;

  Links(Set<String> protocols, GossipsubLimits limits, Queue<Action> actions, Queue<PeerId> announcements) {
    this.protocols = protocols;
    this.limits = limits;
    this.actions = actions;
    this.announcements = announcements;
  }

  /** The peer, or {@code null} when it is not known. */
  PeerState get(PeerId id) {
    return peers.get(id);
  }

  Collection<PeerState> all() {
    return peers.values();
  }

  private PeerState known(PeerId id) {
    return peers.computeIfAbsent(id, i -> new PeerState(i, limits, announcements));
  }

  PeerState onConnected(long now, PeerId id, boolean dialled) {
    PeerState peer = known(id);
    peer.connected = true;
    peer.dialled = dialled;
    if (peer.link == Link.NONE) {
      wait(peer, now + IDENTIFY_WAIT);
    }
    return peer;
  }

  /** Answers {@code null} for a peer that is not known, which must have left meanwhile. */
  PeerState onIdentified(PeerId id, List<String> served, String agent) {
    PeerState peer = peers.get(id);
    if (peer == null) {
      return null;
    }
    peer.agent = agent;
    if (served.stream().anyMatch(protocols::contains)) {
      if (peer.link != Link.WAITING || peer.failures == 0) {
        open(peer);
      }
    } else if (!served.isEmpty() && peer.link == Link.WAITING) {
      peer.link = Link.UNSUPPORTED;
    }
    return peer;
  }

  PeerState onInbound(PeerId id, String protocol) {
    PeerState peer = known(id);
    peer.inbound = true;
    if (!peer.isReachable()) {
      peer.kind = PeerKind.of(protocol);
      open(peer);
    }
    return peer;
  }

  void onInboundEnded(PeerState peer) {
    peer.inbound = false;
  }

  void onOpened(long now, PeerState peer, String protocol) {
    peer.link = Link.OPEN;
    peer.openedAt = now;
    peer.kind = PeerKind.of(protocol);
  }

  void onOpenFailed(long now, PeerState peer, boolean unsupported) {
    if (unsupported) {
      peer.link = Link.UNSUPPORTED;
    } else {
      retry(now, peer);
    }
  }

  void onEnded(long now, PeerState peer) {
    if (now - peer.openedAt >= HEALTHY) {
      peer.failures = 0;
    }
    retry(now, peer);
  }

  void onDisconnected(PeerState peer) {
    peer.connected = false;
    if (peer.link == Link.WAITING && !peer.inbound) {
      peer.link = Link.NONE;
    }
  }

  /** Forgets the peer when nothing is left of it; answers whether it did. */
  boolean forget(PeerState peer) {
    if (peer.connected || peer.inbound || peer.isReachable()) {
      return false;
    }
    return peers.remove(peer.id, peer);
  }

  /** A peer of an earlier machine, to be filled in and then to be gone on with by {@link #resume}. */
  PeerState restore(PeerId id) {
    return known(id);
  }

  /** One that left while messages of it were being checked. */
  PeerState detached(PeerId id) {
    return new PeerState(id, limits, announcements);
  }

  /** Goes on where an earlier machine stood with the peer. */
  void resume(PeerState peer) {
    if (peer.link == Link.WAITING) {
      wait(peer, peer.due);
    } else if (peer.link == Link.OPENING) {
      actions.add(new Action.Open(peer.id));
    }
  }

  /** When {@link #onDue} is to be called. */
  long due() {
    return due;
  }

  /** Opens the streams whose time has come. */
  void onDue(long now) {
    due = Machine.NEVER;
    for (PeerState peer : new ArrayList<>(peers.values())) {
      if (peer.link == Link.WAITING) {
        if (peer.due <= now) {
          open(peer);
        } else {
          due = Math.min(due, peer.due);
        }
      }
    }
  }

  private void open(PeerState peer) {
    if (!peer.isReachable()) {
      peer.link = Link.OPENING;
      actions.add(new Action.Open(peer.id));
    }
  }

  private void retry(long now, PeerState peer) {
    if (peer.connected || peer.inbound) {
      long pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE << Math.min(peer.failures, 10));
      peer.failures++;
      wait(peer, now + pause);
    } else {
      peer.link = Link.NONE;
    }
  }

  private void wait(PeerState peer, long until) {
    peer.link = Link.WAITING;
    peer.due = until;
    due = Math.min(due, until);
  }
}
