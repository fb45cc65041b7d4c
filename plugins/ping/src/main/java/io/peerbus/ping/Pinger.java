package io.peerbus.ping;

import io.peerbus.machine.Deadlines;
import io.peerbus.machine.Machine;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.random.RandomGenerator;

/**
 * Pings one peer, one ping at a time, on one stream that is kept and opened again when the peer closes it: go cuts a
 * stream after 30 seconds, js after 10, and neither is a fault (wire notes section 12).
 *
 * <p>The owner opens a stream when asked, reports {@link #onOpened} or {@link #onOpenFailed} once for it, then what
 * comes in on it, and {@link #onClosed} when the peer ends or resets it. After {@link Action.End} or
 * {@link Action.Reset} nothing more is to be reported of that stream.
 *
 * <p>Not thread safe, owned by its driver. Spec: ping/ping.md.
 */
public final class Pinger implements Machine<Pinger.Action> {

  /** What the owner is to do. */
  public sealed interface Action {
    /** Open a stream to the peer. */
    record Open() implements Action {}

    /** Write a block. */
    record Send(ByteBuffer block) implements Action {}

    /** The stream is of no more use: end our direction of it. */
    record End() implements Action {}

    /** The stream is broken: reset it. */
    record Reset() implements Action {}

    /** A ping was answered. */
    record Answered(long request, long nanos) implements Action {}

    /** A ping was not answered. */
    record Lost(long request, Loss loss, String reason) implements Action {}
  }

  /** Why a ping was not answered. */
  public enum Loss {
    TIMED_OUT,
    /** The peer does not serve ping. It may be a good peer all the same. */
    UNSUPPORTED,
    /** No stream could be opened. */
    NOT_OPENED,
    /** The peer closed the stream instead of answering. */
    CLOSED,
    /** What came back was not what was sent. */
    WRONG_ANSWER,
    /** Too many pings of this peer wait already. */
    BUSY
  }

  /** The request number of the pings that the machine sends by itself. */
  public static final long KEEP_ALIVE = -1;

  /** Pings that may wait for their turn. Against a caller that asks faster than the peer answers. */
  public static final int MAX_WAITING = 64;

  private enum Timer {
    PING,
    KEEP_ALIVE,
    IDLE
  }

  private enum State {
    NO_STREAM,
    OPENING,
    OPEN
  }

  private record Request(long number, long timeout) {}

  private final PingOptions options;
  private final RandomGenerator random;
  private final Deadlines<Timer> deadlines = new Deadlines<>(Timer.class);
  private final Queue<Action> actions = new ArrayDeque<>();
  private final Queue<Request> waiting = new ArrayDeque<>();
  private final byte[] sent = new byte[Echo.BLOCK];
  private final byte[] answer = new byte[Echo.BLOCK];
  private State state = State.NO_STREAM;
  private Request current;
  private boolean onTheWay;
  private long sentAt;
  private int answered;
  private int answersOnStream;
  private boolean triedAgain;

  public Pinger(PingOptions options, RandomGenerator random) {
    this.options = options;
    this.random = random;
  }

  @Override
  public Action poll() {
    return actions.poll();
  }

  @Override
  public long deadline() {
    return deadlines.next();
  }

  @Override
  public void onDeadline(long now) {
    for (Timer due = deadlines.expire(now); due != null; due = deadlines.expire(now)) {
      switch (due) {
        case PING -> onTimeout(now);
        case KEEP_ALIVE -> onKeepAlive(now);
        case IDLE -> onIdle();
      }
    }
  }

  /** Whether there is nothing under way: no ping and no stream. */
  public boolean isIdle() {
    return current == null && state == State.NO_STREAM;
  }

  /** Begins to ping by itself, at intervals, the first time at random inside one so that many peers spread out. */
  public void keepAlive(long now) {
    if (options.getInterval() > 0 && !deadlines.isSet(Timer.KEEP_ALIVE)) {
      deadlines.set(Timer.KEEP_ALIVE, now + random.nextLong(options.getInterval()));
    }
  }

  /** Stops pinging by itself. */
  public void stopKeepAlive() {
    deadlines.clear(Timer.KEEP_ALIVE);
  }

  /**
   * Asks for one ping; ends in {@link Action.Answered} or {@link Action.Lost}.
   *
   * @param request the caller's number, 0 or more
   * @param timeout in nanoseconds, counted from when its turn comes
   */
  public void ping(long now, long request, long timeout) {
    if (waiting.size() >= MAX_WAITING) {
      actions.add(new Action.Lost(request, Loss.BUSY, MAX_WAITING + " pings of this peer wait already"));
      return;
    }
    waiting.add(new Request(request, timeout));
    next(now);
  }

