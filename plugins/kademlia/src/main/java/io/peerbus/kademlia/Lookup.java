package io.peerbus.kademlia;

import io.peerbus.kademlia.Hop.State;
import io.peerbus.machine.Machine;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/**
 * One iterative search for the peers nearest to a key. Asks peers that it knows for nearer ones, up to alpha at once,
 * until the beta nearest have answered; then all of the k nearest that are still to be asked, at once; it is complete
 * when the k nearest that it heard of have all answered or failed.
 *
 * <p>With disjoint paths the first part is done on each path by itself, and no peer is asked on two: a hostile peer
 * then sees and steers one path only (S/Kademlia).
 *
 * <p>Its owner carries out each {@link Action.Ask} and reports {@link #onAnswer} or {@link #onFailure}; what else is
 * in an answer is the owner's business. Late answers are taken as long as the lookup goes on.
 *
 * <p>Not thread safe, owned by its machine. Spec: kad-dht, "Peer routing".
 */
public final class Lookup implements Machine<Lookup.Action> {

  /** What a lookup wants. */
  public sealed interface Action {
    /** Ask this peer; it has been waiting from now on. */
    record Ask(Contact contact) implements Action {}

    /** The lookup is over; the last action. */
    record Done(End end) implements Action {}
  }

  /** Why a lookup ended. */
  public enum End { COMPLETE,
    /** Its owner has what it wants. */
    STOPPED,
    TIMED_OUT,
    /** It asked as many peers as the limit allows. */
    TOO_MANY_ASKED }

  /**
   * Times what one answer may name of it: sybils in one net each name others, and would be all that is found. Only
   * those count that are asked and do not fail, and those that answer where they are seen: else a liar could use the
   * places of a group up with peers that are not there, and so keep the true ones of that group out.
   */
  private static final int ANSWERS_OF_A_GROUP = 2;

  private final Key target;
  private final PeerId self;
  private final KademliaOptions options;
  private final AddressFilter filter;
  /** Of all candidates that were asked and have not failed. */
  private final IpGroups groups;
  private final Map<PeerId, Candidate> candidates = new LinkedHashMap<>();
  private final List<Path> paths = new ArrayList<>();
  /** All paths together. */
  private final Path all;
  private final List<Candidate> asked = new ArrayList<>();
  /** In the order of their deadlines, since all wait equally long; some have answered in the meantime. */
  private final Queue<Candidate> waiting = new ArrayDeque<>();
  private final Queue<Action> out = new ArrayDeque<>();
  /** Of other lookups that went on where this one ended. */
  private final List<Hop> further = new ArrayList<>();
  private long endsAt = NEVER;
  private boolean completing;
  private End end;

  public Lookup(Key target, PeerId self, KademliaOptions options, AddressFilter filter) {
    this.target = target;
    this.self = self;
    this.options = options;
    this.filter = filter;
    this.groups = new IpGroups(ANSWERS_OF_A_GROUP * options.getLimits().getMaxPerGroupInAnswer());
    this.all = new Path(target, groups);
  }

  /** Begins with these peers, nearest first; without any it is over at once. */
  public void start(long now, List<Contact> seeds) {
    endsAt = now + options.getQueryTimeout().toNanos();
    int count = Math.max(1, Math.min(options.getPaths(), seeds.size()));
    for (int i = 0; i < count; i++) {
      paths.add(new Path(target, groups));
    }
    int next = 0;
    for (Contact seed : seeds) {
      if (!seed.peer().equals(self) && !candidates.containsKey(seed.peer())) {
        add(seed, null, next++ % count);
      }
    }
    advance(now);
  }

  private void add(Contact contact, PeerId heardFrom, int path) {
    Candidate candidate = new Candidate(contact, Key.of(contact.peer()), heardFrom, path);
    candidates.put(contact.peer(), candidate);
    paths.get(path).add(candidate);
    all.add(candidate);
  }

  /**
   * A peer answered.
   *
   * @param remoteOrNull where the peer is, which decides on the addresses it may tell; see {@link AddressPolicy}
   */
  public void onAnswer(long now, PeerId peer, List<Contact> closer, Multiaddr remoteOrNull) {
    Candidate candidate = candidates.get(peer);
    if (end != null || candidate == null || candidate.is(State.HEARD) || candidate.is(State.ANSWERED)) {
      return;
    }
    long[] told = candidate.groups;
    boolean inTime = candidate.is(State.ASKED);
    if (inTime) {
      paths.get(candidate.path).ended();
      groups.remove(told);
    }
    candidate.seenAt(remoteOrNull);
    if (inTime && !Arrays.equals(told, candidate.groups) && !groups.allows(candidate.groups)) {
      candidate.failed(now, "too many of its IP group in this lookup"); // which a name did not tell
    } else {
      candidate.answered(now);
      groups.add(candidate.groups);
      take(candidate, closer, remoteOrNull);
    }
    advance(now);
  }

