package io.peerbus.mplex;

import io.peerbus.muxer.Actions;
import io.peerbus.muxer.Muxer.Action;
import io.peerbus.muxer.RefusalCounts;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * The streams of a session: by id, how many there are of each kind, and their life until they finish or are reset.
 *
 * <p>Numbers on the wire are those of the opener, so the same one may name two streams, and the other side may use it
 * again for another stream; what the owner calls a stream is ours and never used twice. A stream that is over leaves
 * the tables, so that what still comes for it is that of an unknown stream. It keeps its place in the count until the
 * reset we owe is sent: otherwise a peer that opens streams and never reads would make us hold resets without end.
 * Not thread safe, owned by its session.
 */
final class Streams {

  private final Map<Integer, MuxedStream> byId = new HashMap<>();
  private final Map<Long, MuxedStream> inboundByNumber = new HashMap<>();
  private final MplexOptions options;
  private final Outbox outbox;
  private final Backlog backlog;
  private final Actions actions;
  private final RefusalCounts<Limit> refused;
  private int nextInbound;
  private int unadmitted;
  private int inbound;
  private int outbound;

  /** {@code firstInbound}: what the other side's first stream is called here; others follow in steps of two. */
  Streams(int firstInbound, MplexOptions options, Outbox outbox, Backlog backlog, Actions actions) {
    this.nextInbound = firstInbound;
    this.options = options;
    this.outbox = outbox;
    this.backlog = backlog;
    this.actions = actions;
    this.refused = new RefusalCounts<>(limit -> limit.message(options), actions);
    this.unadmitted = options.getLifetimeStreams();
  }

  /** The stream the owner calls so, or {@code null} when it is unknown or over. */
  MuxedStream get(int id) {
    return byId.get(id);
  }

  /** The stream the wire calls so, or {@code null}. */
  MuxedStream numbered(long number, boolean openedByRemote) {
    if (openedByRemote) {
      return inboundByNumber.get(number);
    }
    MuxedStream ours = number == (int) number ? byId.get((int) number) : null;
    return ours == null || ours.inbound ? null : ours;
  }

  /** What the owner is yet to be told that limits refused. */
  RefusalCounts<Limit> refused() {
    return refused;
  }

  boolean canOpen() {
    return outbound < options.getMaxOutboundStreams();
  }

  /** What forbids one more stream of the other side, or {@code null}. */
  Limit forbidsAdmission() {
    if (inbound >= options.getMaxInboundStreams()) {
      return Limit.MAX_INBOUND_STREAMS;
    }
    return unadmitted == 0 ? Limit.LIFETIME_STREAMS : null;
  }

  /** A stream of ours; both sides call it the same. */
  void open(int id) {
    MuxedStream stream = new MuxedStream(id, id, false);
    byId.put(id, stream);
    outbound++;
    outbox.update(stream);
  }

  /** A stream of the other side. */
  void onOpen(long number) {
    MuxedStream stream = new MuxedStream(nextInbound, number, true);
    nextInbound += 2;
    unadmitted--;
    byId.put(stream.id, stream);
    inboundByNumber.put(number, stream);
    inbound++;
    actions.add(new Action.Opened(stream.id));
  }

  void onData(long now, MuxedStream stream, ByteBuffer data) {
    backlog.add(now, stream, data.remaining());
    actions.add(new Action.Received(stream.id, data));
    if (backlog.isOverrun(stream)) {
      overrun(stream, Limit.MAX_UNREAD);
    } else if (backlog.isOverrun()) {
      overrun(mostUnread(), Limit.MAX_UNREAD_OF_SESSION);
    }
  }

  /** Gives streams up until there is room again. */
  void makeRoom() {
    while (backlog.isFull()) {
      overrun(mostUnread(), Limit.READ_TIMEOUT);
    }
    refused.tell();
  }

  private void overrun(MuxedStream stream, Limit reached) {
    refused.add(reached);
    actions.add(new Action.Overrun(stream.id));
    reset(stream);
  }

  /** Of several the one that was opened first, so that it does not depend on the order of a table. */
  private MuxedStream mostUnread() {
    MuxedStream most = null;
    for (MuxedStream stream : byId.values()) {
      boolean more = most == null || stream.unread > most.unread;
      if (more || stream.unread == most.unread && Integer.compareUnsigned(stream.id, most.id) < 0) {
        most = stream;
      }
    }
    return most;
  }

  void onEnd(MuxedStream stream) {
    if (!stream.remoteEnded) {
      stream.remoteEnded = true;
      actions.add(new Action.Ended(stream.id));
      finishIfOver(stream);
    }
  }

  void onReset(MuxedStream stream) {
    actions.add(new Action.Reset(stream.id, 0));
    forget(stream);
    release(stream);
  }

  /** Resets a stream for what the other side did. */
  void abort(MuxedStream stream) {
    actions.add(new Action.Reset(stream.id, 0));
    reset(stream);
  }

  void reset(MuxedStream stream) {
    // A stream the other side was not told of leaves no trace.
    boolean known = !stream.newOwed;
    forget(stream);
    if (known) {
      stream.resetOwed = true;
      outbox.update(stream);
    } else {
      release(stream);
    }
  }

  /** {@link Outbox} framed that much of it. */
  void dataSent(MuxedStream stream, int bytes) {
    actions.add(new Action.Sent(stream.id, bytes));
  }

  void closeSent(MuxedStream stream) {
    stream.closeSent = true;
    finishIfOver(stream);
  }

  void resetSent(MuxedStream stream) {
    stream.resetOwed = false;
    release(stream);
  }

  void clear() {
    byId.clear();
    inboundByNumber.clear();
  }

  /** For tests: what the latest stream of the other side is called, if it is not over. */
  int latestInbound() {
    return nextInbound - 2;
  }

  /** Entries of both tables. */
  int size() {
    return byId.size() + inboundByNumber.size();
  }

  /** Streams in the tables and streams whose reset is yet to be sent. */
  int counted() {
    return inbound + outbound;
  }

  private void finishIfOver(MuxedStream stream) {
    if (stream.closeSent && stream.remoteEnded) {
      forget(stream);
      release(stream);
      actions.add(new Action.Finished(stream.id));
    }
  }

  private void forget(MuxedStream stream) {
    byId.remove(stream.id);
    if (stream.inbound) {
      inboundByNumber.remove(stream.number);
    }
    backlog.forget(stream);
    stream.gone = true;
    stream.discard();
    outbox.update(stream);
  }

  private void release(MuxedStream stream) {
    if (stream.inbound) {
      inbound--;
    } else {
      outbound--;
    }
  }
}
