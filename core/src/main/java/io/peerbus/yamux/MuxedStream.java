package io.peerbus.yamux;

import io.peerbus.muxer.SendQueue;
import java.nio.ByteBuffer;

/**
 * The state of one stream: its window, what is queued to be sent, and which halves have ended.
 *
 * <p>Kept small, since a session may hold thousands of idle ones.
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

  private final SendQueue queue = new SendQueue();

  MuxedStream(long now, int id, boolean inbound) {
    this.id = id;
    this.inbound = inbound;
    this.window = new Window(now);
    this.synOwed = !inbound;
  }

  void write(ByteBuffer data) {
    queue.add(data);
  }

  /** Bytes that could be sent now. */
  long sendable() {
    return Math.min(queue.bytes(), window.credit());
  }

  /** There is data, and not a byte of it may be sent. */
  boolean isStalled() {
    return queue.bytes() > 0 && window.credit() == 0;
  }

  /** All data is sent, only the FIN is not. */
  boolean isFinDue() {
    return ending && !finSent && queue.bytes() == 0;
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
    queue.moveTo(out, bytes);
  }

  /** Drops what is queued and all that is owed. */
  void discard() {
    queue.clear();
    synOwed = false;
    ackOwed = false;
    updateOwed = 0;
  }
}
