package io.peerbus.muxer;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * What waits to be sent on one stream. Empty, it holds nothing: a connection may have thousands of idle streams.
 *
 * <p>Not thread safe, owned by its stream.
 */
public final class SendQueue {

  private ByteBuffer head;
  private ArrayDeque<ByteBuffer> rest;
  private long bytes;

  public void add(ByteBuffer data) {
    bytes += data.remaining();
    if (head == null) {
      head = data;
      return;
    }
    if (rest == null) {
      rest = new ArrayDeque<>();
    }
    rest.add(data);
  }

  /** How many bytes wait. */
  public long bytes() {
    return bytes;
  }

  /** Moves the next bytes into {@code out}, at most {@link #bytes}. */
  public void moveTo(ByteBuffer out, int count) {
    bytes -= count;
    int missing = count;
    while (missing > 0) {
      int piece = Math.min(missing, head.remaining());
      out.put(out.position(), head, head.position(), piece);
      out.position(out.position() + piece);
      head.position(head.position() + piece);
      missing -= piece;
      if (!head.hasRemaining()) {
        next();
      }
    }
  }

  public void clear() {
    head = null;
    rest = null;
    bytes = 0;
  }

  private void next() {
    head = rest == null ? null : rest.poll();
    if (head == null) {
      rest = null;
    }
  }
}
