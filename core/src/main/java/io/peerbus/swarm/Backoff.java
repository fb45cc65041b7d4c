package io.peerbus.swarm;

import java.util.random.RandomGenerator;

/** Waiting times that double with each failure in a row. */
final class Backoff {

  /** More doublings than any ratio of our bounds needs, and few enough that the shift cannot overflow. */
  private static final int MAX_DOUBLINGS = 30;

  private Backoff() {}

  /**
   * The wait after so many failures in a row: {@code base}, doubled for each further one, at most {@code max}; of
   * that a random part from half to the whole, so that nodes which lost the same peer do not come back together.
   *
   * @param failures 1 or more
   */
  static long delay(int failures, long base, long max, RandomGenerator random) {
    int doublings = Math.min(failures - 1, MAX_DOUBLINGS);
    long full = base > max >> doublings ? max : base << doublings;
    return full - (long) (random.nextDouble() * (full / 2));
  }
}
