package io.peerbus.yamux;

import io.peerbus.machine.Deadlines;
import io.peerbus.muxer.Actions;
import io.peerbus.muxer.CloseCode;
import io.peerbus.muxer.Muxer;
import io.peerbus.muxer.ProtocolError;
import io.peerbus.muxer.WasteRate;
import java.nio.ByteBuffer;

/**
 * The multiplexing of one connection into streams (libp2p specs/yamux).
 *
 * <p>Window goes back to the other side only for bytes that {@link #consumed} reports. A session lives until
 * {@link #close}, a GoAway of the other side, an error of the other side, or its silence; of closing, our GoAway is
 * what {@link #transmit} still hands out. Unlike the spec we do not let streams go on after a GoAway: no other
 * implementation does.
 *
 * <p>Stream ids are those of the wire. Not thread safe, owned by its connection.
 */
public final class Session implements Muxer {

  /** Which side of the connection we are; the dialer's streams have odd ids. */
  public enum Role { DIALER, LISTENER }

  enum Timer { PING, PONG, FRAME }

  private enum Phase {
    OPEN,
    /** Over for the owner; the GoAway is yet to be sent. */
    GOING_AWAY,
    GONE
  }

  private static final long MILLI = 1_000_000;
  private static final int NO_STREAM = -1;

  /** Of {@link #pause}. Ten reads a second: all that is honest on the connection goes on, if slowly. */
  private static final long PAUSE = 100 * MILLI;

  /** Streams that can still be opened when {@link Muxer.Action.Worn} is told, or half of all if that is less. */
  private static final int RESERVE = 1024;

  private final YamuxOptions options;
  private final long frameTimeout;
  private final int reserve;
  private final Actions actions = new Actions();
  private final Deadlines<Timer> timers = new Deadlines<>(Timer.class);
  private final Outbox outbox;
  private final Streams streams;
  private final KeepAlive keepAlive;
  private final Inbound inbound;
  private Phase phase = Phase.OPEN;
  private CloseCode goAway;
  private boolean started;
  private int nextId;
  private int unopened;

  public Session(Role role, YamuxOptions options) {
    YamuxOptions copy = new YamuxOptions(options);
    WindowGrowth growth = new WindowGrowth(copy.getMaxWindow(), copy.getMaxGrowth());
    this.options = copy;
    this.frameTimeout = copy.getFrameTimeoutMillis() * MILLI;
    this.outbox = new Outbox(copy);
    this.streams = new Streams(copy, growth, outbox, actions);
    this.keepAlive = new KeepAlive(copy, timers, growth, actions);
    this.inbound = new Inbound(role == Role.LISTENER, copy, streams, outbox, keepAlive);
    this.nextId = role == Role.DIALER ? 1 : 2;
    this.unopened = copy.getLifetimeStreams();
    this.reserve = Math.min(RESERVE, unopened / 2);
  }

  @Override
  public void onBytes(long now, ByteBuffer in) {
    start(now);
    if (in.hasRemaining() && !isClosed()) {
      keepAlive.heard(now);
      try {
        inbound.onBytes(now, in);
        watchFrame(now);
        streams.refused().tell();
      } catch (ProtocolError e) {
        close(e, " (stream " + inbound.stream() + ")");
      }
      onGoAway(inbound.goAway());
    }
    in.position(in.limit());
  }

