package io.peerbus.launcher.plugin;

import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many messages one plugin, whatever its version, may put on the event bus: a bucket of tokens, kept as the time at
 * which it would be full again. Thread safe: a plugin may send from many threads.
 */
final class BusMeter {

  /** Far above what a busy plugin sends, far below what would fill the memory before it is handled. */
  static final int DEFAULT_PER_SECOND = 10_000;
  static final int DEFAULT_BURST = 5_000;

  /** @param interval nanoseconds for one token; {@code burst} how many there are at most */
  private record Rate(long perSecond, long interval, long burst) {}

  private final AtomicLong full;
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong told;
  private volatile Rate rate = rate(new JsonObject());

  /** {@code now} in nanoseconds, here and below. */
  BusMeter(long now) {
    full = new AtomicLong(now);
    told = new AtomicLong(now - TimeUnit.SECONDS.toNanos(1));
  }

  /** From a plugin's {@code budget} that the schema has passed; a new one begins with its whole burst. */
  void setBudget(long now, JsonObject budget) {
    Rate next = rate(budget);
    if (!next.equals(rate)) {
      rate = next;
      full.set(now);
    }
  }

  private static Rate rate(JsonObject budget) {
    long perSecond = budget.getLong("messagesPerSecond", (long) DEFAULT_PER_SECOND);
    return new Rate(perSecond, Math.max(1, TimeUnit.SECONDS.toNanos(1) / perSecond),
        budget.getLong("messagesBurst", (long) DEFAULT_BURST));
  }

  /** Takes a token for one message; answers whether there was one. */
  boolean take(long now) {
    Rate allowed = rate;
    while (true) {
      long before = full.get();
      long after = (before - now > 0 ? before : now) + allowed.interval();
      if (after - now > allowed.burst() * allowed.interval()) {
        refused.incrementAndGet();
        return false;
      }
      if (full.compareAndSet(before, after)) {
        return true;
      }
    }
  }

  long refused() {
    return refused.get();
  }

  long perSecond() {
    return rate.perSecond();
  }

  /** Whether a refusal may be told now: once a second, or the log would be flooded in the bus's place. */
  boolean mayTell(long now) {
    long last = told.get();
    return now - last >= TimeUnit.SECONDS.toNanos(1) && told.compareAndSet(last, now);
  }
}
