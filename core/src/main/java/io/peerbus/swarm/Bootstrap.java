package io.peerbus.swarm;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The peers our own configuration names, through which a node finds its way into a network. Each is dialled, at
 * growing intervals, until it was connected once; when none of them is connected any more, all are dialled again.
 *
 * <p>Not thread safe, owned by its swarm. Its work grows with the configured list only.
 */
final class Bootstrap {

  /** How the swarm is asked to connect. */
  interface Dialling {
    void connect(long now, Request request, PeerId peerOrNull, List<Multiaddr> addresses);
  }

  /** A named peer with its addresses, or one address at which anybody may answer. */
  private final class Entry implements Request.Answer {
    private final PeerId named;
    private final List<Multiaddr> addresses = new ArrayList<>();
    /** Who answered last; the named peer, if any. */
    private PeerId peer;
    private boolean wanted = true;
    private int failures;
    private long connectedAt;
    private boolean dialling;
    private Agenda.Timer timer;

    private Entry(PeerId named) {
      this.named = named;
      this.peer = named;
    }

    private void dial(long now) {
      timer = null;
      dialling = true;
      dialler.connect(now, new Request(this, true, true), named, List.copyOf(addresses));
    }

    private void dialLater(long now) {
      long delay = Backoff.delay(failures, base, max, random);
      agenda.cancel(timer);
      timer = agenda.at(now + delay, this::dial);
    }

    private void satisfied(long now) {
      wanted = false;
      connectedAt = now;
      agenda.cancel(timer);
      timer = null;
    }

    private void lost(long now) {
      if (!wanted) {
        wanted = true;
        // One that accepts and hangs up at once must not bring us back every second.
        failures = now - connectedAt > max ? 1 : failures + 1;
      }
      if (!dialling && timer == null) {
        failures = Math.max(failures, 1);
        dialLater(now);
      }
    }

    @Override
    public void done(long now, ConnectionInfo connection) {
      dialling = false;
      peer = connection.peer();
      up.add(peer);
      satisfied(now);
    }

    @Override
    public void failed(long now, FailureKind kind, String message) {
      dialling = false;
      if (closed || !wanted) {
        return;
      }
      if (kind == FailureKind.BAD_REQUEST) {
        out.add(new Swarm.Action.BootstrapFailed(message, -1)); // it never will be better
        entries.remove(key());
        return;
      }
      failures++;
      dialLater(now);
      out.add(new Swarm.Action.BootstrapFailed(message, timer.at() - now));
    }

    private Object key() {
      return named == null ? addresses.get(0) : named;
    }
  }

  private final Agenda agenda;
  private final RandomGenerator random;
  private final Dialling dialler;
  private final Queue<Swarm.Action> out;
  private final long base;
  private final long max;
  /** By the peer, or by the address of one that is not named. */
  private final Map<Object, Entry> entries = new LinkedHashMap<>();
  /** Bootstrap peers with a connection. */
  private final Set<PeerId> up = new HashSet<>();
  private boolean closed;

  Bootstrap(SwarmOptions options, Agenda agenda, RandomGenerator random, Dialling dialler, Queue<Swarm.Action> out) {
    this.agenda = agenda;
    this.random = random;
    this.dialler = dialler;
    this.out = out;
    this.base = options.getBackoff().toNanos();
    this.max = options.getMaxBootstrapBackoff().toNanos();
  }

  /** Adds an address to keep trying. The peer, where it is named, is dialled by all of its addresses together. */
  void add(PeerId peerOrNull, Multiaddr address) {
    Entry entry = entries.computeIfAbsent(peerOrNull == null ? address : peerOrNull, key -> new Entry(peerOrNull));
    if (!entry.addresses.contains(address)) {
      entry.addresses.add(address);
    }
  }

  /** Dials those that are wanted and neither being dialled nor waiting for their turn. */
  void start(long now) {
    for (Entry entry : List.copyOf(entries.values())) {
      if (entry.wanted && !entry.dialling && entry.timer == null) {
        entry.dial(now);
      }
    }
  }

  /** Whether it is one of them, and connected. */
  boolean isUp(PeerId peer) {
    return up.contains(peer);
  }

  void onUp(long now, PeerId peer) {
    for (Entry entry : entries.values()) {
      if (peer.equals(entry.peer)) {
        up.add(peer);
        entry.satisfied(now);
      }
    }
  }

  void onDown(long now, PeerId peer) {
    if (up.remove(peer) && up.isEmpty() && !closed) {
      entries.values().forEach(entry -> entry.lost(now));
    }
  }

  void close() {
    closed = true;
    entries.values().forEach(entry -> agenda.cancel(entry.timer));
    entries.clear();
  }
}
