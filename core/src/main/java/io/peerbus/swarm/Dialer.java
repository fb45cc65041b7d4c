package io.peerbus.swarm;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.peerbus.swarm.DialSet.Attempt;
import io.peerbus.swarm.DialSet.Candidate;
import io.peerbus.swarm.DialSet.Target;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/**
 * Carries connect requests out: one {@link DialSet} for each target, its addresses ranked and tried one after the
 * other with a head start each, side by side where that is over before the answer is there.
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
    addCandidates(now, set, addresses, request.patient);
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

  /** An attempt taken out before has failed. */
  void onFailed(long now, Attempt attempt, String reason) {
    DialSet set = attempt.set();
    set.ended(attempt, reason);
    backoff.onFailed(now, set.target.peer(), attempt.candidate().address);
    set.nextStart = now; // the head start was for this one
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

  private void addCandidates(long now, DialSet set, List<Multiaddr> addresses, boolean patient) {
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
    Comparator<Multiaddr> order = Comparator
        .<Multiaddr, Boolean>comparing(address -> backoff.isBackedOff(now, peer, address))
        .thenComparing(DialAddress::rank);
    dialable.sort(order);
    (patient ? rested(now, peer, dialable) : dialable).forEach(address -> add(set, address, null));
    refused.forEach((address, reason) -> add(set, address, reason));
    set.sortWaiting(order);
  }

  private void add(DialSet set, Multiaddr address, String refusal) {
    if (set.knows(address)) {
      return;
    }
    if (set.size() >= options.getMaxAddressesPerDial()) {
      set.addLeftOut();
    } else if (refusal != null) {
      set.addRefused(address, refusal);
    } else {
      set.add(address);
    }
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
    while (set.hasWaiting() && mayStart(now, set)) {
      if (attempts.size() >= options.getMaxConcurrentDials()) {
        agenda.cancel(set.timer);
        queue.add(set); // keeps its place when it is in there already
        return;
      }
      start(now, set, set.takeWaiting());
    }
    rest(set);
    if (!set.hasWaiting() && set.attempts().isEmpty()) {
      sets.remove(set.target, set);
      fail(now, set, FailureKind.DIAL_FAILED, set.report(now));
    } else if (set.hasWaiting() && set.attempts().size() < options.getMaxDialsPerPeer()) {
      set.timer = agenda.at(set.nextStart, at -> goOn(at, set));
    }
  }

  private boolean mayStart(long now, DialSet set) {
    int underWay = set.attempts().size();
    return underWay == 0 || now >= set.nextStart && underWay < options.getMaxDialsPerPeer();
  }

  private void start(long now, DialSet set, Candidate candidate) {
    long id = nextAttempt++;
    long timeout = options.getDialTimeout().toNanos();
    Attempt attempt = new Attempt(id, set, candidate, now, agenda.at(now + timeout, at -> onAttemptTimeUp(at, id)));
    attempts.put(id, attempt);
    set.started(attempt);
    boolean far = candidate.rank() == DialAddress.Rank.PUBLIC;
    set.nextStart = now + (far ? options.getPublicStagger() : options.getLocalStagger()).toNanos();
    out.add(new Swarm.Action.Dial(id, candidate.address, set.target.peer(), timeout));
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
