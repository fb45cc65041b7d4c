package io.peerbus.gossipsub;

/**
 * Keeps messages to one peer below a number a second, in any second: py-libp2p counts in a sliding window, drops what
 * is above, and forwards none of it. The window is a little longer here, since what we send evenly arrives unevenly.
 *
 * <p>Not thread safe, part of {@link Outbox}.
 */
final class Pace {

  private static final long WINDOW = 1_100_000_000L;

  private final long[] times;
  private int count;
  private int oldest;

  Pace(int messages) {
    this.times = new long[messages];
  }

  boolean allows(long now) {
    return count < times.length || now >= next();
  }

  /** When the next message may go. */
  long next() {
    return times[oldest] + WINDOW;
  }

  /** When the last messages went, the eldest first. */
  long[] history() {
    long[] all = new long[count];
    for (int i = 0; i < count; i++) {
      all[i] = times[(oldest + i) % times.length];
    }
    return all;
  }

  void sent(long now) {
    if (count < times.length) {
      times[count++] = now;
    } else {
      times[oldest] = now;
      oldest = (oldest + 1) % times.length;
    }
  }
}
