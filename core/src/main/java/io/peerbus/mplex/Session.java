package io.peerbus.mplex;

import io.peerbus.machine.Deadlines;
import io.peerbus.muxer.Actions;
import io.peerbus.muxer.CloseCode;
import io.peerbus.muxer.Muxer;
import io.peerbus.muxer.ProtocolError;
import io.peerbus.muxer.WasteRate;
import java.nio.ByteBuffer;

/**
 * The multiplexing of one connection into streams without flow control (libp2p specs/mplex).
 *
 * <p>What the protocol lacks is made up for, or told to the owner: {@link #isFull} holds the whole connection while a
 * reader is behind, as nothing could hold its writer alone. A reset has no code. A stream has no acknowledgement, so
 * {@link #accept} does nothing. There is no ping: a session that has no stream and hears nothing for
 * {@link MplexOptions#getIdleMillis} closes, as it cannot tell whether anybody is there, and for one with streams the
 * keep-alive of TCP has to do. There is no GoAway: {@link #close} sends what is queued, and then the connection ends.
 *
 * <p>Streams of the dialer have odd ids, as in the spec; those of the other side are counted as they come, whatever
 * numbers it gives them. Not thread safe, owned by its connection.
 */
public final class Session implements Muxer {

  enum Timer { FRAME }

  private enum Phase {
    OPEN,
    /** Over for the owner; what was written is yet to be sent. */
    LEAVING,
    GONE
  }

  private static final long MILLI = 1_000_000;
  private static final int NO_STREAM = -1;

  /** Of {@link #pause}. Ten reads a second: all that is honest on the connection goes on, if slowly. */
  private static final long PAUSE = 100 * MILLI;

  /** Streams that can still be opened when {@link Muxer.Action.Worn} is told, or half of all if that is less. */
  private static final int RESERVE = 1024;

  private final MplexOptions options;
  private final long frameTimeout;
  private final long idleTime;
  private final int reserve;
  private final Actions actions = new Actions();
  private final Deadlines<Timer> timers = new Deadlines<>(Timer.class);
  private final Outbox outbox;
  private final Backlog backlog;
  private final Streams streams;
  private final Inbound inbound;
  private Phase phase = Phase.OPEN;
  private boolean started;
  private long usedAt;
  private int nextId;
  private int unopened;

  /** {@code dialer}: whether we are the side that dialled. */
  public Session(boolean dialer, MplexOptions options) {
    MplexOptions copy = new MplexOptions(options);
    this.options = copy;
    this.outbox = new Outbox(copy);
    this.frameTimeout = copy.getFrameTimeoutMillis() * MILLI;
    this.idleTime = copy.getIdleMillis() * MILLI;
    this.backlog = new Backlog(copy);
    this.streams = new Streams(dialer ? 2 : 1, copy, outbox, backlog, actions);
    this.inbound = new Inbound(copy, streams, outbox);
    this.nextId = dialer ? 1 : 2;
    this.unopened = copy.getLifetimeStreams();
    this.reserve = Math.min(RESERVE, unopened / 2);
  }

  @Override
  public void onBytes(long now, ByteBuffer in) {
    use(now);
    if (in.hasRemaining() && !isClosed()) {
      try {
        inbound.onBytes(now, in);
        watchFrame(now);
        streams.refused().tell();
      } catch (ProtocolError e) {
        close(e, " (stream " + inbound.number() + ")");
      }
    }
    in.position(in.limit());
  }

  @Override
  public int open(long now) {
    use(now);
    if (isClosed() || isUsedUp()) {
      return NO_STREAM;
    }
    if (!streams.canOpen()) {
      streams.refused().add(Limit.MAX_OUTBOUND_STREAMS);
      streams.refused().tell();
      return NO_STREAM;
    }
    int id = nextId;
    nextId += 2;
    streams.open(id);
    unopened--;
    if (unopened == reserve) {
      actions.add(new Action.Worn());
    }
    return id;
  }

  @Override
  public boolean isUsedUp() {
    return unopened == 0;
  }

  /** Nothing: the other side is not told. */
  @Override
  public void accept(long now, int stream) {
    use(now);
  }

  @Override
  public void write(long now, int stream, ByteBuffer data) {
    MuxedStream written = live(now, stream);
    if (written != null && !written.ending && data.hasRemaining()) {
      written.queue.add(data);
      outbox.update(written);
    }
  }

