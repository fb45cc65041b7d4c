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

  /** Oldest first. */
  List<Double> all() {
    return List.copyOf(estimates);
  }

  /** Estimates of the machine before. */
  void restore(List<Double> before) {
    before.stream().filter(Double::isFinite).limit(MOST).forEach(estimates::add);
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
    return quantile(0.5);
  }

  private double quantile(double part) {
    double[] sorted = estimates.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return sorted.length < LEAST ? 0 : sorted[(int) (part * sorted.length)];
  }

  /**
   * Whether these are nearer to the target than chance has it: in so small a part of the key space there would be a
   * third of them, or fewer. Where sybils are all of the nearest there would be one or two. The higher estimates count,
   * since a network that grows has more servers than lookups told a while ago.
   */
  boolean isCrowded(Key target, List<Contact> closest) {
    double servers = quantile(0.75);
    return servers > 0 && closest.size() >= k && servers * farthest(target, closest) < k / 3.0;
  }

  /** How many leading bits those have in common with a key that are the k nearest to it, and at most as many more. */
  int prefix() {
    return Math.max(0, (int) Math.floor(Math.log(estimate() / k) / Math.log(2)));
  }
}
