package io.peerbus.bus;

import io.peerbus.api.Failure;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;

/**
 * The reading half of a {@link BusStream}: what came and was not delivered yet, and the credit that goes back for what
 * was. Not thread safe, owned by its stream.
 */
final class ReadHalf {

  private final BusStream stream;
  private final ArrayDeque<Buffer> received = new ArrayDeque<>();
  private final Allowance allowance = new Allowance();
  private long demand = Long.MAX_VALUE;
  private boolean delivering;
  private boolean remoteEnded;
  private boolean endDelivered;
  private boolean endTold;
  private boolean free; // the first of received came from an earlier client
  private Handler<Buffer> handler;
  private Handler<Void> endHandler;

  ReadHalf(BusStream stream) {
    this.stream = stream;
  }

  void onData(Buffer data) {
    if (!allowance.onData(data.length())) {
      stream.abort(Failure.PROTOCOL_ERROR.because("core sent more than its credit"));
      return;
    }
    received.add(data);
    deliver();
  }

  void onEnd() {
    remoteEnded = true;
    deliver();
    stream.onHalfEnded();
  }

  /** Nothing more will come. */
  boolean hasEnded() {
    return remoteEnded;
  }

  /** Bytes that wait for the reader. */
  long unread() {
    return received.stream().mapToLong(Buffer::length).sum();
  }

  /** The reader had all there was, and the end. */
  boolean isOver() {
    return endDelivered;
  }

  void setHandler(Handler<Buffer> handler) {
    this.handler = handler;
    deliver();
  }

  void setEndHandler(Handler<Void> handler) {
    endHandler = handler;
    if (endDelivered) {
      tellEnd(); // there was nobody to tell, as for a stream that was left to us and ended before it had handlers
    }
  }

  private void tellEnd() {
    if (endHandler != null && !endTold) {
      endTold = true;
      stream.call(endHandler, null);
    }
  }

  void pause() {
    demand = 0;
  }

  void fetch(long amount) {
    if (amount < 0) {
      throw new IllegalArgumentException("fetch: " + amount + " < 0");
    }
    demand = demand + amount < 0 ? Long.MAX_VALUE : demand + amount;
    deliver();
  }

  /** What another client goes on with from here; nothing more is delivered. */
  Buffer takeUnread() {
    handler = null;
    Buffer all = Buffer.buffer();
    received.forEach(all::appendBuffer);
    received.clear();
    return all;
  }

  /** What an earlier client left; it costs no credit. */
  void restore(Buffer unread, boolean ended) {
    if (unread.length() > 0) {
      received.add(unread);
      free = true;
    }
    remoteEnded = ended;
    deliver();
  }

  void discard() {
    received.clear();
  }

  private void deliver() {
    if (delivering || stream.isLeaving()) {
      return;
    }
    delivering = true;
    try {
      while (!received.isEmpty() && demand > 0 && handler != null && isListening()) {
        if (demand != Long.MAX_VALUE) {
          demand--;
        }
        Buffer data = received.poll();
        boolean costsNothing = free;
        free = false;
        stream.call(handler, data);
        if (!costsNothing) {
          giveBack(data.length());
        }
      }
    } finally {
      delivering = false;
    }
    if (remoteEnded && received.isEmpty() && !endDelivered && demand > 0 && isListening()) {
      endDelivered = true;
      tellEnd();
      stream.onHalfEnded();
    }
  }

  private boolean isListening() {
    return !stream.isClosed() && !stream.isLeaving();
  }

  private void giveBack(int length) {
    allowance.consumed(length);
    long value = allowance.settle(false);
    if (value > 0 && !stream.isClosed() && !remoteEnded) {
      stream.send(StreamFrame.credit(stream.id(), value));
    }
  }
}
