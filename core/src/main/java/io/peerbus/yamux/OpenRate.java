package io.peerbus.yamux;

/**
 * How fast the other side may open streams: a token bucket, written as the time at which it will be full again.
 *
 * <p>Not thread safe, owned by its session.
 */
final class OpenRate {

  /**
   * A stream that its opener resets costs this many opens more: opening and resetting in a loop makes work without
   * ever holding many streams (HTTP/2's "rapid reset", CVE-2023-44487).
   */
  static final int RESET_COST = 4;

  private static final long SECOND = 1_000_000_000;

  private final long interval;
  private final long burst;
  private long fullAt = Long.MIN_VALUE;

  OpenRate(int perSecond, int burst) {
    this.interval = SECOND / perSecond;
    this.burst = burst * interval;
  }

  /** Takes so many opens out of the bucket; whether they were in it. */
  boolean take(long now, int opens) {
    fullAt = Math.max(fullAt, now) + opens * interval;
    return fullAt - now <= burst;
  }

  /** Whether it went on by a whole burst after the bucket was empty. */
  boolean isExhausted(long now) {
    return fullAt - now > 2 * burst;
  }
}
