package io.peerbus.kademlia;

import io.peerbus.kademlia.Hop.State;
import java.util.TreeMap;

/** The peers of one path of a lookup, nearest to the target first. Owned by the lookup. */
final class Path {

  private final TreeMap<Key, Candidate> byDistance;
  private int waiting;

  Path(Key target) {
    byDistance = new TreeMap<>(target.byDistance());
  }

  void add(Candidate candidate) {
    byDistance.put(candidate.key, candidate);
  }

  /** The nearest peer to ask among the first {@code within} that have not failed, or {@code null}. */
  Candidate next(int within) {
    int seen = 0;
    for (Candidate candidate : byDistance.values()) {
      if (candidate.is(State.HEARD)) {
        return candidate;
      }
      if (!candidate.is(State.FAILED) && ++seen == within) {
        return null;
      }
    }
    return null;
  }

  /** Whether the first {@code count} that have not failed, or all there are, have answered. */
  boolean hasConverged(int count) {
    int answered = 0;
    for (Candidate candidate : byDistance.values()) {
      if (candidate.is(State.ANSWERED)) {
        if (++answered == count) {
          return true;
        }
      } else if (!candidate.is(State.FAILED)) {
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
