package io.peerbus.kademlia.sim;

import java.util.Arrays;

/** Whole numbers, as counted. Immutable. */
final class Distribution {

  private final int[] sorted;

  Distribution(int... values) {
    sorted = values.clone();
    Arrays.sort(sorted);
  }

  double mean() {
    return Arrays.stream(sorted).average().orElse(0);
  }

  /** The value that this part of all do not exceed. */
  int quantile(double part) {
    return sorted.length == 0 ? 0 : sorted[(int) Math.max(0, Math.ceil(part * sorted.length) - 1)];
  }

  int max() {
    return quantile(1);
  }

  /** Which part of all is this value. */
  double share(int value) {
    return Arrays.stream(sorted).filter(one -> one == value).count() / (double) Math.max(1, sorted.length);
  }
}