  /** The stream is there. */
  public void onOpened(long now) {
    state = State.OPEN;
    answersOnStream = 0;
    if (current == null) {
      deadlines.set(Timer.IDLE, now + options.getIdleTimeout());
    } else {
      send(now);
    }
  }

  /** No stream could be opened. */
  public void onOpenFailed(long now, boolean unsupported, String reason) {
    state = State.NO_STREAM;
    if (current != null) {
      lose(now, unsupported ? Loss.UNSUPPORTED : Loss.NOT_OPENED, reason);
    }
  }

  /** Bytes of the peer; all of {@code in} is consumed. */
  public void onBytes(long now, ByteBuffer in) {
    if (!onTheWay || in.remaining() > Echo.BLOCK - answered) {
      in.position(in.limit());
      giveUpStream();
      if (onTheWay) {
        lose(now, Loss.WRONG_ANSWER, "more came back than was sent");
      }
      return;
    }
    int count = in.remaining();
    in.get(answer, answered, count);
    answered += count;
    if (answered < Echo.BLOCK) {
      return;
    }
    if (Arrays.equals(sent, answer)) {
      answersOnStream++;
      Request request = current;
      done();
      actions.add(new Action.Answered(request.number(), now - sentAt));
      next(now);
    } else {
      giveUpStream();
      lose(now, Loss.WRONG_ANSWER, "something else came back than was sent");
    }
  }

  /**
   * The peer ended its direction, or the stream was reset.
   *
   * @param withConnection whether the whole connection is gone: then no other stream is tried, which would dial
   */
  public void onClosed(long now, boolean withConnection, String reason) {
    state = State.NO_STREAM;
    deadlines.clear(Timer.IDLE);
    if (!onTheWay) {
      return;
    }
    if (answersOnStream > 0 && !triedAgain && !withConnection) {
      triedAgain = true; // the peer may have closed it just before our ping arrived
      onTheWay = false;
      open();
    } else {
      lose(now, Loss.CLOSED, reason);
    }
  }

  private void next(long now) {
    if (current != null || waiting.isEmpty()) {
      return;
    }
    current = waiting.poll();
    triedAgain = false;
    deadlines.clear(Timer.IDLE);
    deadlines.set(Timer.PING, now + current.timeout());
    if (state == State.OPEN) {
      send(now);
    } else if (state == State.NO_STREAM) {
      open();
    }
  }

  private void open() {
    state = State.OPENING;
    actions.add(new Action.Open());
  }

  private void send(long now) {
    random.nextBytes(sent);
    answered = 0;
    onTheWay = true;
    sentAt = now;
    actions.add(new Action.Send(ByteBuffer.wrap(sent.clone())));
  }

  private void onTimeout(long now) {
    giveUpStream();
    lose(now, Loss.TIMED_OUT, "no answer in " + current.timeout() / 1_000_000 + " ms");
  }

  /**
   * Stops pinging by itself, until {@link #keepAlive}, and ends the stream, for somebody else is to have the only one
   * to that peer.
   *
   * @return false when a ping is under way: then nothing changes
   */
  public boolean rest() {
    if (current != null || state == State.OPENING) {
      return false;
    }
    stopKeepAlive();
    if (state == State.OPEN) {
      deadlines.clear(Timer.IDLE);
      onIdle();
    }
    return true;
  }

  private void onKeepAlive(long now) {
    deadlines.set(Timer.KEEP_ALIVE, now + options.getInterval());
    if (current == null) {
      ping(now, KEEP_ALIVE, options.getTimeout());
    }
  }

  private void onIdle() {
    state = State.NO_STREAM;
    actions.add(new Action.End());
  }

  private void giveUpStream() {
    if (state == State.OPEN) {
      state = State.NO_STREAM;
      deadlines.clear(Timer.IDLE);
      actions.add(new Action.Reset());
    }
  }

  private void lose(long now, Loss loss, String reason) {
    Request request = current;
    if (loss == Loss.UNSUPPORTED) {
      stopKeepAlive();
    }
    done();
    actions.add(new Action.Lost(request.number(), loss, reason));
    next(now);
  }

  private void done() {
    current = null;
    onTheWay = false;
    deadlines.clear(Timer.PING);
    if (state == State.OPEN && waiting.isEmpty()) {
      deadlines.set(Timer.IDLE, sentAt + options.getIdleTimeout());
    }
  }
}
