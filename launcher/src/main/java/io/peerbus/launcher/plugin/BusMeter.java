package io.peerbus.launcher.plugin;

import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many messages one plugin, whatever its version, may put on the event bus, and how large all of them. Thread safe:
 * a plugin may send from many threads.
 */
final class BusMeter {

  /** Far above what a busy plugin sends, far below what would fill the memory before it is handled. */
  static final int DEFAULT_PER_SECOND = 10_000;
  static final int DEFAULT_BURST = 5_000;

  /** In bytes: few but large messages fill the memory as well. */
  static final long DEFAULT_BYTES_PER_SECOND = 16 << 20;
  static final long DEFAULT_BYTES_BURST = 4 << 20;

  /** No burst is larger; what is need not be measured to its end. */
  private static final long MOST = 1 << 30;

  private final Bucket messages;
  private final Bucket bytes;
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong told;

  /** {@code now} in nanoseconds, here and below. */
  BusMeter(long now) {
    messages = new Bucket(now, DEFAULT_PER_SECOND, DEFAULT_BURST);
    bytes = new Bucket(now, DEFAULT_BYTES_PER_SECOND, DEFAULT_BYTES_BURST);
    told = new AtomicLong(now - TimeUnit.SECONDS.toNanos(1));
  }

  /** From a plugin's {@code budget} that the schema has passed; a new one begins with its whole burst. */
  void setBudget(long now, JsonObject budget) {
    messages.set(now, budget.getLong("messagesPerSecond", (long) DEFAULT_PER_SECOND),
        budget.getLong("messagesBurst", (long) DEFAULT_BURST));
    bytes.set(now, budget.getLong("messageBytesPerSecond", DEFAULT_BYTES_PER_SECOND),
        budget.getLong("messageBytesBurst", DEFAULT_BYTES_BURST));
  }

  /** Takes what one message of that body needs; answers the budget that has not as much, or {@code null}. */
  String take(long now, Object body) {
    if (!messages.take(now, 1)) {
      refused.incrementAndGet();
      return messages.perSecond() + " messagesPerSecond";
    }
    if (!bytes.take(now, MessageSize.of(body, MOST))) {
      refused.incrementAndGet();
      return bytes.perSecond() + " messageBytesPerSecond";
    }
    return null;
  }

  long refused() {
    return refused.get();
  }

  /** Whether a refusal may be told now: once a second, or the log would be flooded in the bus's place. */
  boolean mayTell(long now) {
    long last = told.get();
    return now - last >= TimeUnit.SECONDS.toNanos(1) && told.compareAndSet(last, now);
  }
}
