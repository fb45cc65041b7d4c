package io.peerbus.yamux;

import io.peerbus.muxer.Actions;
import io.peerbus.muxer.Muxer.Action;
import io.peerbus.muxer.ProtocolError;
import io.peerbus.muxer.RefusalCounts;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * The streams of a session: by id, how many there are of each kind, and their life until they finish or are reset.
 *
 * <p>A stream that is over leaves the table, so that what still comes for it is that of an unknown stream. It keeps its
 * place in the count until the reset we owe is sent: otherwise a peer that opens streams and never reads would make
 * us hold resets without end. Not thread safe, owned by its session.
 */
final class Streams {

  private static final long MILLI = 1_000_000;

  private final Map<Integer, MuxedStream> byId = new HashMap<>();
  private final YamuxOptions options;
  private final WindowGrowth growth;
  private final Outbox outbox;
  private final Actions actions;
  private final RefusalCounts<Limit> refused;
  private final Stalls stalls;
  private MuxedStream latest;
  private int inbound;
  private int outbound;
  private int unaccepted;
  private int unacknowledged;

  Streams(YamuxOptions options, WindowGrowth growth, Outbox outbox, Actions actions) {
    this.options = options;
    this.growth = growth;
    this.outbox = outbox;
    this.actions = actions;
    this.refused = new RefusalCounts<>(limit -> limit.message(options), actions);
    this.stalls = new Stalls(options.getWriteTimeoutMillis() * MILLI);
  }

  Stalls stalls() {
    return stalls;
  }

  /** The stream, or {@code null} when it is unknown or over. */
  MuxedStream get(int id) {
    // Frames come in runs of one stream.
    if (latest == null || latest.id != id) {
      latest = byId.get(id);
    }
    return latest;
  }

  /** What the owner is yet to be told that limits refused. */
  RefusalCounts<Limit> refused() {
    return refused;
  }

  /** What forbids one more stream of ours, or {@code null}. */
  Limit forbidsOpening() {
    if (outbound >= options.getMaxOutboundStreams()) {
      return Limit.MAX_OUTBOUND_STREAMS;
    }
    return unacknowledged >= options.getMaxUnacknowledged() ? Limit.MAX_UNACKNOWLEDGED : null;
  }

  /** What forbids one more stream of the other side, or {@code null}. */
  Limit forbidsAdmission() {
    if (inbound >= options.getMaxInboundStreams()) {
      return Limit.MAX_INBOUND_STREAMS;
    }
    return unaccepted >= options.getAcceptBacklog() ? Limit.ACCEPT_BACKLOG : null;
  }

  /** A stream of ours. */
  void open(long now, int id) {
    MuxedStream stream = new MuxedStream(now, id, false);
    byId.put(id, stream);
    outbound++;
    unacknowledged++;
    outbox.update(stream);
  }

  /** A stream of the other side. */
  MuxedStream onOpen(long now, int id) {
    MuxedStream stream = new MuxedStream(now, id, true);
    byId.put(id, stream);
    inbound++;
    unaccepted++;
    actions.add(new Action.Opened(id));
    return stream;
  }

  /** The other side acknowledged a stream of ours. */
  void onAck(MuxedStream stream) {
    if (!stream.inbound) {
      answered(stream);
    }
  }

  void accept(MuxedStream stream) {
    if (stream.inbound && stream.unanswered) {
      answered(stream);
      stream.ackOwed = true;
      outbox.update(stream);
    }
  }

  void onData(MuxedStream stream, ByteBuffer data) {
    stream.window.received(data.remaining());
    actions.add(new Action.Received(stream.id, data));
  }

  void consumed(long now, MuxedStream stream, int bytes) {
    int delta = stream.window.consumed(now, bytes, growth);
    if (delta > 0 && !stream.remoteEnded) {
      stream.updateOwed += delta;
      outbox.update(stream);
    }
  }

  void onEnd(MuxedStream stream) {
    if (stream.remoteEnded) {
      return;
    }
    stream.remoteEnded = true;
    stream.updateOwed = 0;
    outbox.update(stream);
    actions.add(new Action.Ended(stream.id));
    finishIfOver(stream);
  }

  void onReset(MuxedStream stream, long code) {
    actions.add(new Action.Reset(stream.id, code));
    forget(stream);
    release(stream);
  }

  /** Queues data of ours. */
  void write(long now, MuxedStream stream, ByteBuffer data) {
    stream.write(data);
    outbox.update(stream);
    stalls.update(now, stream);
  }

  /** Credit came. */
  void onCredit(long now, MuxedStream stream, long delta) throws ProtocolError {
    stream.window.onUpdate(delta);
    outbox.update(stream);
    stalls.update(now, stream);
  }

  /** Resets the streams that waited too long for credit. */
  void giveUpStalled(long now) {
    for (MuxedStream stream = stalls.next(now); stream != null; stream = stalls.next(now)) {
      actions.add(new Action.Stalled(stream.id));
      refused.add(Limit.WRITE_TIMEOUT);
      reset(stream, 0);
    }
    refused.tell();
  }

  /** Resets a stream for what the other side did. */
  void abort(MuxedStream stream) {
    actions.add(new Action.Reset(stream.id, 0));
    reset(stream, 0);
  }

  void reset(MuxedStream stream, int code) {
    // A stream whose SYN was not sent yet leaves no trace.
    boolean known = !stream.synOwed;
    forget(stream);
    if (known) {
      stream.resetOwed = true;
      stream.resetCode = code;
      outbox.update(stream);
    } else {
      release(stream);
    }
  }

  /** {@link Outbox} framed that much of it. */
  void dataSent(long now, MuxedStream stream, int bytes) {
    stalls.update(now, stream);
    actions.add(new Action.Sent(stream.id, bytes));
  }

  void finSent(MuxedStream stream) {
    stream.finSent = true;
    finishIfOver(stream);
  }

  void resetSent(MuxedStream stream) {
    stream.resetOwed = false;
    release(stream);
  }

  void clear() {
    byId.clear();
    stalls.clear();
    latest = null;
  }

  /** Streams in the table. */
  int size() {
    return byId.size();
  }

  /** Streams in the table and streams whose reset is yet to be sent. */
  int counted() {
    return inbound + outbound;
  }

  private void finishIfOver(MuxedStream stream) {
    if (stream.finSent && stream.remoteEnded) {
      forget(stream);
      release(stream);
      actions.add(new Action.Finished(stream.id));
    }
  }

  private void forget(MuxedStream stream) {
    answered(stream);
    byId.remove(stream.id);
    if (latest == stream) {
      latest = null;
    }
    growth.release(stream.window.grown());
    stream.gone = true;
    stalls.remove(stream);
    stream.discard();
    outbox.update(stream);
  }

  private void answered(MuxedStream stream) {
    if (!stream.unanswered) {
      return;
    }
    stream.unanswered = false;
    if (stream.inbound) {
      unaccepted--;
    } else {
      unacknowledged--;
    }
  }

  private void release(MuxedStream stream) {
    if (stream.inbound) {
      inbound--;
    } else {
      outbound--;
    }
  }
}
