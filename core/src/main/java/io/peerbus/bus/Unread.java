package io.peerbus.bus;

import io.peerbus.api.Failure;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What finished streams hold for a reader who does not read: both directions have ended, so neither core nor Yamux
 * counts them any more.
 *
 * <p>Not thread safe, owned by the {@link BusStreams} of a plugin's context or of one of its seats.
 */
final class Unread {

  /**
   * Bytes that all of one context may hold together; beyond it the oldest are dropped. A peer could otherwise open one
   * stream after the other to a plugin that answers and does not read, fill the window of each, end it, and so pin
   * memory without end, whatever the limit of open streams is.
   */
  static final long MAX = 16L << 20;

  /** What a stream costs beyond its bytes, so that a flood of streams with a byte each is limited too. */
  private static final long OVERHEAD = 1024;

  private final Map<BusStream, Long> costs = new LinkedHashMap<>();
  private long total;

  void add(BusStream stream, long bytes) {
    long cost = bytes + OVERHEAD;
    costs.put(stream, cost);
    total += cost;
    while (total > MAX) {
      Map.Entry<BusStream, Long> oldest = costs.entrySet().iterator().next();
      long held = oldest.getValue() - OVERHEAD;
      oldest.getKey().fail(Failure.LIMIT_REACHED.because("the stream has ended and " + held + " bytes of it were not"
          + " read, while " + (MAX >> 20) + " MiB of such streams wait")); // which removes it
    }
  }

  void remove(BusStream stream) {
    Long cost = costs.remove(stream);
    if (cost != null) {
      total -= cost;
    }
  }
}
