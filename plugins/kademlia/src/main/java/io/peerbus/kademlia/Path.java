package io.peerbus.kademlia;

import io.peerbus.kademlia.Hop.State;
import java.util.TreeMap;

/**
 * The peers of one path of a lookup, nearest to the target first. Those that wait for a place of their IP group are
 * passed over: others of it were asked, and have not failed. Owned by the lookup.
 */
final class Path {

  private final TreeMap<Key, Candidate> byDistance;
  private final IpGroups groups;
  private int waiting;

  /** {@code groups} of those that were asked on all paths */
  Path(Key target, IpGroups groups) {
    this.byDistance = new TreeMap<>(target.byDistance());
    this.groups = groups;
  }

  void add(Candidate candidate) {
    byDistance.put(candidate.key, candidate);
  }

  /** The nearest peer to ask among the first {@code within} that have not failed, or {@code null}. */
  Candidate next(int within) {
    int seen = 0;
    for (Candidate candidate : byDistance.values()) {
      if (candidate.is(State.HEARD)) {
        if (groups.allows(candidate.groups)) {
          return candidate;
        }
        candidate.passedOver = true;
      } else if (!candidate.is(State.FAILED) && ++seen == within) {
        return null;
      }
    }
    return null;
  }

  /** Whether the first {@code count} that have not failed, nor have to wait, have answered, or all there are. */
  boolean hasConverged(int count) {
    int answered = 0;
    for (Candidate candidate : byDistance.values()) {
      if (candidate.is(State.ANSWERED)) {
        if (++answered == count) {
          return true;
        }
      } else if (candidate.is(State.ASKED) || candidate.is(State.HEARD) && groups.allows(candidate.groups)) {
        return false;
      }
    }
    return true;
  }

  int waiting() {
    return waiting;
  }

  void asked() {
    waiting++;
  }

  void ended() {
    waiting--;
  }

  Iterable<Candidate> nearestFirst() {
    return byDistance.values();
  }
}
