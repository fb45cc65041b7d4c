package io.peerbus.mplex;

import io.peerbus.machine.Machine;

/**
 * What was handed to readers and not taken yet, of each stream and of all together.
 *
 * <p>mplex cannot hold one writer back. So a stream of which too much is unread, or a session of which is, stops the
 * reading of the whole connection until half of that was taken; and when readers take nothing for too long, the streams
 * with the most unread are given up. A peer that writes to a stream nobody reads can thus make us hold
 * {@link MplexOptions#getMaxUnread} of it, and one with many such streams
 * {@link MplexOptions#getMaxUnreadOfSession}, and as much again in what was read from the wire already.
 *
 * <p>Not thread safe, owned by its session.
 */
final class Backlog {

  private static final long MILLI = 1_000_000;

  private final int maxUnread;
  private final long maxOfSession;
  private final long timeout;
  private long unread;
  private int behind;
  private boolean crowded;
  private long deadline = Machine.NEVER;

  Backlog(MplexOptions options) {
    this.maxUnread = options.getMaxUnread();
    this.maxOfSession = options.getMaxUnreadOfSession();
    this.timeout = options.getReadTimeoutMillis() * MILLI;
  }

  /** So many bytes go to the stream's reader. */
  void add(long now, MuxedStream stream, int bytes) {
    boolean before = isFull();
    stream.unread += bytes;
    unread += bytes;
    if (!stream.behind && stream.unread >= maxUnread) {
      stream.behind = true;
      behind++;
    }
    crowded |= unread >= maxOfSession;
    if (!before && isFull()) {
      deadline = now + timeout;
    }
  }

  /** The reader took so many. Whoever takes anything is not stuck, so the time for all begins anew. */
  void remove(long now, MuxedStream stream, int bytes) {
    if (bytes < 0 || bytes > stream.unread) {
      throw new IllegalArgumentException(
          "bytes: " + bytes + " is not within 0 to " + stream.unread + ", what is unread");
    }
    take(stream, bytes);
    deadline = isFull() ? now + timeout : Machine.NEVER;
  }

  /** The stream is over: who reads what is left of it is no longer our concern. */
  void forget(MuxedStream stream) {
    take(stream, stream.unread);
    deadline = isFull() ? deadline : Machine.NEVER;
  }

  private void take(MuxedStream stream, int bytes) {
    stream.unread -= bytes;
    unread -= bytes;
    if (stream.behind && stream.unread <= maxUnread / 2) {
      stream.behind = false;
      behind--;
    }
    crowded &= unread > maxOfSession / 2;
  }

  /** Whether nothing more should be read from the wire. */
  boolean isFull() {
    return behind > 0 || crowded;
  }

  /** Whether the owner of the session read on from the wire for long all the same. */
  boolean isOverrun(MuxedStream stream) {
    return stream.unread >= 2 * maxUnread;
  }

  boolean isOverrun() {
    return unread >= 2 * maxOfSession;
  }

  /** When readers have taken nothing for too long, or {@link Machine#NEVER}. */
  long deadline() {
    return deadline;
  }

  /** Bytes unread over all streams. */
  long unread() {
    return unread;
  }
}