  /** Opens a stream; -1 also when the other side has not acknowledged too many. */
  @Override
  public int open(long now) {
    start(now);
    if (isClosed() || isUsedUp()) {
      return NO_STREAM;
    }
    Limit forbidden = streams.forbidsOpening();
    if (forbidden != null) {
      streams.refused().add(forbidden);
      streams.refused().tell();
      return NO_STREAM;
    }
    int id = nextId;
    nextId += 2;
    streams.open(now, id);
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

  /** The layer above took an inbound stream: the other side hears at once, since some count those it has not. */
  @Override
  public void accept(long now, int stream) {
    MuxedStream accepted = live(now, stream);
    if (accepted != null) {
      streams.accept(accepted);
    }
  }

  @Override
  public void write(long now, int stream, ByteBuffer data) {
    MuxedStream written = live(now, stream);
    if (written != null && !written.ending && data.hasRemaining()) {
      streams.accept(written);
      streams.write(now, written, data);
    }
  }

  @Override
  public void end(long now, int stream) {
    MuxedStream ended = live(now, stream);
    if (ended != null && !ended.ending) {
      streams.accept(ended);
      ended.ending = true;
      outbox.update(ended);
    }
  }

  /** Abandons both halves with a code, of which only 0 is known to all implementations. */
  @Override
  public void reset(long now, int stream, int code) {
    MuxedStream abandoned = live(now, stream);
    if (abandoned != null) {
      streams.reset(abandoned, code);
    }
  }

  @Override
  public void refuse(long now, int stream, int code) {
    MuxedStream refused = live(now, stream);
    if (refused == null) {
      return;
    }
    streams.reset(refused, code);
    try {
      inbound.onWaste(now, WasteRate.REFUSED);
    } catch (ProtocolError e) {
      close(e, "");
    }
  }

  @Override
  public long pause(long now) {
    return inbound.isWasteful(now) && !isClosed() ? PAUSE : 0;
  }

  @Override
  public void consumed(long now, int stream, int bytes) {
    MuxedStream read = live(now, stream);
    if (read != null) {
      streams.consumed(now, read, bytes);
    }
  }

  /** Measures the round trip as soon as possible; one ping at a time, so the answer to an earlier one may serve. */
  public void ping(long now) {
    start(now);
    if (!isClosed()) {
      keepAlive.request(now);
    }
  }

  @Override
  public void close(long now) {
    close(now, CloseCode.NORMAL);
  }

  /**
   * Ends the session. With {@link CloseCode#NORMAL} what can be sent of the streams goes before the GoAway; with any
   * other the GoAway is all that is sent.
   */
  public void close(long now, CloseCode code) {
    start(now);
    close(code, "closed by us");
  }

  @Override
  public int transmit(long now, ByteBuffer out) {
    start(now);
    int begin = out.position();
    if (phase == Phase.OPEN) {
      keepAlive.transmit(now, out);
    }
    outbox.transmitControl(out, streams);
    outbox.transmitData(now, out, begin, streams);
    if (phase == Phase.GOING_AWAY && outbox.isEmpty() && out.remaining() >= Header.SIZE) {
      Header.write(out, FrameType.GO_AWAY, Flags.NONE, Header.SESSION, (int) goAway.value());
      forgetAll();
    }
    return out.position() - begin;
  }

  @Override
  public boolean hasOutput() {
    return switch (phase) {
      case OPEN -> keepAlive.isOwed() || !outbox.isEmpty();
      case GOING_AWAY -> true;
      case GONE -> false;
    };
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
  public long stalls() {
    return streams.stalls().count();
  }

  @Override
  public long deadline() {
    return isClosed() ? NEVER : Math.min(timers.next(), streams.stalls().deadline());
  }

  @Override
  public void onDeadline(long now) {
    start(now);
    if (!isClosed()) {
      streams.giveUpStalled(now);
    }
    for (Timer timer = timers.expire(now); timer != null; timer = timers.expire(now)) {
      switch (timer) {
        case PING -> keepAlive.onPingDue(now);
        case PONG -> onPongDue(now);
        case FRAME -> close(Limit.FRAME_TIMEOUT.reached(options), "");
      }
    }
  }

  /** For tests: that nothing is left. */
  Streams streams() {
    return streams;
  }

  private void onPongDue(long now) {
    try {
      keepAlive.onPongDue(now);
    } catch (ProtocolError e) {
      close(e, "");
    }
  }

  private void onGoAway(CloseCode code) {
    if (code != null && !isClosed()) {
      end(new Action.Closed(code, true, "the other side goes away: " + code));
      forgetAll();
    }
  }

  private void close(ProtocolError error, String where) {
    streams.refused().tell(error);
    close(error.code(), error.getMessage() + where);
  }

  private void close(CloseCode code, String reason) {
    if (isClosed()) {
      return;
    }
    goAway = code;
    phase = Phase.GOING_AWAY;
    end(new Action.Closed(code, false, reason));
    if (!code.equals(CloseCode.NORMAL)) {
      outbox.clear();
    }
  }

  private void end(Action.Closed closed) {
    actions.close(closed);
    timers.clearAll();
  }

  private void forgetAll() {
    phase = Phase.GONE;
    outbox.clear();
    streams.clear();
  }

  private MuxedStream live(long now, int stream) {
    start(now);
    return isClosed() ? null : streams.get(stream);
  }

  private void start(long now) {
    if (!started) {
      started = true;
      keepAlive.start(now);
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
