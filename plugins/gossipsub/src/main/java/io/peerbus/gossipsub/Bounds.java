package io.peerbus.gossipsub;

import java.time.Duration;

/** What options may be. Each failure is an {@link IllegalArgumentException} that begins with the name of the option. */
final class Bounds {

  private static final Duration LONGEST = Duration.ofDays(1);

  private Bounds() {}

  static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  static int within(String name, int value, int least, int most) {
    require(least <= value && value <= most, name + ": " + value + " is not in " + least + " to " + most);
    return value;
  }

  /** Up to a day. */
  static Duration within(String name, Duration value, Duration least) {
    require(value.compareTo(least) >= 0 && value.compareTo(LONGEST) <= 0, name + ": " + value.toMillis()
        + " ms is not in " + least.toMillis() + " to " + LONGEST.toMillis());
    return value;
  }
}
