package io.peerbus.yamux;

import io.peerbus.muxer.ProtocolError;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * What is to be sent: first the answers we owe to frames, then the control frames of streams, then data in turn.
 *
 * <p>Nothing here grows by what the other side sends: answers that belong to no stream are limited, and a stream owes
 * at most one frame of each kind, whatever happens before it is sent. Not thread safe, owned by its session.
 */
final class Outbox {

  /** A data frame's payload while several streams want to send: a stream waits at most so long for each other. */
  static final int SHARE = 16 * 1024;

  /** The most payload in a data frame: what go-yamux sends, far below the 1 MiB that rust and jvm accept. */
  static final int MAX_PAYLOAD = 64 * 1024 - Header.SIZE;

  /** No data frame smaller than this is squeezed into the end of a buffer when more is queued. */
  static final int WORTHWHILE = 1024;

  private final StreamList owing = new StreamList();
  private final StreamList ready = new StreamList();
  private final YamuxOptions options;
  private final Replies pongs;
  private final Refusals refusals = new Refusals();

  Outbox(YamuxOptions options) {
    this.options = options;
    this.pongs = new Replies(options.getMaxPendingPongs());
  }

  void pong(int value) throws ProtocolError {
    if (pongs.isFull()) {
      throw Limit.MAX_PENDING_PONGS.reached(options);
    }
    pongs.add(value);
  }

  /** Resets a stream that we never had. */
  void refuse(int stream) throws ProtocolError {
    if (!refusals.add(stream)) {
      throw Limit.MAX_PENDING_REFUSALS.reached(options);
    }
  }

  /** Something about the stream changed: looks what it wants to send now. */
  void update(MuxedStream stream) {
    if (stream.owesControl()) {
      owing.add(stream.owing);
    } else {
      owing.remove(stream.owing);
    }
    if (!stream.gone && stream.isReady()) {
      ready.add(stream.ready);
    } else {
      ready.remove(stream.ready);
    }
  }

  boolean isEmpty() {
    return owing.isEmpty() && ready.isEmpty() && pongs.isEmpty() && refusals.isEmpty();
  }

  void clear() {
    owing.clear();
    ready.clear();
    pongs.clear();
    refusals.clear();
  }

  /** Writes what goes before all data: the answers, and the control frames of streams. */
  void transmitControl(ByteBuffer out, Streams streams) {
    while (!pongs.isEmpty() && out.remaining() >= Header.SIZE) {
      Header.write(out, FrameType.PING, Flags.ACK, Header.SESSION, pongs.next());
    }
    while (!refusals.isEmpty() && out.remaining() >= Header.SIZE) {
      Header.write(out, FrameType.WINDOW_UPDATE, Flags.RST, refusals.next(), 0);
    }
    while (!owing.isEmpty() && out.remaining() >= Header.SIZE) {
      MuxedStream stream = owing.first();
      if (stream.resetOwed) {
        Header.write(out, FrameType.WINDOW_UPDATE, Flags.RST, stream.id, stream.resetCode);
        streams.resetSent(stream);
      } else {
        transmitControl(stream, out);
      }
      update(stream);
    }
  }

  /** One flag a frame: others look only at the first they know (jvm-libp2p, py-libp2p). */
  private static void transmitControl(MuxedStream stream, ByteBuffer out) {
    if (stream.synOwed) {
      stream.synOwed = false;
      Header.write(out, FrameType.WINDOW_UPDATE, Flags.SYN, stream.id, 0);
    } else if (stream.ackOwed) {
      stream.ackOwed = false;
      Header.write(out, FrameType.WINDOW_UPDATE, Flags.ACK, stream.id, 0);
    } else {
      Header.write(out, FrameType.WINDOW_UPDATE, Flags.NONE, stream.id, stream.updateOwed);
      stream.updateOwed = 0;
    }
  }

  /** Writes data in turn; {@code start} is where this transmission began in {@code out}. */
  void transmitData(long now, ByteBuffer out, int start, Streams streams) {
    while (!ready.isEmpty() && out.remaining() >= Header.SIZE) {
      MuxedStream stream = ready.first();
      if (stream.isFinDue()) {
        Header.write(out, FrameType.DATA, Flags.FIN, stream.id, 0);
        streams.finSent(stream);
        update(stream);
        continue;
      }
      int room = out.remaining() - Header.SIZE;
      int wanted = (int) Math.min(stream.sendable(), ready.hasSeveral() ? SHARE : MAX_PAYLOAD);
      boolean squeezed = room < Math.min(wanted, WORTHWHILE) && out.position() > start;
      if (room == 0 || squeezed) {
        return;
      }
      int payload = Math.min(wanted, room);
      Header.write(out, FrameType.DATA, Flags.NONE, stream.id, payload);
      stream.send(out, payload);
      ready.remove(stream.ready);
      update(stream);
      streams.dataSent(now, stream, payload);
    }
  }
}