  private void take(Candidate teller, List<Contact> closer, Multiaddr remoteOrNull) {
    IpGroups told = new IpGroups(options.getLimits().getMaxPerGroupInAnswer());
    teller.told = closer.size();
    for (Contact contact : closer) {
      if (contact.peer().equals(self) || candidates.containsKey(contact.peer())) {
        continue;
      }
      List<Multiaddr> addresses = filter.keep(contact.addresses(), remoteOrNull);
      long[] itsGroups = IpGroups.of(addresses);
      if (addresses.isEmpty()) {
        teller.reject(contact.peer(), contact.addresses().isEmpty() ? "no address" : "no address of a scope we take");
      } else if (!told.allows(itsGroups)) {
        teller.reject(contact.peer(), "too many of its IP group in one answer");
      } else {
        told.add(itsGroups);
        teller.taken++;
        boolean all = addresses.size() == contact.addresses().size();
        Contact usable = all ? contact : new Contact(contact.peer(), addresses);
        add(usable, teller.contact.peer(), teller.path);
      }
    }
  }

  /** A peer could not be asked, or did not answer as it should. */
  public void onFailure(long now, PeerId peer, String reason) {
    Candidate candidate = candidates.get(peer);
    if (end == null && candidate != null && candidate.is(State.ASKED)) {
      fail(now, candidate, reason);
      advance(now);
    }
  }

  private void fail(long now, Candidate candidate, String reason) {
    paths.get(candidate.path).ended();
    groups.remove(candidate.groups);
    candidate.failed(now, reason);
  }

  /** The owner has what it wants: nobody is asked any more. */
  public void stop() {
    finish(End.STOPPED);
  }

  private void finish(End why) {
    if (end == null) {
      end = why;
      candidates.values().forEach(this::explain);
      out.add(new Action.Done(why));
    }
  }

  /** Says of a peer that had its turn, and was not asked, why. */
  private void explain(Candidate candidate) {
    Candidate teller = candidate.passedOver && candidate.is(State.HEARD) ? candidates.get(candidate.heardFrom) : null;
    if (teller != null) {
      teller.taken--;
      teller.reject(candidate.contact.peer(), "too many of its IP group in this lookup");
    }
  }

  private void advance(long now) {
    if (!completing) {
      completing = true;
      for (Path path : paths) {
        completing &= converge(now, path);
      }
    }
    if (completing && end == null) {
      complete(now);
    }
  }

  /** Asks on; answers whether the path has come as near to the target as it gets. */
  private boolean converge(long now, Path path) {
    if (path.hasConverged(options.getBeta())) {
      return true;
    }
    int most = Math.max(1, options.getAlpha() / paths.size());
    while (path.waiting() < most) {
      Candidate next = path.next(options.getK());
      if (next == null) {
        break;
      }
      ask(now, next);
    }
    return false;
  }

  private void complete(long now) {
    for (Candidate next = all.next(options.getK()); next != null && end == null; next = all.next(options.getK())) {
      ask(now, next);
    }
    if (all.hasConverged(options.getK())) {
      finish(End.COMPLETE);
    }
  }

  private void ask(long now, Candidate candidate) {
    if (end != null || asked.size() >= options.getLimits().getMaxAsked()) {
      candidate.failed(now, "not asked: there were too many");
      finish(End.TOO_MANY_ASKED);
      return;
    }
    candidate.asked(now);
    groups.add(candidate.groups);
    asked.add(candidate);
    waiting.add(candidate);
    paths.get(candidate.path).asked();
    out.add(new Action.Ask(candidate.contact));
  }

  @Override
  public Action poll() {
    return out.poll();
  }

  @Override
  public long deadline() {
    if (end != null) {
      return NEVER;
    }
    while (!waiting.isEmpty() && !waiting.peek().is(State.ASKED)) {
      waiting.remove();
    }
    return waiting.isEmpty() ? endsAt : Math.min(endsAt, waiting.peek().askedAt + peerTimeout());
  }

  private long peerTimeout() {
    return options.getPeerTimeout().toNanos();
  }

  @Override
  public void onDeadline(long now) {
    if (end != null) {
      return;
    }
    if (now >= endsAt) {
      finish(End.TIMED_OUT);
      return;
    }
    boolean any = false;
    while (!waiting.isEmpty() && (!waiting.peek().is(State.ASKED) || waiting.peek().askedAt + peerTimeout() <= now)) {
      Candidate late = waiting.remove();
      if (late.is(State.ASKED)) {
        fail(now, late, "no answer within " + options.getPeerTimeout().toMillis() + " ms");
        any = true;
      }
    }
    if (any) {
      advance(now);
    }
  }

  public Key target() {
    return target;
  }

  /** Why it ended, or {@code null} while it has not. */
  public End end() {
    return end;
  }

  /** Whether this peer was asked and neither answered nor failed. */
  public boolean isWaitingFor(PeerId peer) {
    Candidate candidate = candidates.get(peer);
    return candidate != null && candidate.is(State.ASKED);
  }

  /** The k nearest that answered, nearest first. */
  public List<Contact> closest() {
    List<Contact> closest = new ArrayList<>();
    for (Candidate candidate : all.nearestFirst()) {
      if (candidate.is(State.ANSWERED) && closest.size() < options.getK()) {
        closest.add(candidate.contact);
      }
    }
    return closest;
  }

  /** Whether this peer was asked. */
  boolean asked(PeerId peer) {
    Candidate candidate = candidates.get(peer);
    return candidate != null && asked.contains(candidate);
  }

  /** The trace goes on with these. */
  void append(List<Hop> hops) {
    further.addAll(hops);
  }

  /** Every peer that was asked, in that order, and what followed this lookup. */
  public List<Hop> trace() {
    List<Hop> hops = new ArrayList<>(asked.stream().map(Candidate::hop).toList());
    hops.addAll(further);
    return hops;
  }
}
