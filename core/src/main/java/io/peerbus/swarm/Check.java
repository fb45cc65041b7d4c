package io.peerbus.swarm;

import java.time.Duration;

/** Refuses nonsense in options, naming the field, the value and the bound. */
final class Check {

  private static final Duration LONGEST = Duration.ofDays(365);

  private Check() {}

  static int atLeast(String field, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(field + ": " + value + " < " + least);
    }
    return value;
  }

  static double positive(String field, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(field + ": " + value + " is not a positive number");
    }
    return value;
  }

  static Duration positive(String field, Duration value) {
    if (value.compareTo(Duration.ofMillis(1)) < 0) {
      throw new IllegalArgumentException(field + ": " + value + " < " + Duration.ofMillis(1));
    }
    return atMostLongest(field, value);
  }

  static Duration notNegative(String field, Duration value) {
    if (value.isNegative()) {
      throw new IllegalArgumentException(field + ": " + value + " < " + Duration.ZERO);
    }
    return atMostLongest(field, value);
  }

  /** So that no sum of a time and a duration overflows. */
  private static Duration atMostLongest(String field, Duration value) {
    if (value.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(field + ": " + value + " > " + LONGEST);
    }
    return value;
  }
}
