package io.peerbus.api;

import io.peerbus.machine.Machine;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Runs a {@link Machine} on a Vert.x context: feeds it the time, carries out its actions in order, and keeps one
 * timer for its deadline.
 *
 * <p>Not thread safe: owned by the context it is made on, and every call is to be made there.
 *
 * @param <A> the machine's actions
 */
public final class Driver<A> {

  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final Machine<A> machine;
  private final Consumer<A> act;
  private long timer = NO_TIMER;
  private long armedFor = Machine.NEVER;
  private boolean running;
  private boolean closed;

  /** Must be made on the context that will own it. {@code act} carries out one action and may call {@link #run}. */
  public Driver(Vertx vertx, Machine<A> machine, Consumer<A> act) {
    assert Context.isOnVertxThread() : "made on " + Thread.currentThread().getName();
    this.vertx = vertx;
    this.machine = machine;
    this.act = act;
  }

  /** The time that is given to the machine: monotonic nanoseconds. */
  public static long now() {
    return System.nanoTime();
  }

  /** Gives one input to the machine, then carries out what it asks for and sees to its deadline. */
  public void run(LongConsumer input) {
    if (closed) {
      return;
    }
    input.accept(now());
    drain();
  }

  /** Stops the timer; inputs after this are ignored. */
  public void close() {
    closed = true;
    cancel();
  }

  private void drain() {
    if (running) {
      return; // an action fed the machine: the loop below goes on with what came of it
    }
    running = true;
    Throwable failure = null;
    try {
      for (A action = machine.poll(); action != null && !closed; action = machine.poll()) {
        try {
          act.accept(action);
        } catch (Throwable e) {
          failure = failure == null ? e : failure; // the other actions and the deadline must not suffer for it
        }
      }
    } finally {
      running = false;
      arm();
    }
    if (failure != null) {
      raise(failure);
    }
  }

  /** As it came: the context reports it, a checked one of another JVM language too. */
  @SuppressWarnings("unchecked")
  private static <E extends Throwable> void raise(Throwable failure) throws E {
    throw (E) failure;
  }

  private void arm() {
    long deadline = machine.deadline();
    if (closed || timer != NO_TIMER && armedFor <= deadline && deadline != Machine.NEVER) {
      return; // it fires too early at the worst, and is armed again then: a timer for each deadline costs more
    }
    cancel();
    if (deadline == Machine.NEVER) {
      return;
    }
    armedFor = deadline;
    long delay = Math.max(1, (deadline - now() + 999_999) / 1_000_000);
    timer = vertx.setTimer(delay, id -> {
      timer = NO_TIMER;
      armedFor = Machine.NEVER;
      if (machine.deadline() - now() > 0) {
        arm();
      } else {
        run(machine::onDeadline);
      }
    });
  }

  private void cancel() {
    if (timer != NO_TIMER) {
      vertx.cancelTimer(timer);
      timer = NO_TIMER;
      armedFor = Machine.NEVER;
    }
  }
}
