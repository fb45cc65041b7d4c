package io.peerbus.swarm;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.UnaryOperator;

/**
 * The attempts at one target, shared by all requests for it: its addresses, how far each has come, and who waits.
 *
 * <p>Not thread safe, owned by its dialer, which decides; this class keeps the books and tells them as text.
 */
final class DialSet {

  /**
   * Whom the dials are for: a peer, or, where nobody in particular is expected, the addresses.
   *
   * @param peer {@code null} when unknown
   * @param addresses empty when the peer is known
   */
  record Target(PeerId peer, List<Multiaddr> addresses) {
    static Target of(PeerId peerOrNull, List<Multiaddr> addresses) {
      return new Target(peerOrNull, peerOrNull == null ? List.copyOf(addresses) : List.of());
    }
  }

  /** One address; not tried when both fields are {@code null}, tried in vain when {@code failure} is set. */
  static final class Candidate {
    final Multiaddr address;
    /** Who must answer there, or {@code null} when anybody may. */
    final PeerId expected;
    private final DialAddress.Rank rank;
    private final boolean name;
    /** What a name may stand for at the nearest. */
    private DialAddress.Rank nearest;
    private Attempt attempt;
    private String failure;

    private Candidate(Multiaddr address, PeerId expected) {
      this.address = address;
      this.expected = expected;
      this.rank = DialAddress.rank(address);
      this.name = DialAddress.isName(address);
      this.nearest = rank.isNear() ? rank : DialAddress.Rank.PUBLIC; // "localhost" says itself where it leads
    }

    DialAddress.Rank rank() {
      return rank;
    }

    /** Whether what it stands for is nearer than it may be: in this machine, or its network. */
    boolean isTooNear(Multiaddr found) {
      return DialAddress.rank(found).compareTo(nearest) < 0;
    }

    /** Whether it is looked up rather than dialled. */
    boolean isName() {
      return name;
    }
  }

  /** One dial, or one lookup of a name, that the transport is carrying out. */
  record Attempt(long id, DialSet set, Candidate candidate, long startedAt, Agenda.Timer end) {}

  /** Longer reasons are cut: one is told for each address. */
  private static final int MAX_REASON = 200;

  final Target target;
  private final Map<Multiaddr, Candidate> candidates = new LinkedHashMap<>();
  private final List<Candidate> waiting = new ArrayList<>();
  /** To be looked up: what comes of it waits with the others then. */
  private final List<Candidate> names = new ArrayList<>();
  private final LinkedHashSet<Request> requests = new LinkedHashSet<>();
  private final Map<Long, Attempt> attempts = new LinkedHashMap<>();
  private int named;
  private int lookups;
  private int near;
  private int left;
  /** When the next address may be tried beside those under way. */
  long nextStart;
  /** Wakes the dialer for that. */
  Agenda.Timer timer;

  DialSet(Target target) {
    this.target = target;
  }

  Collection<Request> requests() {
    return requests;
  }

  Collection<Attempt> attempts() {
    return attempts.values();
  }

  /** Attempts under way that are dials. */
  int dials() {
    return attempts.size() - lookups;
  }

  /** Names that were added, also those that are through. */
  int named() {
    return named;
  }

  boolean hasWaiting() {
    return !waiting.isEmpty();
  }

  boolean hasNames() {
    return !names.isEmpty();
  }

  boolean knows(Multiaddr address) {
    return candidates.containsKey(address);
  }

  int size() {
    return candidates.size();
  }

  /** An address to try, or a name to look up, behind those that were added before. */
  void add(Multiaddr address, PeerId expectedOrNull) {
    Candidate candidate = new Candidate(address, expectedOrNull);
    candidates.put(address, candidate);
    (candidate.name ? names : waiting).add(candidate);
    named += candidate.name ? 1 : 0;
  }

  /** A name that is known may lead as near as that, whatever was said before. */
  void widen(Multiaddr name, DialAddress.Rank nearest) {
    Candidate candidate = candidates.get(name);
    if (nearest.compareTo(candidate.nearest) < 0) {
      candidate.nearest = nearest;
    }
  }

  /** An address that cannot be tried at all. */
  void addRefused(Multiaddr address, String reason) {
    Candidate candidate = new Candidate(address, target.peer);
    candidate.failure = reason;
    candidates.put(address, candidate);
  }

  /** An address there was no room for. */
  void addLeftOut() {
    left++;
  }

  Candidate takeName() {
    return names.remove(0);
  }

  /**
   * The next address to try. With {@code mostNear} near ones under way the first far one goes before the next near one:
   * private ranges are full of addresses that answer nothing from here, and must not take every place.
   */
  Candidate takeWaiting(int mostNear) {
    if (near >= mostNear) {
      for (Candidate candidate : waiting) {
        if (!candidate.rank.isNear()) {
          waiting.remove(candidate);
          return candidate;
        }
      }
    }
    return waiting.remove(0);
  }

  /** Whether all that wait are relays. */
  boolean isLastResort() {
    return hasWaiting() && waiting.get(0).rank == DialAddress.Rank.RELAY;
  }

  /** Has those that wait tried in the order that {@code order} gives their addresses. */
  void sortWaiting(UnaryOperator<List<Multiaddr>> order) {
    List<Multiaddr> sorted = order.apply(waiting.stream().map(candidate -> candidate.address).toList());
    waiting.clear();
    sorted.forEach(address -> waiting.add(candidates.get(address)));
  }

  /** Those not tried are no longer known, so that somebody who joins later may bring them again. */
  void dropWaiting() {
    waiting.forEach(candidate -> candidates.remove(candidate.address));
    waiting.clear();
    names.forEach(candidate -> candidates.remove(candidate.address));
    named -= names.size();
    names.clear();
  }

  void started(Attempt attempt) {
    attempt.candidate.attempt = attempt;
    attempts.put(attempt.id, attempt);
    count(attempt.candidate, 1);
  }

  private void count(Candidate candidate, int change) {
    lookups += candidate.name ? change : 0;
    near += !candidate.name && candidate.rank.isNear() ? change : 0;
  }

  /** The attempt is over; {@code reason} is why it failed, or {@code null} when it did not. */
  void ended(Attempt attempt, String reason) {
    attempt.candidate.attempt = null;
    attempt.candidate.failure = reason == null || reason.length() <= MAX_REASON ? reason
        : reason.substring(0, MAX_REASON) + "...";
    if (attempts.remove(attempt.id) != null) {
      count(attempt.candidate, -1);
    }
  }

  /** Every address and what came of it so far. */
  String report(long now) {
    StringJoiner text = new StringJoiner("; ", headline(), "");
    for (Candidate candidate : candidates.values()) {
      text.add(candidate.address + ": " + outcome(now, candidate));
    }
    if (left > 0) {
      text.add(left + " more addresses were left out (maxAddressesPerDial)");
    }
    return text.toString();
  }

  private String headline() {
    return target.peer == null ? "cannot connect: " : "cannot reach " + target.peer + ": ";
  }

  private static String outcome(long now, Candidate candidate) {
    if (candidate.failure != null) {
      return candidate.failure;
    }
    return candidate.attempt == null ? "not tried yet"
        : "no answer after " + seconds(now - candidate.attempt.startedAt);
  }

  /** A duration as people say it: whole seconds where it is, else with a decimal. */
  static String seconds(long nanos) {
    long tenths = Duration.ofNanos(nanos).toMillis() / 100;
    return tenths % 10 == 0 ? tenths / 10 + " s" : tenths / 10 + "." + tenths % 10 + " s";
  }
}
