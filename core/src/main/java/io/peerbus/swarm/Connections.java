package io.peerbus.swarm;

import io.peerbus.multiformats.PeerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/**
 * The table of connections, by id and by peer. A connection is open from its upgrade until it closes or we close it;
 * one that we close stays in the table, for counting, until the transport says it is gone.
 *
 * <p>When two peers dial each other at once, each ends up with a connection it made and one it accepted. Both keep the
 * one that the peer with the smaller id dialled, which both can tell. That peer closes the other one after a grace;
 * the other peer does so only after four times that, because the first may not be through with its dial yet. Until
 * then neither takes anything back, so there is never a moment without a connection.
 *
 * <p>A worn connection, on which few streams can be opened, serves until there is another one, and is not what a
 * request for a connection is answered with.
 *
 * <p>Not thread safe, owned by its swarm. No operation depends on the number of other peers.
 */
final class Connections {

  /** What became of a connection: {@code last} when the peer has no open one left because of it. */
  record Gone(ConnectionInfo connection, boolean last) {}

  private static final class Entry {
    private final ConnectionInfo info;
    private final long openedAt;
    private boolean open;
    private boolean worn;
    /** Set for the one too many of a simultaneous dial. */
    private Entry keptInstead;

    private Entry(ConnectionInfo info, long openedAt) {
      this.info = info;
      this.openedAt = openedAt;
    }

    private boolean isDoomed() {
      return keptInstead != null && keptInstead.open;
    }
  }

  /** How much longer the peer with the greater id waits before it closes the connection too many. */
  private static final int PATIENCE = 4;

  private final PeerId self;
  private final SwarmOptions options;
  private final Agenda agenda;
  private final Queue<Swarm.Action> out;
  private final Map<Long, Entry> byId = new LinkedHashMap<>();
  /** Open ones only, the eldest first; no empty lists. */
  private final Map<PeerId, List<Entry>> byPeer = new HashMap<>();

  Connections(PeerId self, SwarmOptions options, Agenda agenda, Queue<Swarm.Action> out) {
    this.self = self;
    this.options = options;
    this.agenda = agenda;
    this.out = out;
  }

  /** A new connection that is welcome. Answers whether it is the peer's first open one. */
  boolean onOpened(long now, ConnectionInfo info) {
    Entry entry = enter(now, info);
    entry.open = true;
    List<Entry> open = byPeer.computeIfAbsent(info.peer(), peer -> new ArrayList<>(1));
    for (Entry other : open) {
      boolean atOnce = now - other.openedAt <= options.getDialTimeout().toNanos();
      if (other.info.inbound() != info.inbound() && atOnce && !other.worn) {
        choose(now, entry, other);
      }
    }
    open.add(entry);
    if (open.size() > options.getMaxConnectionsPerPeer()) {
      // A peer that dials several of our addresses at once takes the others back itself. Whichever we closed now
      // might be the one it keeps.
      agenda.at(now + PATIENCE * options.getDuplicateGrace().toNanos(),
          at -> closeExcess(info.peer(), options.getMaxConnectionsPerPeer()));
      closeExcess(info.peer(), options.getMaxConnectionsPerPeer() + options.getMaxDialsPerPeer());
    }
    return open.size() == 1;
  }

  /** A new connection that is not welcome: closed at once, but counted until it is gone. */
  void refuse(long now, ConnectionInfo info, String reason) {
    enter(now, info);
    out.add(new Swarm.Action.Close(info.id(), reason));
  }

  /** The transport says a connection is gone; {@code null} when it never was here. */
  Gone onClosed(long id) {
    Entry entry = byId.remove(id);
    return entry == null ? null : new Gone(entry.info, leave(entry));
  }

  /** Closes every open connection of a peer; answers whether there was one. */
  boolean closeAll(PeerId peer, String reason) {
    List<Entry> open = byPeer.get(peer);
    if (open == null) {
      return false;
    }
    for (Entry entry : List.copyOf(open)) {
      close(entry, reason);
    }
    return true;
  }

  /** Few streams can be opened on it from now on; answers {@code null} when it is not open. */
  ConnectionInfo onWorn(long id) {
    Entry entry = byId.get(id);
    if (entry == null || !entry.open) {
      return null;
    }
    entry.worn = true;
    return entry.info;
  }

