package io.peerbus.swarm;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.peerbus.swarm.DialSet.Attempt;
import io.peerbus.swarm.DialSet.Candidate;
import io.peerbus.swarm.DialSet.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.UnaryOperator;

/**
 * Carries connect requests out: one {@link DialSet} for each target, its names looked up at once, its addresses ranked
 * and tried one after the other with a head start each, side by side where that is over before the answer is there.
 *
 * <p>Every attempt ends in exactly one of: connected, failed, timed out (by our clock, whatever the transport does),
 * cancelled. The last two ask the transport to stop and forget the attempt, so what it still says of it is known to
 * be late. Every request ends in exactly one answer, at its deadline if not before.
 *
 * <p>Not thread safe, owned by its swarm. No operation depends on the number of other targets.
 */
final class Dialer {

  private final SwarmOptions options;
  private final AddressBackoff backoff;
  private final BlackHole blackHole = new BlackHole();
  private final Agenda agenda;
  private final Queue<Swarm.Action> out;
  private final Map<Target, DialSet> sets = new HashMap<>();
  private final Map<Long, Attempt> attempts = new LinkedHashMap<>();
  /** Targets that could go on but for {@code maxConcurrentDials}; first come, first served. */
  private final LinkedHashSet<DialSet> queue = new LinkedHashSet<>();
  private long nextAttempt;

  Dialer(SwarmOptions options, AddressBackoff backoff, Agenda agenda, Queue<Swarm.Action> out) {
    this.options = options;
    this.backoff = backoff;
    this.agenda = agenda;
    this.out = out;
  }

  /**
   * Starts, or joins, the dials to a target.
   *
   * @param addresses without {@code /p2p}
   */
  void connect(long now, Request request, PeerId peerOrNull, List<Multiaddr> addresses) {
    Target target = Target.of(peerOrNull, addresses);
    DialSet set = sets.get(target);
    if (set == null) {
      set = new DialSet(target);
    }
    addCandidates(now, set, addresses, request.patient, peerOrNull);
    for (Multiaddr address : addresses) {
      if (set.knows(address)) {
        set.widen(address, request.nearest(address));
      }
    }
    if (set.size() == 0) {
      request.answer.failed(now, FailureKind.NOT_FOUND,
          peerOrNull == null ? "no address to connect to" : "no address of " + peerOrNull + " is known");
      return;
    }
    sets.put(target, set);
    set.requests().add(request);
    request.set = set;
    request.end = agenda.at(now + options.getConnectTimeout().toNanos(), at -> onTimeUp(at, request));
    goOn(now, set);
  }

  /** Ends a request, and with it the attempts that nobody else wants. */
  void cancel(long now, Request request, String reason) {
    withdraw(now, request, FailureKind.CANCELLED, reason);
  }

  /** Ends all requests for a peer, and its attempts. */
  void abandon(long now, PeerId peer, String reason) {
    DialSet set = sets.get(new Target(peer, List.of()));
    if (set != null) {
      stop(set);
      fail(now, set, FailureKind.CANCELLED, reason);
      startQueued(now);
    }
  }

  /** Ends everything. */
  void close(long now, String reason) {
    queue.clear();
    for (DialSet set : List.copyOf(sets.values())) {
      stop(set);
      fail(now, set, FailureKind.CANCELLED, reason);
    }
  }

  /** Takes out an attempt that the transport says is over; {@code null} when it was given up before. */
  Attempt take(long attempt) {
    Attempt taken = attempts.remove(attempt);
    if (taken != null) {
      agenda.cancel(taken.end());
    }
    return taken;
  }

  /**
   * A lookup, taken out before, has found these; they may end in {@code /p2p}. Addresses of somebody else than the one
   * that is wanted do not count.
   */
  void onResolved(long now, Attempt lookup, List<Multiaddr> found) {
    DialSet set = lookup.set();
    Map<PeerId, List<Multiaddr>> byPeer = new LinkedHashMap<>();
    for (Multiaddr address : found) {
      PeerId named = DialAddress.destination(address);
      PeerId wanted = lookup.candidate().expected;
      if (!DialAddress.isName(address) && (wanted == null || named == null || named.equals(wanted))) {
        byPeer.computeIfAbsent(wanted == null ? named : wanted, peer -> new ArrayList<>())
            .add(address.withoutPeerId());
      }
    }
    if (byPeer.isEmpty()) {
      onFailed(now, lookup, "no address that can be dialled was found");
      return;
    }
    set.ended(lookup, "stands for what follows");
    backoff.onConnected(set.target.peer(), lookup.candidate().address);
    if (!set.requests().isEmpty()) {
      byPeer.forEach((peer, addresses) -> addCandidates(now, set, addresses, false, peer));
    }
    goOn(now, set);
    startQueued(now);
  }

