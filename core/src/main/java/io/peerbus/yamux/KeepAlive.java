package io.peerbus.yamux;

import io.peerbus.machine.Deadlines;
import io.peerbus.muxer.Actions;
import io.peerbus.muxer.CloseCode;
import io.peerbus.muxer.Muxer;
import io.peerbus.muxer.ProtocolError;
import java.nio.ByteBuffer;

/**
 * Pings of ours: one at the start, then one each interval, at most one under way. Measures the round trip and finds
 * out when the other side is gone or stops reading.
 *
 * <p>A pong may wait behind megabytes on a slow link, so while anything at all arrives the other side is alive; but a
 * ping that cannot even be sent means that the other side does not read. Pongs nobody asked for are ignored.
 * Not thread safe, owned by its session.
 */
final class KeepAlive {

  private static final long MILLI = 1_000_000;

  private final YamuxOptions options;
  private final Deadlines<Session.Timer> timers;
  private final WindowGrowth growth;
  private final Actions actions;
  private final long interval;
  private final long timeout;
  private int value;
  private boolean owed;
  private boolean waiting;
  private long sentAt;
  private long heardAt;

  KeepAlive(YamuxOptions options, Deadlines<Session.Timer> timers, WindowGrowth growth, Actions actions) {
    this.options = options;
    this.timers = timers;
    this.growth = growth;
    this.actions = actions;
    this.interval = options.getKeepAliveMillis() * MILLI;
    this.timeout = options.getPongTimeoutMillis() * MILLI;
    this.owed = interval > 0;
  }

  void start(long now) {
    heardAt = now;
    if (interval > 0) {
      timers.set(Session.Timer.PING, now + interval);
      timers.set(Session.Timer.PONG, now + timeout);
    }
  }

  /** Any bytes came. */
  void heard(long now) {
    heardAt = now;
  }

  boolean isOwed() {
    return owed;
  }

  /** Pings as soon as possible, unless a ping is under way. */
  void request(long now) {
    if (!owed && !waiting) {
      owed = true;
      timers.set(Session.Timer.PONG, now + timeout);
    }
  }

  void onPingDue(long now) {
    request(now);
    timers.set(Session.Timer.PING, now + interval);
  }

  /** The pong is overdue. */
  void onPongDue(long now) throws ProtocolError {
    if (owed) {
      throw Limit.PONG_TIMEOUT.reached(options);
    }
    if (waiting && now - heardAt >= timeout) {
      throw new ProtocolError(CloseCode.INTERNAL_ERROR,
          "the other side is silent: no answer to a ping within " + timeout / MILLI + " ms");
    }
    if (waiting) {
      timers.set(Session.Timer.PONG, heardAt + timeout);
    }
  }

  void transmit(long now, ByteBuffer out) {
    if (!owed || out.remaining() < Header.SIZE) {
      return;
    }
    value++;
    Header.write(out, FrameType.PING, Flags.SYN, Header.SESSION, value);
    owed = false;
    waiting = true;
    sentAt = now;
    timers.set(Session.Timer.PONG, now + timeout);
  }

  void onPong(long now, int pong) {
    if (!waiting || pong != value) {
      return;
    }
    waiting = false;
    timers.clear(Session.Timer.PONG);
    growth.onRoundTrip(now - sentAt);
    actions.add(new Muxer.Action.RoundTrip(now - sentAt));
  }
}
