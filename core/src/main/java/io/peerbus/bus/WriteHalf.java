package io.peerbus.bus;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;

/**
 * The writing half of a {@link BusStream}: what waits for credit, and what core has not framed for the peer yet. Not
 * thread safe, owned by its stream.
 */
final class WriteHalf {

  private record Unsent(Buffer data, Promise<Void> written) {}

  private record InFlight(long end, Promise<Void> written) {}

  private final BusStream stream;
  private final ArrayDeque<Unsent> unsent = new ArrayDeque<>();
  private final ArrayDeque<InFlight> inFlight = new ArrayDeque<>();
  private final Credit credit = new Credit();
  private long unsentBytes;
  private long sentBytes;
  private long framedBytes;
  private int maxQueue = 256 * 1024;
  private Promise<Void> ended;
  private boolean endSent;
  private Handler<Void> drainHandler;

  WriteHalf(BusStream stream, long initialCredit) {
    this.stream = stream;
    credit.open(initialCredit);
  }

  void onCredit(long value) {
    boolean wasFull = isFull();
    int bytes = credit.giveBack(value);
    if (bytes < 0) {
      stream.abort(Failure.PROTOCOL_ERROR.because("core gave back more credit than was spent"));
      return;
    }
    framedBytes += bytes;
    while (!inFlight.isEmpty() && inFlight.peek().end() <= framedBytes) {
      stream.tell(inFlight.poll().written(), null);
    }
    flush();
    if (wasFull && drainHandler != null && !stream.isClosed() && !stream.isLeaving() && !isFull()) {
      stream.call(drainHandler, null);
    }
  }

  /** All was handed to core, and the end. */
  boolean isOver() {
    return endSent;
  }

  boolean isFull() {
    return !stream.isClosed() && (unsentBytes > 0 || !credit.allows() || sentBytes - framedBytes >= maxQueue);
  }

  void setMaxQueue(int bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("writeQueueMaxSize: " + bytes + " < 1");
    }
    maxQueue = bytes;
  }

  void setDrainHandler(Handler<Void> handler) {
    drainHandler = handler;
  }

  Future<Void> write(Buffer data) {
    if (ended != null) {
      return Future.failedFuture(Failure.CANCELLED.because("write after end"));
    }
    if (data.length() == 0) {
      return Future.succeededFuture();
    }
    Promise<Void> written = Promise.promise();
    unsent.add(new Unsent(data, written));
    unsentBytes += data.length();
    flush();
    return written.future();
  }

  /** Answers {@code null} when the stream was over before it was ended. */
  Future<Void> end() {
    if (ended == null) {
      if (stream.isClosed()) {
        return null;
      }
      ended = Promise.promise();
      flush();
    }
    return ended.future();
  }

  /** Whether no more may be written. */
  boolean isEnding() {
    return ended != null;
  }

  /** What another client is to send from here. Those who wrote and ended it are told that it is done. */
  Buffer takeUnsent() {
    Buffer all = Buffer.buffer();
    unsent.forEach(write -> all.appendBuffer(write.data()));
    unsent.forEach(write -> stream.tell(write.written(), null));
    unsent.clear();
    if (ended != null) {
      stream.tell(ended, null);
    }
    return all;
  }

  /** What an earlier client left: bytes to send, whether the end comes behind them, and whether that was sent. */
  void restore(Buffer unsent, boolean ending, boolean alreadySent) {
    write(unsent);
    if (ending) {
      ended = Promise.promise();
      endSent = alreadySent;
      if (alreadySent) {
        ended.complete();
      }
      flush();
    }
  }

  /** The stream is over, well when there is no reason. */
  void close(FailureException reason) {
    inFlight.forEach(write -> stream.tell(write.written(), reason)); // all was sent; core frames it without us
    if (reason != null) {
      unsent.forEach(write -> stream.tell(write.written(), reason));
      if (ended != null) {
        stream.tell(ended, reason);
      }
    }
    inFlight.clear();
    unsent.clear();
  }

  private void flush() {
    if (stream.isLeaving()) {
      return;
    }
    while (!unsent.isEmpty() && credit.allows() && !stream.isClosed()) {
      Unsent next = unsent.poll();
      int length = next.data().length();
      int part = (int) Math.min(Math.min(length, StreamFrame.MAX_DATA), Math.max(1, credit.available()));
      credit.spend(part);
      unsentBytes -= part;
      sentBytes += part;
      if (part < length) {
        unsent.addFirst(new Unsent(next.data().slice(part, length), next.written()));
      } else {
        inFlight.add(new InFlight(sentBytes, next.written()));
      }
      stream.send(StreamFrame.data(stream.id(), part < length ? next.data().slice(0, part) : next.data()));
    }
    if (ended != null && !endSent && unsent.isEmpty() && !stream.isClosed()) {
      endSent = true;
      stream.send(StreamFrame.end(stream.id()));
      stream.tell(ended, null);
      stream.onHalfEnded();
    }
  }
}