  /** Closes one; answers whether the peer has no open one left because of it. */
  boolean close(long id, String reason) {
    Entry entry = byId.get(id);
    if (entry == null || !entry.open) {
      return false;
    }
    boolean last = leave(entry);
    out.add(new Swarm.Action.Close(id, reason));
    return last;
  }

  /** As {@link #preferred}, but none that is worn. */
  ConnectionInfo lasting(PeerId peer) {
    ConnectionInfo preferred = preferred(peer);
    return preferred == null || byId.get(preferred.id()).worn ? null : preferred;
  }

  /** The connection to use for a peer: the newest, as that is proven alive, that is not about to go; or null. */
  ConnectionInfo preferred(PeerId peer) {
    List<Entry> open = byPeer.get(peer);
    if (open == null) {
      return null;
    }
    for (int i = open.size() - 1; i >= 0; i--) {
      if (!open.get(i).isDoomed() && !open.get(i).worn) {
        return open.get(i).info;
      }
    }
    return open.get(open.size() - 1).info;
  }

  /** The open ones of a peer, the eldest first. */
  List<ConnectionInfo> open(PeerId peer) {
    return byPeer.getOrDefault(peer, List.of()).stream().map(entry -> entry.info).toList();
  }

  /** When one that is not gone was opened. */
  long openedAt(long id) {
    return byId.get(id).openedAt;
  }

  /** The open ones, the eldest first. */
  List<ConnectionInfo> open() {
    List<ConnectionInfo> open = new ArrayList<>(byId.size());
    for (Entry entry : byId.values()) {
      if (entry.open) {
        open.add(entry.info);
      }
    }
    return open;
  }

  /** The peers with an open connection, in no particular order that matters. */
  List<PeerId> peers() {
    return new ArrayList<>(byPeer.keySet());
  }

  /** All that are not gone, also those being closed. */
  int size() {
    return byId.size();
  }

  private Entry enter(long now, ConnectionInfo info) {
    Entry entry = new Entry(info, now);
    if (byId.putIfAbsent(info.id(), entry) != null) {
      throw new IllegalStateException("connection " + info.id() + " is already known");
    }
    return entry;
  }

  private void choose(long now, Entry one, Entry other) {
    boolean ownWins = self.compareTo(one.info.peer()) < 0;
    Entry kept = one.info.inbound() == ownWins ? other : one;
    Entry spare = kept == one ? other : one;
    if (!spare.isDoomed()) {
      spare.keptInstead = kept;
      long grace = options.getDuplicateGrace().toNanos();
      agenda.at(now + (ownWins ? grace : PATIENCE * grace), at -> closeSpare(spare));
    }
  }

  /** Closes what a peer has beyond its limit: one that would go anyway, else the eldest, as the newest is alive. */
  private void closeExcess(PeerId peer, int limit) {
    List<Entry> open = byPeer.getOrDefault(peer, List.of());
    while (open.size() > limit) {
      Entry victim = open.get(0);
      for (int i = open.size() - 1; i > 0; i--) {
        victim = open.get(i).isDoomed() ? open.get(i) : victim;
      }
      String reason = "maxConnectionsPerPeer: " + open.size() + " connections with one peer";
      if (!victim.isDoomed()) {
        out.add(new Swarm.Action.Refused(reason));
      }
      close(victim, reason);
    }
  }

  private void closeSpare(Entry spare) {
    if (spare.open && spare.isDoomed()) {
      close(spare, "both sides dialled at once; the connection that the smaller peer id dialled is kept");
    }
  }

  private void close(Entry entry, String reason) {
    leave(entry);
    out.add(new Swarm.Action.Close(entry.info.id(), reason));
  }

  /** Takes it from the open ones; answers whether it was open and the peer has none left. */
  private boolean leave(Entry entry) {
    if (!entry.open) {
      return false;
    }
    entry.open = false;
    List<Entry> open = byPeer.get(entry.info.peer());
    open.remove(entry);
    if (open.isEmpty()) {
      byPeer.remove(entry.info.peer());
      return true;
    }
    return false;
  }
}
