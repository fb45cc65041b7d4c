package io.peerbus.yamux;

import io.peerbus.machine.Deadlines;
import io.peerbus.machine.Machine;
import java.nio.ByteBuffer;

/**
 * The multiplexing of one connection into streams (libp2p specs/yamux).
 *
 * <p>Bytes of the wire come in by {@link #onBytes}; what they mean comes out of {@link #poll}. Bytes for the wire are
 * pulled by {@link #transmit}, only when the wire can take them: that is the back-pressure, and until then data stays
 * queued within the credit its writer has. Window goes back to the other side only for bytes that
 * {@link #consumed} reports.
 *
 * <p>A session lives until {@link #close}, a GoAway of the other side, an error of the other side, or its silence. All
 * of these end in exactly one {@link Action.Closed}, the last action there is; the streams are over with it, without
 * an action of their own. What is received or asked after that has no effect, but {@link #transmit} still hands out
 * our GoAway. Unlike the spec we do not let streams go on after a GoAway: no other implementation does.
 *
 * <p>Stream ids are the 32 bits of the wire, to be read as unsigned. Time is in nanoseconds of any origin. No method
 * throws for what the other side does. Not thread safe, owned by its connection.
 */
public final class Session implements Machine<Session.Action> {

  /** Which side of the connection we are; the dialer's streams have odd ids. */
  public enum Role { DIALER, LISTENER }

  /** What the owner is to know. */
  public sealed interface Action {

    /** The other side opened a stream; {@link Session#accept} it or {@link Session#reset} it. */
    record Opened(int stream) implements Action {}

    /**
     * Bytes of a stream, a slice of what was given to {@link Session#onBytes}; one frame may come in several. Frames
     * may be as small as one byte, and each slice holds all of the input it is cut from: who keeps small ones for
     * long should copy them together, or a peer makes a window of bytes cost a hundred times as much.
     */
    record Received(int stream, ByteBuffer data) implements Action {}

    /** The other side will write no more, after all its data. */
    record Ended(int stream) implements Action {}

    /**
     * Both halves are abandoned, by the other side or by us for its fault.
     *
     * @param code the other side's reason, 0 to 2^32-1; 0 when it has none
     */
    record Reset(int stream, long code) implements Action {}

    /** Reset by us, as the other side gave no credit for what was written to it for too long. */
    record Stalled(int stream) implements Action {}

    /** So many bytes that were written to the stream are in frames now. */
    record Sent(int stream, int bytes) implements Action {}

    /** Both halves have ended and all is sent: the session knows the stream no longer. */
    record Finished(int stream) implements Action {}

    /** A ping was answered. */
    record RoundTrip(long nanos) implements Action {}

    /** We can open few streams more, see {@link YamuxOptions#getLifetimeStreams}; told once. */
    record Worn() implements Action {}

    /** The session is over. */
    record Closed(GoAwayCode code, boolean byRemote, String reason) implements Action {}
  }

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

  /** Streams that can still be opened when {@link Action.Worn} is told, or half of all if that is less. */
  private static final int RESERVE = 1024;

  private final long frameTimeout;
  private final int reserve;
  private final Actions actions = new Actions();
  private final Deadlines<Timer> timers = new Deadlines<>(Timer.class);
  private final Outbox outbox;
  private final Streams streams;
  private final KeepAlive keepAlive;
  private final Inbound inbound;
  private Phase phase = Phase.OPEN;
  private GoAwayCode goAway;
  private boolean started;
  private int nextId;
  private int unopened;

  public Session(Role role, YamuxOptions options) {
    YamuxOptions copy = new YamuxOptions(options);
    WindowGrowth growth = new WindowGrowth(copy.getMaxWindow(), copy.getMaxGrowth());
    this.frameTimeout = copy.getFrameTimeoutMillis() * MILLI;
    this.outbox = new Outbox(copy);
    this.streams = new Streams(copy, growth, outbox, actions);
    this.keepAlive = new KeepAlive(copy, timers, growth, actions);
    this.inbound = new Inbound(role == Role.LISTENER, copy, streams, outbox, keepAlive);
    this.nextId = role == Role.DIALER ? 1 : 2;
    this.unopened = copy.getLifetimeStreams();
    this.reserve = Math.min(RESERVE, unopened / 2);
  }

  /**
   * Bytes of the other side, cut anywhere; all are taken. {@code in} must not be changed afterwards, since
   * {@link Action.Received} hands out slices of it.
   */
  public void onBytes(long now, ByteBuffer in) {
    start(now);
    if (in.hasRemaining() && !isClosed()) {
      keepAlive.heard(now);
      try {
        inbound.onBytes(now, in);
        watchFrame(now);
      } catch (ProtocolError e) {
        close(e.code(), e.getMessage() + " (stream " + inbound.stream() + ")");
      }
      onGoAway(inbound.goAway());
    }
    in.position(in.limit());
  }

