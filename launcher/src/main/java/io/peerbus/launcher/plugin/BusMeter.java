package io.peerbus.launcher.plugin;

import io.peerbus.launcher.config.PluginConfig;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many messages one plugin, whatever its version, may put on the event bus, and how large all of them. Thread safe:
 * a plugin may send from many threads.
 */
final class BusMeter {

  /**
   * What a plugin may send about which the config says nothing. Few but large messages fill the memory as well, so
   * bytes count too.
   */
  record Usual(long perSecond, long burst, long bytesPerSecond, long bytesBurst) {

    /** Far above what a busy plugin sends, far below what would fill the memory before it is handled. */
    static final Usual OTHERS = new Usual(10_000, 5_000, 16 << 20, 4 << 20);

    /**
     * The node's own plugins wait for the answers to what they send, and limit themselves by that. So this does not
     * slow a busy topic down, and still ends what an error of ours could do.
     */
    static final Usual OWN = new Usual(1_000_000, 100_000, 1_000_000_000, 64 << 20);
  }

  /** No burst is larger; what is need not be measured to its end. */
  private static final long MOST = 1 << 30;

  private final Bucket messages;
  private final Bucket bytes;
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong told;

  /** {@code now} in nanoseconds, here and below. */
  BusMeter(long now) {
    messages = new Bucket(now, Usual.OTHERS.perSecond(), Usual.OTHERS.burst());
    bytes = new Bucket(now, Usual.OTHERS.bytesPerSecond(), Usual.OTHERS.bytesBurst());
    told = new AtomicLong(now - TimeUnit.SECONDS.toNanos(1));
  }

  /** By a plugin's {@code budget}, that the schema has passed; a new one begins with its whole burst. */
  void setBudget(long now, PluginConfig plugin) {
    Usual usual = plugin.isOwn() ? Usual.OWN : Usual.OTHERS;
    JsonObject budget = plugin.budget();
    messages.set(now, budget.getLong("messagesPerSecond", usual.perSecond()),
        budget.getLong("messagesBurst", usual.burst()));
    bytes.set(now, budget.getLong("messageBytesPerSecond", usual.bytesPerSecond()),
        budget.getLong("messageBytesBurst", usual.bytesBurst()));
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
