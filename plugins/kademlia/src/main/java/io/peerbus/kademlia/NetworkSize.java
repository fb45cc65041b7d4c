package io.peerbus.kademlia;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * How many servers there are, as the lookups of a node for places of its own choice tell: the nearer the k nearest, the
 * more there are. Of several such estimates the middle one counts. Not thread safe.
 */
final class NetworkSize {

  private static final int MOST = 16;
  /** Fewer say little: each is off by a fifth or so. */
  private static final int LEAST = 4;

  private final int k;
  private final Deque<Double> estimates = new ArrayDeque<>();

  NetworkSize(int k) {
    this.k = k;
  }

  /** A lookup has ended. The target is one that nobody else could foresee. */
  void learn(Key target, List<Contact> closest) {
    if (closest.size() < k) {
      return;
    }
    estimates.add(k / farthest(target, closest));
    if (estimates.size() > MOST) {
      estimates.remove();
    }
  }

  private static double farthest(Key target, List<Contact> closest) {
    return Math.max(Double.MIN_NORMAL, target.distance(Key.of(closest.get(closest.size() - 1).peer())));
  }

  /** 0 while it is not known. */
  double estimate() {
    if (estimates.size() < LEAST) {
      return 0;
    }
    double[] sorted = estimates.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  /**
   * Whether these are nearer to the target than chance has it: in so small a part of the key space there would be half
   * of them, or fewer. Once in 300 times chance has it all the same, which costs some messages.
   */
  boolean isCrowded(Key target, List<Contact> closest) {
    double servers = estimate();
    return servers > 0 && closest.size() >= k && servers * farthest(target, closest) < k / 2.0;
  }

  /** How many leading bits those have in common with a key that are the k nearest to it, and at most as many more. */
  int prefix() {
    return Math.max(0, (int) Math.floor(Math.log(estimate() / k) / Math.log(2)));
  }
}