  /**
   * Opens a stream; it may be written to at once.
   *
   * @return its id, or -1 when there are too many, too many the other side has not acknowledged, none are left, or the
   *     session is over
   */
  public int open(long now) {
    start(now);
    if (isClosed() || isUsedUp() || !streams.canOpen()) {
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

  /** Whether we can open no more streams, however many of them end. */
  public boolean isUsedUp() {
    return unopened == 0;
  }

  /** The layer above took an inbound stream: the other side hears at once, since some count those it has not. */
  public void accept(long now, int stream) {
    MuxedStream accepted = live(now, stream);
    if (accepted != null) {
      streams.accept(accepted);
    }
  }

  /**
   * Queues data, which must not be changed afterwards; how much may be queued is between the owner and the writer,
   * whom {@link Action.Sent} gives room again. Accepts the stream if need be. No effect on a stream that is gone or
   * whose writing half has ended.
   */
  public void write(long now, int stream, ByteBuffer data) {
    MuxedStream written = live(now, stream);
    if (written != null && !written.ending && data.hasRemaining()) {
      streams.accept(written);
      streams.write(now, written, data);
    }
  }

  /** We write no more: the other side reads the end after all that is queued. Accepts the stream if need be. */
  public void end(long now, int stream) {
    MuxedStream ended = live(now, stream);
    if (ended != null && !ended.ending) {
      streams.accept(ended);
      ended.ending = true;
      outbox.update(ended);
    }
  }

  /**
   * Abandons both halves; what is queued is lost and what still arrives is drained. No action answers this.
   *
   * @param code the reason, 32 unsigned bits, of which only 0 is known to all implementations
   */
  public void reset(long now, int stream, int code) {
    MuxedStream abandoned = live(now, stream);
    if (abandoned != null) {
      streams.reset(abandoned, code);
    }
  }

  /**
   * As {@link #reset}, for a stream of the other side: if there are too many of these in a short time, the session
   * ends.
   */
  public void refuse(long now, int stream, int code) {
    MuxedStream refused = live(now, stream);
    if (refused == null) {
      return;
    }
    streams.reset(refused, code);
    try {
      inbound.onWaste(now, WasteRate.REFUSED);
    } catch (ProtocolError e) {
      close(e.code(), e.getMessage());
    }
  }

  /**
   * How long nothing more should be read from the other side, in nanoseconds: not 0 while more of its streams come to
   * nothing than may. Each read of such a peer makes work, however cheap; a few hundred peers that are read as fast as
   * they send would keep honest ones waiting. Ending their sessions instead would only make them dial again.
   */
  public long pause(long now) {
    return inbound.isWasteful(now) && !isClosed() ? PAUSE : 0;
  }

  /**
   * The reader took so many of the received bytes.
   *
   * @throws IllegalArgumentException when that is more than it was given
   */
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

  /**
   * Ends the session. With {@link GoAwayCode#NORMAL} what can be sent of the streams goes before the GoAway; with any
   * other the GoAway is all that is sent.
   */
  public void close(long now, GoAwayCode code) {
    start(now);
    close(code, "closed by us");
  }

  /**
   * Fills {@code out} with whole frames: answers and control frames first, then data of the streams in turn.
   *
   * @return the bytes written; 0 means that there is nothing to send, given room for 13 bytes
   */
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

  /** Whether {@link #transmit} has something to write. */
  public boolean hasOutput() {
    return switch (phase) {
      case OPEN -> keepAlive.isOwed() || !outbox.isEmpty();
      case GOING_AWAY -> true;
      case GONE -> false;
    };
  }

  /** Whether {@link Action.Closed} was queued; a GoAway of ours may still wait to be sent. */
  public boolean isClosed() {
    return phase != Phase.OPEN;
  }

  @Override
  public Action poll() {
    return actions.poll();
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
        case FRAME -> close(GoAwayCode.PROTOCOL_ERROR,
          "a frame was not complete within " + frameTimeout / MILLI + " ms");
      }
    }
  }

  /** For tests: that nothing is left. */
  Streams streams() {
    return streams;
  }

  private void onPongDue(long now) {
    String reason = keepAlive.onPongDue(now);
    if (reason != null) {
      close(GoAwayCode.INTERNAL_ERROR, reason);
    }
  }

  private void onGoAway(GoAwayCode code) {
    if (code != null && !isClosed()) {
      end(new Action.Closed(code, true, "the other side goes away: " + code));
      forgetAll();
    }
  }

  private void close(GoAwayCode code, String reason) {
    if (isClosed()) {
      return;
    }
    goAway = code;
    phase = Phase.GOING_AWAY;
    end(new Action.Closed(code, false, reason));
    if (!code.equals(GoAwayCode.NORMAL)) {
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
