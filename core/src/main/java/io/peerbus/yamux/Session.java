package io.peerbus.yamux;

import io.peerbus.machine.Deadlines;
import io.peerbus.machine.Machine;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

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

    /** Bytes of a stream, a slice of what was given to {@link Session#onBytes}; one frame may come in several. */
    record Received(int stream, ByteBuffer data) implements Action {}

    /** The other side will write no more, after all its data. */
    record Ended(int stream) implements Action {}

    /**
     * Both halves are abandoned, by the other side or by us for its fault.
     *
     * @param code the other side's reason, 0 to 2^32-1; 0 when it has none
     */
    record Reset(int stream, long code) implements Action {}

    /** So many bytes that were written to the stream are in frames now. */
    record Sent(int stream, int bytes) implements Action {}

    /** Both halves have ended and all is sent: the session knows the stream no longer. */
    record Finished(int stream) implements Action {}

    /** A ping was answered. */
    record RoundTrip(long nanos) implements Action {}

    /** The session is over. */
    record Closed(GoAwayCode code, boolean byRemote, String reason) implements Action {}
  }

  enum Timer { PING, PONG, FRAME }

  private enum Phase { OPEN, GOING_AWAY, GONE }

  /** Actions beyond this many at once leave a queue behind that is not worth keeping. */
  private static final int USUAL_ACTIONS = 256;

  private static final long MILLI = 1_000_000;
  private static final int NO_STREAM = -1;

  private final YamuxOptions options;
  private final Header header = new Header();
  private final Streams streams;
  private final Outbox outbox;
  private final RemoteIds remoteIds;
  private final OpenRate openRate;
  private final WindowGrowth growth;
  private final Deadlines<Timer> timers = new Deadlines<>(Timer.class);
  private final KeepAlive keepAlive;

  private ArrayDeque<Action> actions = new ArrayDeque<>();
  private int actionsPeak;
  private Phase phase = Phase.OPEN;
  private GoAwayCode goAway = GoAwayCode.NORMAL;
  private boolean started;
  private int nextId;
  /** The payload that is still to come of the frame in {@link #header}, and whose it is; nobody's is drained. */
  private long bodyLeft;
  private MuxedStream bodyOf;
  private boolean frameEnded;

  public Session(Role role, YamuxOptions options) {
    this.options = new YamuxOptions(options);
    this.streams = new Streams(this.options);
    this.outbox = new Outbox(this.options);
    this.remoteIds = new RemoteIds(role == Role.LISTENER);
    this.nextId = role == Role.DIALER ? 1 : 2;
    this.openRate = new OpenRate(this.options.getOpensPerSecond(), this.options.getOpensBurst());
    this.growth = new WindowGrowth(this.options.getMaxWindow(), this.options.getMaxGrowth());
    this.keepAlive = new KeepAlive(timers, this.options.getKeepAliveMillis() * MILLI,
      this.options.getPongTimeoutMillis() * MILLI);
  }

  /**
   * Bytes of the other side, cut anywhere; all are taken. {@code in} must not be changed afterwards, since
   * {@link Action.Received} hands out slices of it.
   */
  public void onBytes(long now, ByteBuffer in) {
    start(now);
    if (in.hasRemaining() && !isClosed()) {
      keepAlive.heard(now);
      frameEnded = false;
      try {
        while (in.hasRemaining() && !isClosed()) {
          read(now, in);
        }
      } catch (ProtocolError e) {
        fail(e.code(), e.getMessage() + " (stream " + Integer.toUnsignedString(header.stream()) + ")");
      }
      watchFrame(now);
    }
    in.position(in.limit());
  }

  /**
   * Opens a stream; it may be written to at once.
   *
   * @return its id, or -1 when there are too many, too many the other side has not acknowledged, or the session is over
   */
  public int open(long now) {
    start(now);
    if (isClosed() || nextId < 0 || !streams.canOpen()) {
      return NO_STREAM;
    }
    MuxedStream stream = new MuxedStream(now, nextId, false);
    nextId += 2;
    streams.add(stream);
    outbox.update(stream);
    return stream.id;
  }

  /** The layer above took an inbound stream: the other side hears at once, since some count those it has not. */
  public void accept(long now, int stream) {
    MuxedStream accepted = live(now, stream);
    if (accepted != null && accepted.inbound && accepted.unanswered) {
      streams.answered(accepted);
      accepted.ackOwed = true;
      outbox.update(accepted);
    }
  }

  /**
   * Queues data, which must not be changed afterwards; how much may be queued is between the owner and the writer,
   * whom {@link Action.Sent} gives room again. No effect on a stream that is gone or whose writing half has ended.
   */
  public void write(long now, int stream, ByteBuffer data) {
    MuxedStream written = live(now, stream);
    if (written != null && !written.ending && data.hasRemaining()) {
      accept(now, stream);
      written.write(data);
      outbox.update(written);
    }
  }

  /** We write no more: the other side reads the end after all that is queued. */
  public void end(long now, int stream) {
    MuxedStream ended = live(now, stream);
    if (ended != null && !ended.ending) {
      accept(now, stream);
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
      reset(abandoned, code);
    }
  }

  /**
   * The reader took so many of the received bytes.
   *
   * @throws IllegalArgumentException when that is more than it was given
   */
  public void consumed(long now, int stream, int bytes) {
    MuxedStream read = live(now, stream);
    if (read == null) {
      return;
    }
    int delta = read.window.consumed(now, bytes, growth);
    if (delta > 0 && !read.remoteEnded) {
      read.updateOwed += delta;
      outbox.update(read);
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
    if (isClosed()) {
      return;
    }
    end(code, false, "closed by us");
    phase = Phase.GOING_AWAY;
    if (!code.equals(GoAwayCode.NORMAL)) {
      outbox.clear();
    }
  }

  /**
   * Fills {@code out} with whole frames: answers and control frames first, then data of the streams in turn.
   *
   * @return the bytes written. 0 means that there is nothing to send, given room for 13 bytes
   */
  public int transmit(long now, ByteBuffer out) {
    start(now);
    int begin = out.position();
    if (phase == Phase.OPEN) {
      keepAlive.transmit(now, out);
    }
    if (phase != Phase.GONE) {
      outbox.transmitControl(out, this);
      outbox.transmitData(out, begin, this);
    }
    if (phase == Phase.GOING_AWAY && outbox.isEmpty() && out.remaining() >= Header.SIZE) {
      Header.write(out, FrameType.GO_AWAY, Flags.NONE, Header.SESSION, (int) goAway.value());
      phase = Phase.GONE;
      streams.clear();
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

  public boolean isClosed() {
    return phase != Phase.OPEN;
  }

  @Override
  public Action poll() {
    Action action = actions.poll();
    if (action == null && actionsPeak > USUAL_ACTIONS) {
      actions = new ArrayDeque<>();
      actionsPeak = 0;
    }
    return action;
  }

  @Override
  public long deadline() {
    return timers.next();
  }

  @Override
  public void onDeadline(long now) {
    start(now);
    for (Timer timer = timers.expire(now); timer != null; timer = timers.expire(now)) {
      switch (timer) {
        case PING -> keepAlive.onPingDue(now);
        case PONG -> {
          String reason = keepAlive.onPongDue(now);
          if (reason != null) {
            fail(GoAwayCode.INTERNAL_ERROR, reason);
          }
        }
        case FRAME -> fail(GoAwayCode.PROTOCOL_ERROR,
          "a frame was not complete within " + options.getFrameTimeoutMillis() + " ms");
      }
    }
  }

  /** What {@link Outbox} tells while it writes. */
  void dataSent(MuxedStream stream, int bytes) {
    act(new Action.Sent(stream.id, bytes));
  }

  void finSent(MuxedStream stream) {
    finishIfOver(stream);
  }

  void resetSent(MuxedStream stream) {
    streams.release(stream);
  }

  Streams streams() {
    return streams;
  }

  private void read(long now, ByteBuffer in) throws ProtocolError {
    if (bodyLeft > 0) {
      readBody(now, in);
    } else if (header.read(in)) {
      onHeader(now);
    }
  }

  private void onHeader(long now) throws ProtocolError {
    switch (header.type()) {
      case DATA -> onData(now);
      case WINDOW_UPDATE -> onWindowUpdate(now);
      case PING -> onPing(now);
      case GO_AWAY -> onGoAway();
    }
    if (bodyLeft == 0) {
      frameEnded = true;
    }
  }

  private void onData(long now) throws ProtocolError {
    long length = header.length();
    if (length > (header.has(Flags.SYN) ? Window.INITIAL : options.getMaxWindow())) {
      throw new ProtocolError("data of " + length + " bytes exceeds any window");
    }
    MuxedStream stream = addressed(now);
    if (stream != null) {
      stream.window.onFrame(length);
      if (stream.remoteEnded && length > 0) {
        act(new Action.Reset(stream.id, 0));
        reset(stream, 0);
        stream = null;
      }
    }
    bodyOf = stream;
    bodyLeft = length;
    if (length == 0) {
      onEndOfFrame(now, stream, 0);
    }
  }

  /** Hands out what there is of the payload at once, so that a slow frame holds no memory here. */
  private void readBody(long now, ByteBuffer in) throws ProtocolError {
    int piece = (int) Math.min(bodyLeft, in.remaining());
    if (bodyOf != null && !bodyOf.gone) {
      bodyOf.window.received(piece);
      act(new Action.Received(bodyOf.id, in.slice(in.position(), piece)));
    }
    in.position(in.position() + piece);
    bodyLeft -= piece;
    if (bodyLeft == 0) {
      MuxedStream stream = bodyOf;
      bodyOf = null;
      frameEnded = true;
      onEndOfFrame(now, stream, 0);
    }
  }

  private void onWindowUpdate(long now) throws ProtocolError {
    // The length of a reset is a code (specs PR 622): adding it as credit was the bug of others.
    long delta = header.has(Flags.RST) ? 0 : header.length();
    if (header.has(Flags.SYN) || streams.get(header.stream()) == null) {
      Window.sum(Window.INITIAL, delta);
    }
    MuxedStream stream = addressed(now);
    if (stream != null) {
      stream.window.onUpdate(delta);
      outbox.update(stream);
    }
    onEndOfFrame(now, stream, header.length());
  }

  /** The stream a frame is for, after its SYN or ACK; {@code null} when it is to be drained. */
  private MuxedStream addressed(long now) throws ProtocolError {
    if (header.has(Flags.SYN)) {
      return onSyn(now, header.stream());
    }
    MuxedStream stream = streams.get(header.stream());
    if (stream != null && header.has(Flags.ACK) && !stream.inbound) {
      streams.answered(stream);
    }
    return stream;
  }

  private MuxedStream onSyn(long now, int id) throws ProtocolError {
    if (!remoteIds.isValid(id)) {
      throw new ProtocolError("the other side may not open a stream of this id");
    }
    RemoteIds.Claim claim = remoteIds.claim(id);
    if (claim == RemoteIds.Claim.USED) {
      throw new ProtocolError("the stream was opened before");
    }
    boolean inTime = openRate.take(now, 1);
    limitRate(now);
    if (!inTime || claim == RemoteIds.Claim.FORGOTTEN || !streams.canAdmit()) {
      outbox.refuse(id);
      return null;
    }
    MuxedStream stream = new MuxedStream(now, id, true);
    streams.add(stream);
    act(new Action.Opened(id));
    return stream;
  }

  /** FIN and RST count after all else in their frame (wire notes, section 9), so that no payload is lost. */
  private void onEndOfFrame(long now, MuxedStream stream, long code) throws ProtocolError {
    if (stream == null || stream.gone) {
      return;
    }
    if (header.has(Flags.RST)) {
      act(new Action.Reset(stream.id, code));
      forget(stream);
      streams.release(stream);
      if (stream.inbound) {
        openRate.take(now, OpenRate.RESET_COST);
        limitRate(now);
      }
    } else if (header.has(Flags.FIN) && !stream.remoteEnded) {
      stream.remoteEnded = true;
      stream.updateOwed = 0;
      outbox.update(stream);
      act(new Action.Ended(stream.id));
      finishIfOver(stream);
    }
  }

  private void onPing(long now) throws ProtocolError {
    if (header.has(Flags.SYN)) {
      outbox.pong(header.value());
    } else if (header.has(Flags.ACK)) {
      long nanos = keepAlive.onPong(now, header.value());
      if (nanos >= 0) {
        growth.onRoundTrip(nanos);
        act(new Action.RoundTrip(nanos));
      }
    }
  }

  private void onGoAway() {
    GoAwayCode code = new GoAwayCode(header.length());
    end(code, true, "the other side goes away: " + code);
    phase = Phase.GONE;
    outbox.clear();
    streams.clear();
  }

  private void limitRate(long now) throws ProtocolError {
    if (openRate.isExhausted(now)) {
      throw new ProtocolError(GoAwayCode.RATE_LIMITED, "streams are opened faster than " + options.getOpensPerSecond()
        + " a second");
    }
  }

  private void reset(MuxedStream stream, int code) {
    // A stream whose SYN was not sent yet leaves no trace.
    boolean known = !stream.synOwed;
    forget(stream);
    if (known) {
      stream.resetOwed = true;
      stream.resetCode = code;
      outbox.update(stream);
    } else {
      streams.release(stream);
    }
  }

  private void finishIfOver(MuxedStream stream) {
    if (stream.isFinished()) {
      forget(stream);
      streams.release(stream);
      act(new Action.Finished(stream.id));
    }
  }

  private void forget(MuxedStream stream) {
    streams.remove(stream);
    growth.release(stream.window.grown());
    stream.discard();
    outbox.update(stream);
  }

  private void fail(GoAwayCode code, String reason) {
    if (!isClosed()) {
      end(code, false, reason);
      phase = Phase.GOING_AWAY;
      outbox.clear();
    }
  }

  private void end(GoAwayCode code, boolean byRemote, String reason) {
    act(new Action.Closed(code, byRemote, reason));
    goAway = code;
    timers.clearAll();
    bodyLeft = 0;
    bodyOf = null;
  }

  private void act(Action action) {
    if (!isClosed()) {
      actions.add(action);
      actionsPeak = Math.max(actionsPeak, actions.size());
    }
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
    boolean within = !isClosed() && (bodyLeft > 0 || header.isPartial());
    if (!within) {
      timers.clear(Timer.FRAME);
    } else if (frameEnded || !timers.isSet(Timer.FRAME)) {
      timers.set(Timer.FRAME, now + options.getFrameTimeoutMillis() * MILLI);
    }
  }
}
