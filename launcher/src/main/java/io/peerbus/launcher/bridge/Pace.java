package io.peerbus.launcher.bridge;

import java.util.concurrent.TimeUnit;

/**
 * How fast messages may come: a bucket with tokens for half a second, kept as the time at which it would be full again.
 * Not thread safe.
 */
final class Pace {

  private final long interval;
  private final long burst;
  private long full;

  /** {@code now} in nanoseconds, here and below. */
  Pace(int perSecond, long now) {
    interval = Math.max(1, TimeUnit.SECONDS.toNanos(1) / perSecond);
    burst = Math.max(1, perSecond / 2) * interval;
    full = now;
  }

  /** Takes a token for a message that is there, and cannot be sent back. */
  void take(long now) {
    full = Math.max(0, full - now) + now + interval;
  }

  /** How long no message should be read, in nanoseconds. */
  long remaining(long now) {
    return Math.max(0, full - now - burst);
  }
}
