package io.peerbus.yamux;

import io.peerbus.machine.Machine;

/**
 * Streams with data that waits for credit, in the order in which they ran out of it: all have the same time, so the
 * first is the first to be given up. A stream takes one place at most, and any credit at all starts its time anew.
 *
 * <p>Not thread safe, owned by its session.
 */
final class Stalls {

  private final StreamList stalled = new StreamList();
  private final long timeout;
  private long count;

  /** Nanoseconds until a stream is given up. */
  Stalls(long timeout) {
    this.timeout = timeout;
  }

  /** Something was written to the stream or sent of it, or credit came. */
  void update(long now, MuxedStream stream) {
    if (stream.gone || !stream.isStalled()) {
      remove(stream);
      return;
    }
    if (stream.stalled == null) {
      stream.stalled = new StreamList.Link(stream);
    }
    if (!stream.stalled.isListed()) {
      stream.stalledSince = now;
      count++;
      stalled.add(stream.stalled);
    }
  }

  /** The stream is over, or may go on. */
  void remove(MuxedStream stream) {
    if (stream.stalled != null) {
      stalled.remove(stream.stalled);
    }
  }

  /** When {@link #next} has one, or {@link Machine#NEVER}. */
  long deadline() {
    return stalled.isEmpty() ? Machine.NEVER : stalled.first().stalledSince + timeout;
  }

  /** A stream whose time is up, or {@code null}. */
  MuxedStream next(long now) {
    return deadline() <= now ? stalled.first() : null;
  }

  /** How often a stream has run out of credit. */
  long count() {
    return count;
  }

  void clear() {
    stalled.clear();
  }
}