  @Override
  public void end(long now, int stream) {
    MuxedStream ended = live(now, stream);
    if (ended != null && !ended.ending) {
      ended.ending = true;
      outbox.update(ended);
    }
  }

  /** Abandons both halves; the code cannot be told. */
  @Override
  public void reset(long now, int stream, int code) {
    MuxedStream abandoned = live(now, stream);
    if (abandoned != null) {
      streams.reset(abandoned);
    }
  }

  @Override
  public void refuse(long now, int stream, int code) {
    MuxedStream refused = live(now, stream);
    if (refused == null) {
      return;
    }
    streams.reset(refused);
    try {
      inbound.onWaste(now, WasteRate.REFUSED);
    } catch (ProtocolError e) {
      close(e, "");
    }
  }

  @Override
  public void consumed(long now, int stream, int bytes) {
    MuxedStream read = live(now, stream);
    if (read != null) {
      backlog.remove(now, read, bytes);
    }
  }

  @Override
  public long pause(long now) {
    return inbound.isWasteful(now) && !isClosed() ? PAUSE : 0;
  }

  @Override
  public boolean isFull() {
    return backlog.isFull() && !isClosed();
  }

  @Override
  public void close(long now) {
    use(now);
    close(CloseCode.NORMAL, "closed by us");
  }

  @Override
  public int transmit(long now, ByteBuffer out) {
    use(now);
    int begin = out.position();
    outbox.transmitControl(out, streams);
    outbox.transmitData(out, begin, streams);
    if (phase == Phase.LEAVING && outbox.isEmpty()) {
      forgetAll();
    }
    return out.position() - begin;
  }

  @Override
  public boolean hasOutput() {
    return phase != Phase.GONE && !outbox.isEmpty();
  }

  @Override
  public boolean isClosed() {
    return phase != Phase.OPEN;
  }

  @Override
  public Action poll() {
    return actions.poll();
  }

  @Override
  public long deadline() {
    return isClosed() ? NEVER : Math.min(idleDeadline(), Math.min(timers.next(), backlog.deadline()));
  }

  private long idleDeadline() {
    return idleTime == 0 || !started || streams.counted() > 0 ? NEVER : usedAt + idleTime;
  }

  @Override
  public void onDeadline(long now) {
    if (isClosed()) {
      return;
    }
    excuseFrame(now);
    if (backlog.deadline() <= now) {
      streams.makeRoom();
    }
    if (timers.expire(now) == Timer.FRAME) {
      close(Limit.FRAME_TIMEOUT.reached(options), "");
    } else if (idleDeadline() <= now) {
      close(CloseCode.NORMAL, "without a stream or a byte for " + idleTime / MILLI
          + " ms: mplex has no ping to find out whether anybody is there");
    }
  }

  /** For tests: that nothing is left. */
  Streams streams() {
    return streams;
  }

  /** For tests: what readers have not taken. */
  Backlog backlog() {
    return backlog;
  }

  private void close(ProtocolError error, String where) {
    streams.refused().tell(error);
    close(error.code(), error.getMessage() + where);
  }

  private void close(CloseCode code, String reason) {
    if (isClosed()) {
      return;
    }
    phase = Phase.LEAVING;
    actions.close(new Action.Closed(code, false, reason));
    timers.clearAll();
    if (!code.equals(CloseCode.NORMAL)) {
      outbox.clear();
    }
    if (outbox.isEmpty()) {
      forgetAll();
    }
  }

  private void forgetAll() {
    phase = Phase.GONE;
    outbox.clear();
    streams.clear();
  }

  private MuxedStream live(long now, int stream) {
    use(now);
    return isClosed() ? null : streams.get(stream);
  }

  private void use(long now) {
    started = true;
    usedAt = now;
    excuseFrame(now);
  }

  /** What we do not read cannot be late: the time of a frame begins anew when reading goes on. */
  private void excuseFrame(long now) {
    if (backlog.isFull() && timers.isSet(Timer.FRAME)) {
      timers.set(Timer.FRAME, now + frameTimeout);
    }
  }

  /** A frame that began has one total time to end, however its bytes trickle in. */
  private void watchFrame(long now) {
    if (!inbound.isWithinFrame()) {
      timers.clear(Timer.FRAME);
    } else if (inbound.hasEndedFrame() || !timers.isSet(Timer.FRAME)) {
      timers.set(Timer.FRAME, now + frameTimeout);
    }
  }
}
