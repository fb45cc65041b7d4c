package io.peerbus.muxer;

/**
 * How fast the other side may open streams that come to nothing: that it resets, or that we refuse. Streams that end
 * as they should do not count, however many there are: each of them holds its place among those open until somebody
 * here has served it, which is limit enough. A token bucket, written as the time at which it will be full again.
 *
 * <p>Not thread safe, owned by its muxer.
 */
public final class WasteRate {

  /** What a stream counts that we refused: it made little work. */
  public static final int REFUSED = 1;

  /** What a stream counts that its opener resets: all the way up somebody began to serve it. */
  public static final int RESET = 5;

  private static final long SECOND = 1_000_000_000;

  private final long interval;
  private final long burst;
  private long fullAt = Long.MIN_VALUE;

  public WasteRate(int perSecond, int burst) {
    this.interval = SECOND / perSecond;
    this.burst = burst * interval;
  }

  public void take(long now, int count) {
    fullAt = Math.max(fullAt, now) + count * interval;
  }

  /** Whether nothing is left in the bucket: new streams are not even looked at then. */
  public boolean isEmpty(long now) {
    return fullAt - now > burst && fullAt != Long.MIN_VALUE;
  }

  /** Whether it went on by a whole burst after the bucket was empty. */
  public boolean isExhausted(long now) {
    return fullAt - now > 2 * burst;
  }
}
