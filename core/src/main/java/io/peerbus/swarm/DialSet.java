package io.peerbus.swarm;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

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
    private final DialAddress.Rank rank;
    private Attempt attempt;
    private String failure;

    private Candidate(Multiaddr address) {
      this.address = address;
      this.rank = DialAddress.rank(address);
    }

    DialAddress.Rank rank() {
      return rank;
    }
  }

  /** One dial that the transport is carrying out. */
  record Attempt(long id, DialSet set, Candidate candidate, long startedAt, Agenda.Timer end) {}

  /** Longer reasons are cut: one is told for each address. */
  private static final int MAX_REASON = 200;

  final Target target;
  private final Map<Multiaddr, Candidate> candidates = new LinkedHashMap<>();
  private final List<Candidate> waiting = new ArrayList<>();
  private final LinkedHashSet<Request> requests = new LinkedHashSet<>();
  private final Map<Long, Attempt> attempts = new LinkedHashMap<>();
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

  boolean hasWaiting() {
    return !waiting.isEmpty();
  }

  boolean knows(Multiaddr address) {
    return candidates.containsKey(address);
  }

  int size() {
    return candidates.size();
  }

  /** An address to try, behind those that were added before. */
  void add(Multiaddr address) {
    Candidate candidate = new Candidate(address);
    candidates.put(address, candidate);
    waiting.add(candidate);
  }

  /** An address that cannot be tried at all. */
  void addRefused(Multiaddr address, String reason) {
    Candidate candidate = new Candidate(address);
    candidate.failure = reason;
    candidates.put(address, candidate);
  }

  /** An address there was no room for. */
  void addLeftOut() {
    left++;
  }

  Candidate takeWaiting() {
    return waiting.remove(0);
  }

  /** Has those that wait tried in this order. */
  void sortWaiting(Comparator<Multiaddr> order) {
    waiting.sort(Comparator.comparing(candidate -> candidate.address, order));
  }

  /** Those not tried are no longer known, so that somebody who joins later may bring them again. */
  void dropWaiting() {
    waiting.forEach(candidate -> candidates.remove(candidate.address));
    waiting.clear();
  }

  void started(Attempt attempt) {
    attempt.candidate.attempt = attempt;
    attempts.put(attempt.id, attempt);
  }

  /** The attempt is over; {@code reason} is why it failed, or {@code null} when it did not. */
  void ended(Attempt attempt, String reason) {
    attempt.candidate.attempt = null;
    attempt.candidate.failure = reason == null || reason.length() <= MAX_REASON ? reason
        : reason.substring(0, MAX_REASON) + "...";
    attempts.remove(attempt.id);
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
