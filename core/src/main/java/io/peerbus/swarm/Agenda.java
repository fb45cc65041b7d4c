package io.peerbus.swarm;

import io.peerbus.machine.Machine;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.LongConsumer;

/**
 * What one machine is to do later, by time and then in the order it was put down. As many timers as there are
 * requests and dials, hence a heap and not {@code Deadlines}.
 *
 * <p>Not thread safe, owned by its machine. Adding and taking cost O(log n); cancelling is O(1), amortised.
 */
final class Agenda {

  /** One thing to do at one time; {@link Agenda#cancel} takes it back. */
  static final class Timer {
    private final long at;
    private final long order;
    private final LongConsumer then;
    private boolean over;

    private Timer(long at, long order, LongConsumer then) {
      this.at = at;
      this.order = order;
      this.then = then;
    }

    long at() {
      return at;
    }
  }

  /** Below this many cancelled timers it is not worth rebuilding the heap. */
  private static final int MIN_GARBAGE = 64;

  private PriorityQueue<Timer> timers = newHeap();
  private long order;
  private int garbage;

  /** Has {@code then} called with the time, once it is {@code at} or later. */
  Timer at(long at, LongConsumer then) {
    Timer timer = new Timer(at, order++, then);
    timers.add(timer);
    return timer;
  }

  /** Takes a timer back; {@code null} and one that is over are fine. */
  void cancel(Timer timer) {
    if (timer == null || timer.over) {
      return;
    }
    timer.over = true;
    garbage++;
    // Without this a flood of quickly answered requests would keep its timers until they are due.
    if (garbage > MIN_GARBAGE && garbage > timers.size() / 2) {
      PriorityQueue<Timer> live = newHeap();
      for (Timer kept : timers) {
        if (!kept.over) {
          live.add(kept);
        }
      }
      timers = live;
      garbage = 0;
    }
  }

  /** When the first is due, or {@link Machine#NEVER}. */
  long next() {
    dropCancelled();
    return timers.isEmpty() ? Machine.NEVER : timers.peek().at;
  }

  /** Does everything that is due at {@code now}, also what becomes due while doing it. */
  void run(long now) {
    while (next() <= now && !timers.isEmpty()) {
      Timer timer = timers.poll();
      timer.over = true;
      timer.then.accept(now);
    }
  }

  /** Timers that are not cancelled. */
  int size() {
    return timers.size() - garbage;
  }

  /** With the cancelled ones that still take room. */
  int held() {
    return timers.size();
  }

  private void dropCancelled() {
    while (!timers.isEmpty() && timers.peek().over) {
      timers.poll();
      garbage--;
    }
  }

  private static PriorityQueue<Timer> newHeap() {
    return new PriorityQueue<>(
        Comparator.<Timer>comparingLong(timer -> timer.at).thenComparingLong(timer -> timer.order));
  }
}