  /** An attempt taken out before has failed. */
  void onFailed(long now, Attempt attempt, String reason) {
    DialSet set = attempt.set();
    set.ended(attempt, reason);
    backoff.onFailed(now, set.target.peer(), attempt.candidate().address);
    if (!attempt.candidate().isName()) {
      set.nextStart = now; // the head start was for this one
    }
    goOn(now, set);
    startQueued(now);
  }

  /**
   * There is a connection that is kept. Whoever asked for its peer is answered, and nothing new is tried.
   *
   * @param attemptOrNull the attempt taken out before that led to it: all others for its target, or peer, have lost.
   *     With {@code null} the peer made the connection; what is under way goes on, as the peer may count on it
   * @param peer who is connected
   * @param connection the one to answer with
   */
  void onConnected(long now, Attempt attemptOrNull, PeerId peer, ConnectionInfo connection) {
    if (attemptOrNull != null) {
      DialSet set = attemptOrNull.set();
      set.ended(attemptOrNull, null);
      backoff.onConnected(set.target.peer(), attemptOrNull.candidate().address);
      blackHole.onAnswered(attemptOrNull.candidate().address);
      if (!DialOrder.isIp6(attemptOrNull.candidate().address)) {
        blame(now, set);
      }
      stop(set);
      succeed(now, set, connection);
    }
    DialSet set = sets.get(new Target(peer, List.of()));
    if (set != null) {
      if (attemptOrNull == null && !set.attempts().isEmpty()) {
        set.dropWaiting();
        rest(set);
      } else {
        stop(set);
      }
      succeed(now, set, connection);
    }
    startQueued(now); // last, or a dial to the connected peer might be among them
  }

  int attempts() {
    return attempts.size();
  }

  int targets() {
    return sets.size();
  }

  /** IPv4 was quicker in spite of the head start: nothing may have come of IPv6. */
  private void blame(long now, DialSet set) {
    for (Attempt loser : set.attempts()) {
      if (now - loser.startedAt() >= options.getPublicStagger().toNanos()) {
        blackHole.onVanished(loser.candidate().address);
      }
    }
  }

  private void addCandidates(long now, DialSet set, List<Multiaddr> addresses, boolean patient, PeerId expectedOrNull) {
    List<Multiaddr> dialable = new ArrayList<>();
    Map<Multiaddr, String> refused = new LinkedHashMap<>();
    for (Multiaddr address : new LinkedHashSet<>(addresses)) {
      String refusal = DialAddress.refusal(address, options.isDialDns());
      if (refusal != null) {
        refused.put(address, refusal);
      } else if (!set.knows(address)) {
        dialable.add(address);
      }
    }
    PeerId peer = set.target.peer();
    boolean ip4First = blackHole.isIp4First();
    UnaryOperator<List<Multiaddr>> order =
        unsorted -> DialOrder.of(unsorted, address -> backoff.isBackedOff(now, peer, address), ip4First);
    List<Multiaddr> sorted = order.apply(patient ? rested(now, peer, dialable) : dialable);
    for (Multiaddr address : sorted) {
      if (hasRoom(set, address)) {
        set.add(address, expectedOrNull);
      }
    }
    refused.forEach((address, reason) -> {
      if (hasRoom(set, address)) {
        set.addRefused(address, reason);
      }
    });
    set.sortWaiting(order);
  }

  /** Whether the address is new and within the limits; one that is beyond them is counted. */
  private boolean hasRoom(DialSet set, Multiaddr address) {
    if (set.knows(address)) {
      return false;
    }
    boolean room = set.size() < options.getMaxAddressesPerDial()
        && (!DialAddress.isName(address) || set.named() < options.getMaxNamesPerDial());
    if (!room) {
      set.addLeftOut();
    }
    return room;
  }

  /** Those not in backoff; when all are, the one that is so for the shortest time. */
  private List<Multiaddr> rested(long now, PeerId peer, List<Multiaddr> addresses) {
    List<Multiaddr> rested = new ArrayList<>(addresses);
    rested.removeIf(address -> backoff.isBackedOff(now, peer, address));
    if (rested.isEmpty() && !addresses.isEmpty()) {
      rested.add(addresses.stream().min(Comparator.comparingLong(a -> backoff.until(now, peer, a))).orElseThrow());
    }
    return rested;
  }

