package io.peerbus.yamux;

/**
 * When the receive windows of a session grow: a stream whose reader took half of its window within
 * {@link #ROUND_TRIPS} round trips was probably held up by the window, so it doubles.
 *
 * <p>Growth answers reading only, and its sum over the session is limited, so a peer gets no memory by sending, nor
 * by delaying its pongs. Not thread safe, owned by its session.
 */
final class WindowGrowth {

  private static final int ROUND_TRIPS = 4;

  private final int maxWindow;
  private long budget;
  private long roundTrip;

  WindowGrowth(int maxWindow, long budget) {
    this.maxWindow = maxWindow;
    this.budget = budget;
  }

  /** The shortest time counts: later ones may have waited behind bulk data. */
  void onRoundTrip(long nanos) {
    roundTrip = roundTrip == 0 ? nanos : Math.min(roundTrip, nanos);
  }

  /** By how much a window grows of which half was read in {@code nanos}. */
  int grow(int size, long nanos) {
    if (nanos >= ROUND_TRIPS * roundTrip) {
      return 0;
    }
    int more = (int) Math.min(Math.min(size, maxWindow - size), budget);
    budget -= more;
    return more;
  }

  /** A stream with that much growth is gone. */
  void release(int grown) {
    budget += grown;
  }
}
