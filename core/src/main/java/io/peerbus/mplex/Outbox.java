package io.peerbus.mplex;

import io.peerbus.muxer.ProtocolError;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;

/**
 * What is to be sent: first the resets of streams that we never had, then what opens and resets streams, then data in
 * turn.
 *
 * <p>A stream owes at most one frame of each kind, whatever happens before it is sent. Not thread safe, owned by its
 * session.
 */
final class Outbox {

  /** A frame's payload while several streams want to send: a stream waits at most so long for each other. */
  static final int SHARE = 16 * 1024;

  /** The most payload in a frame: a sixteenth of what others accept, so that nobody waits long behind it. */
  static final int MAX_PAYLOAD = 64 * 1024;

  /** No data frame smaller than this is squeezed into the end of a buffer when more is queued. */
  static final int WORTHWHILE = 1024;

  /**
   * Resets of refused streams that wait to be sent; one more ends the session. A peer that opens streams and does not
   * read could otherwise grow this for ever. 24 KiB.
   */
  static final int MAX_REFUSALS = 1024;

  private final MplexOptions options;
  private final ArrayDeque<Long> refusals = new ArrayDeque<>();
  private final LinkedHashSet<MuxedStream> owing = new LinkedHashSet<>();
  private final LinkedHashSet<MuxedStream> ready = new LinkedHashSet<>();

  Outbox(MplexOptions options) {
    this.options = options;
  }

  /** Resets a stream of the other side that we never had. */
  void refuse(long number) throws ProtocolError {
    if (refusals.size() == MAX_REFUSALS) {
      throw Limit.MAX_PENDING_REFUSALS.reached(options);
    }
    refusals.add(number);
  }

  /** Something about the stream changed: looks what it wants to send now. */
  void update(MuxedStream stream) {
    if (stream.owesControl()) {
      owing.add(stream);
    } else {
      owing.remove(stream);
    }
    if (!stream.gone && stream.isReady()) {
      ready.add(stream);
    } else {
      ready.remove(stream);
    }
  }

  boolean isEmpty() {
    return owing.isEmpty() && ready.isEmpty() && refusals.isEmpty();
  }

  void clear() {
    owing.clear();
    ready.clear();
    refusals.clear();
  }

  /** Writes what goes before all data. Nothing of a stream goes before what opens it: for both the room is the same. */
  void transmitControl(ByteBuffer out, Streams streams) {
    while (!refusals.isEmpty() && out.remaining() >= Header.MAX_WRITTEN) {
      Header.write(out, Flag.RESET_RECEIVER, refusals.poll(), 0);
    }
    while (!owing.isEmpty() && out.remaining() >= Header.MAX_WRITTEN) {
      MuxedStream stream = owing.iterator().next();
      if (stream.resetOwed) {
        Header.write(out, Flag.reset(stream.inbound), stream.number, 0);
        streams.resetSent(stream);
      } else {
        stream.newOwed = false;
        Header.write(out, Flag.NEW_STREAM, stream.number, 0); // without a name, as it has no meaning
      }
      update(stream);
    }
  }

  /** Writes data in turn; {@code start} is where this transmission began in {@code out}. */
  void transmitData(ByteBuffer out, int start, Streams streams) {
    while (!ready.isEmpty() && out.remaining() >= Header.MAX_WRITTEN) {
      MuxedStream stream = ready.iterator().next();
      if (stream.isCloseDue()) {
        Header.write(out, Flag.close(stream.inbound), stream.number, 0);
        streams.closeSent(stream);
        update(stream);
        continue;
      }
      int room = out.remaining() - Header.MAX_WRITTEN;
      int wanted = (int) Math.min(stream.queue.bytes(), ready.size() > 1 ? SHARE : MAX_PAYLOAD);
      boolean squeezed = room < Math.min(wanted, WORTHWHILE) && out.position() > start;
      if (room == 0 || squeezed) {
        return;
      }
      int payload = Math.min(wanted, room);
      Header.write(out, Flag.message(stream.inbound), stream.number, payload);
      stream.queue.moveTo(out, payload);
      ready.remove(stream);
      update(stream);
      streams.dataSent(stream, payload);
    }
  }
}
