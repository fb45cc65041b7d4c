package io.peerbus.yamux;

import io.peerbus.muxer.ProtocolError;

/**
 * The flow control of one stream: what we may send, and what we let the other side send.
 *
 * <p>Receiving: at any time {@code left + coming + unread + returnable = size}, so the other side can make us hold at
 * most {@code size} bytes that nobody reads. What was read goes back in updates of at least half the window, or of
 * {@link #SMALL_UPDATE} when the writer is about to run dry: py-libp2p gives up on an empty window after 5 s.
 * Sending: credit is what the other side said, nothing else. Only payload counts, in both directions.
 *
 * <p>Not thread safe, owned by its stream.
 */
final class Window {

  /** What both sides of a new stream may send before any update; fixed by the spec. */
  static final int INITIAL = 256 * 1024;

  private static final long MAX_CREDIT = 0xffff_ffffL;
  private static final int SMALL_UPDATE = 16 * 1024;

  private long credit = INITIAL;
  private int size = INITIAL;
  private int left = INITIAL;
  private int unread;
  private int returnable;
  private long returnedAt;

  Window(long now) {
    this.returnedAt = now;
  }

  /** The credit after {@code delta} more; an error when it leaves the 32 bits other implementations count with. */
  static long sum(long credit, long delta) throws ProtocolError {
    if (delta > MAX_CREDIT - credit) {
      throw new ProtocolError("window of " + credit + " overflows by an update of " + delta);
    }
    return credit + delta;
  }

  long credit() {
    return credit;
  }

  void onUpdate(long delta) throws ProtocolError {
    credit = sum(credit, delta);
  }

  void spend(int bytes) {
    credit -= bytes;
  }

  /** A frame with that much payload begins. */
  void onFrame(long length) throws ProtocolError {
    if (length > left) {
      throw new ProtocolError("data of " + length + " bytes exceeds the window's " + left);
    }
    left -= (int) length;
  }

  /** So much payload came and was handed to the reader. */
  void received(int bytes) {
    unread += bytes;
  }

  /** The reader took so much; returns what to give back to the writer at once, 0 for nothing yet. */
  int consumed(long now, int bytes, WindowGrowth growth) {
    if (bytes < 0 || bytes > unread) {
      throw new IllegalArgumentException("bytes: " + bytes + " is not within 0 to " + unread + ", what is unread");
    }
    unread -= bytes;
    returnable += bytes;
    boolean half = returnable >= size / 2;
    boolean dry = left <= size / 4 && returnable >= SMALL_UPDATE;
    if (!half && !dry) {
      return 0;
    }
    int grown = half ? growth.grow(size, now - returnedAt) : 0;
    int delta = returnable + grown;
    size += grown;
    left += delta;
    returnable = 0;
    returnedAt = now;
    return delta;
  }

  int size() {
    return size;
  }

  /** What this window grew to above the initial one. */
  int grown() {
    return size - INITIAL;
  }
}
