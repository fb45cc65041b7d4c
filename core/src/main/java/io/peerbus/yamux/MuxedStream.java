package io.peerbus.yamux;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * The state of one stream: its window, what is queued to be sent, and which halves have ended.
 *
 * <p>Kept small, since a session may hold thousands of idle ones: the queue exists only while something waits.
 * Not thread safe, owned by its session.
 */
final class MuxedStream {

  final int id;
  final boolean inbound;
  final Window window;
  /** Its place among the streams that owe a control frame. */
  final StreamList.Link owing = new StreamList.Link(this);
  /** Its place among the streams that have something to send. */
  final StreamList.Link ready = new StreamList.Link(this);

  /** Its place among the streams whose data waits for credit, once it had to, and since when it does. */
  StreamList.Link stalled;
  long stalledSince;

  /** Outbound: no ACK yet. Inbound: the layer above has not taken it yet. */
  boolean unanswered = true;
  boolean synOwed;
  boolean ackOwed;
  boolean resetOwed;
  int resetCode;
  int updateOwed;
  boolean ending;
  boolean finSent;
  boolean remoteEnded;
  /** Finished or reset: no longer in the session's table. */
  boolean gone;

  private ByteBuffer head;
  private ArrayDeque<ByteBuffer> rest;
  private long queued;

  MuxedStream(long now, int id, boolean inbound) {
    this.id = id;
    this.inbound = inbound;
    this.window = new Window(now);
    this.synOwed = !inbound;
  }

  void write(ByteBuffer data) {
    queued += data.remaining();
    if (head == null) {
      head = data;
      return;
    }
    if (rest == null) {
      rest = new ArrayDeque<>();
    }
    rest.add(data);
  }

  /** Bytes that could be sent now. */
  long sendable() {
    return Math.min(queued, window.credit());
  }

  /** There is data, and not a byte of it may be sent. */
  boolean isStalled() {
    return queued > 0 && window.credit() == 0;
  }

  /** All data is sent, only the FIN is not. */
  boolean isFinDue() {
    return ending && !finSent && queued == 0;
  }

  boolean isReady() {
    return sendable() > 0 || isFinDue();
  }

  boolean owesControl() {
    return synOwed || ackOwed || resetOwed || updateOwed > 0;
  }

  /** Moves the next bytes of the queue into a frame. */
  void send(ByteBuffer out, int bytes) {
    window.spend(bytes);
    queued -= bytes;
    int missing = bytes;
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

  /** Drops what is queued and all that is owed. */
  void discard() {
    head = null;
    rest = null;
    queued = 0;
    synOwed = false;
    ackOwed = false;
    updateOwed = 0;
  }

  private void next() {
    head = rest == null ? null : rest.poll();
    if (head == null) {
      rest = null;
    }
  }
}
