package io.peerbus.swarm;

import io.peerbus.multiformats.PeerId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.LongToIntFunction;
import java.util.function.Predicate;

/**
 * Sees to it that there are not too many connections: above the high water mark it closes those that are worth least,
 * down to the low one. Peers that are protected, in their grace or ours to begin with ({@link Bootstrap}) are spared.
 *
 * <p>Of peers that are worth the same, first go those without streams, then those with fewer; those that came to us
 * before those that we went to; and the youngest before the eldest, so that nobody can flush out by coming in crowds
 * who was here before.
 *
 * <p>Not thread safe, owned by its swarm. A round costs O(n log n) and comes at most once in a silence; in between a
 * connection costs O(1). As go-libp2p's connection manager, which leaves ties to chance.
 */
public final class Keeper {

  /** How a peer's connections are closed. */
  interface Closing {
    void close(long now, PeerId peer, String reason);
  }

  /** A peer that may have to go. */
  private static final class Candidate {
    private final ConnectionInfo first;
    private final int order;
    private int connections;
    private int streams;
    private boolean outbound;

    private Candidate(ConnectionInfo first, int order) {
      this.first = first;
      this.order = order;
    }
  }

  private final Agenda agenda;
  private final Connections connections;
  private final Predicate<PeerId> spared;
  private final Closing closing;
  private final Queue<Swarm.Action> out;
  private final Worth worth = new Worth();
  private Watermarks marks;
  private LongToIntFunction streams = connection -> 0;
  private Agenda.Timer timer;
  private long earliest = Long.MIN_VALUE;

  /** {@code spared} are never closed. */
  Keeper(Agenda agenda, Connections connections, Predicate<PeerId> spared, Closing closing,
      Queue<Swarm.Action> out) {
    this.agenda = agenda;
    this.connections = connections;
    this.spared = spared;
    this.closing = closing;
    this.out = out;
  }

  /** What peers are worth. */
  public Worth worth() {
    return worth;
  }

  /** How many streams a connection has; asked in a round for each. */
  public void setStreams(LongToIntFunction streams) {
    this.streams = streams;
  }

  /** From now on; {@code maxInbound} is how many inbound connections are let in. */
  public void setMarks(long now, Watermarks marks, int maxInbound) {
    this.marks = marks.resolved(maxInbound);
    onOpened(now);
  }

  /** There is one connection more. */
  void onOpened(long now) {
    if (timer == null && connections.size() > marks.high()) {
      timer = agenda.at(Math.max(now, earliest), this::trim);
    }
  }

  private void trim(long now) {
    timer = null;
    List<ConnectionInfo> open = connections.open();
    if (open.size() <= marks.high()) {
      return;
    }
    earliest = now + marks.silence().toNanos();
    int left = open.size();
    for (Candidate candidate : candidates(now, open)) {
      if (left <= marks.low()) {
        break;
      }
      left -= candidate.connections;
      closing.close(now, candidate.first.peer(),
          "highWater: " + open.size() + " connections, those of least worth are closed");
    }
    if (left < open.size()) {
      out.add(new Swarm.Action.Trimmed(open.size() - left, open.size()));
    }
    if (left > marks.high()) {
      timer = agenda.at(earliest, this::trim); // their grace ends, and nobody may come until then
    }
  }

  /** Who may have to go, the first to go first. */
  private List<Candidate> candidates(long now, List<ConnectionInfo> open) {
    Map<PeerId, Candidate> all = new LinkedHashMap<>();
    for (ConnectionInfo connection : open) {
      Candidate candidate =
          all.computeIfAbsent(connection.peer(), peer -> new Candidate(connection, all.size()));
      candidate.connections++;
      candidate.streams += streams.applyAsInt(connection.id());
      candidate.outbound |= !connection.inbound();
    }
    List<Candidate> candidates = new ArrayList<>();
    for (Candidate candidate : all.values()) {
      PeerId peer = candidate.first.peer();
      boolean young = now - connections.openedAt(candidate.first.id()) < marks.grace().toNanos();
      if (!young && !worth.isProtected(peer) && !spared.test(peer)) {
        candidates.add(candidate);
      }
    }
    candidates.sort(Comparator
        .<Candidate>comparingLong(candidate -> worth.value(candidate.first.peer()))
        .thenComparingInt(candidate -> candidate.streams)
        .thenComparing(candidate -> candidate.outbound)
        .thenComparingInt(candidate -> -candidate.order));
    return candidates;
  }
}