  /** Starts what may start now, and sees to it that the rest starts in time or the failure is told. */
  private void goOn(long now, DialSet set) {
    while (set.hasNames() || set.hasWaiting() && mayStart(now, set)) {
      if (attempts.size() >= options.getMaxConcurrentDials()) {
        agenda.cancel(set.timer);
        queue.add(set); // keeps its place when it is in there already
        return;
      }
      if (set.hasNames()) {
        lookUp(now, set, set.takeName());
      } else {
        start(now, set, set.takeWaiting(Math.max(1, options.getMaxDialsPerPeer() - 1)));
      }
    }
    rest(set);
    if (!set.hasWaiting() && set.attempts().isEmpty()) {
      sets.remove(set.target, set);
      fail(now, set, FailureKind.DIAL_FAILED, set.report(now));
    } else if (set.hasWaiting() && set.dials() < options.getMaxDialsPerPeer()) {
      set.timer = agenda.at(set.nextStart, at -> goOn(at, set));
    }
  }

  private boolean mayStart(long now, DialSet set) {
    int underWay = set.dials();
    return underWay == 0 || now >= set.nextStart && underWay < options.getMaxDialsPerPeer();
  }

  private void start(long now, DialSet set, Candidate candidate) {
    Attempt attempt = begin(now, set, candidate);
    set.nextStart = now + headStart(set, candidate).toNanos();
    out.add(new Swarm.Action.Dial(
        attempt.id(), candidate.address, candidate.expected, options.getDialTimeout().toNanos()));
  }

  private Duration headStart(DialSet set, Candidate candidate) {
    if (set.isLastResort() && candidate.rank() != DialAddress.Rank.RELAY) {
      return options.getRelayStagger();
    }
    return candidate.rank().isNear() ? options.getLocalStagger() : options.getPublicStagger();
  }

  private void lookUp(long now, DialSet set, Candidate name) {
    Attempt lookup = begin(now, set, name);
    PeerId peer = name.expected;
    out.add(new Swarm.Action.Resolve(lookup.id(), peer == null ? name.address : name.address.withPeerId(peer)));
  }

  private Attempt begin(long now, DialSet set, Candidate candidate) {
    long id = nextAttempt++;
    long end = now + options.getDialTimeout().toNanos();
    Attempt attempt = new Attempt(id, set, candidate, now, agenda.at(end, at -> onAttemptTimeUp(at, id)));
    attempts.put(id, attempt);
    set.started(attempt);
    return attempt;
  }

  private void startQueued(long now) {
    while (!queue.isEmpty() && attempts.size() < options.getMaxConcurrentDials()) {
      Iterator<DialSet> first = queue.iterator();
      DialSet set = first.next();
      first.remove();
      goOn(now, set);
    }
  }

  private void onAttemptTimeUp(long now, long id) {
    Attempt attempt = attempts.remove(id);
    out.add(new Swarm.Action.CancelDial(id));
    blackHole.onVanished(attempt.candidate().address);
    onFailed(now, attempt, "timed out after " + DialSet.seconds(now - attempt.startedAt()));
  }

  private void onTimeUp(long now, Request request) {
    String report = request.set.report(now);
    withdraw(now, request, FailureKind.TIMED_OUT,
        report + " (gave up after " + DialSet.seconds(options.getConnectTimeout().toNanos()) + ")");
  }

  private void withdraw(long now, Request request, FailureKind kind, String message) {
    DialSet set = request.set;
    set.requests().remove(request);
    agenda.cancel(request.end);
    if (set.requests().isEmpty()) {
      stop(set);
    }
    request.answer.failed(now, kind, message);
    startQueued(now);
  }

  /** Gives up whatever is under way or still to come for a target. Its requests stay to be answered. */
  private void stop(DialSet set) {
    set.dropWaiting();
    rest(set);
    for (Attempt attempt : List.copyOf(set.attempts())) {
      take(attempt.id());
      set.ended(attempt, null);
      out.add(new Swarm.Action.CancelDial(attempt.id()));
    }
    sets.remove(set.target, set);
  }

  /** No timer and no place in the queue. */
  private void rest(DialSet set) {
    agenda.cancel(set.timer);
    set.timer = null;
    queue.remove(set);
  }

  private void succeed(long now, DialSet set, ConnectionInfo connection) {
    for (Request request : takeRequests(set)) {
      request.answer.done(now, connection);
    }
  }

  private void fail(long now, DialSet set, FailureKind kind, String message) {
    for (Request request : takeRequests(set)) {
      request.answer.failed(now, kind, message);
    }
  }

  private List<Request> takeRequests(DialSet set) {
    List<Request> taken = List.copyOf(set.requests());
    set.requests().clear();
    taken.forEach(request -> agenda.cancel(request.end));
    return taken;
  }
}
