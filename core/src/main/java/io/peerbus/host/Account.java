package io.peerbus.host;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.bus.StreamFrame;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one plugin has of core, held against its {@link Budget}. All clients of one plugin's name share it, so that a
 * version that drains and the one that follows it have one budget between them.
 *
 * <p>Thread safe: the shards count here side by side, so the sums are exact whichever event loop a stream is on. A
 * stream touches it when it opens and closes, and for bytes only beyond the {@link Holding}'s free portion, so frames
 * that are consumed as they come do not meet here.
 */
final class Account {

  private static final Logger LOG = LoggerFactory.getLogger(Account.class);

  /** A refusal may cost a peer nothing to provoke: it must not fill the log either. */
  private static final long LOG_NANOS = 1_000_000_000L;

  /** A peer may have so many streams and one, whatever is left of the budget. */
  private static final int LEAST_SHARE = 16;

  private final String plugin;
  private final AtomicInteger streams = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong loggedAt = new AtomicLong(System.nanoTime() - LOG_NANOS);
  private volatile Budget budget;

  Account(String plugin, Budget budget) {
    this.plugin = plugin;
    this.budget = budget;
  }

  /** From now on; what is open stays so. */
  void setBudget(Budget next) {
    budget = next;
  }

  /**
   * Takes a stream.
   *
   * @throws FailureException LIMIT_REACHED with the plugin's name, the budget and its number
   */
  Holding open() {
    return new Holding(take());
  }

  /** As {@link #open}, for one that holds it elsewhere, and gives it back by {@link #close}. */
  Account take() {
    Budget allowed = budget;
    if (streams.getAndUpdate(open -> open < allowed.streams() ? open + 1 : open) >= allowed.streams()) {
      throw refuse("streams", allowed.streams());
    }
    if (bytes.get() + StreamFrame.MAX_DATA > allowed.bytesInFlight()) {
      streams.decrementAndGet();
      throw refuseBytes();
    }
    return this;
  }

  /**
   * As {@link #take}, for a stream that a peer opens. Of the budget it may have as much as it leaves free, or a few
   * streams: one alone has half, and whoever comes after it is still served. Between two event loops one more may slip
   * through.
   *
   * @param mine streams of that peer, this one included afterwards
   */
  void takeShare(AtomicInteger mine) {
    int limit = budget.streams();
    if (mine.getAndIncrement() > Math.max(LEAST_SHARE, limit - streams.get())) {
      mine.decrementAndGet();
      throw refuse("plugin " + plugin + " leaves one peer no more than " + mine.get() + " of its budget of " + limit
          + " streams");
    }
    try {
      take();
    } catch (FailureException e) {
      mine.decrementAndGet();
      throw e;
    }
  }

  void close() {
    streams.decrementAndGet();
  }

  /** Answers whether they are within the budget; if not they are not counted. */
  boolean take(long more) {
    long most = budget.bytesInFlight() - more;
    for (long held = bytes.get(); held <= most; held = bytes.get()) { // a lambda would be garbage for each tiny frame
      if (bytes.compareAndSet(held, held + more)) {
        return true;
      }
    }
    return false;
  }

  void giveBack(long fewer) {
    bytes.addAndGet(-fewer);
  }

  FailureException refuseBytes() {
    return refuse("bytesInFlight", budget.bytesInFlight());
  }

  private FailureException refuse(String name, long limit) {
    return refuse("plugin " + plugin + " is at its budget of " + limit + " " + name);
  }

  private FailureException refuse(String message) {
    long count = refused.incrementAndGet();
    long now = System.nanoTime();
    long last = loggedAt.get();
    if (now - last >= LOG_NANOS && loggedAt.compareAndSet(last, now)) {
      LOG.warn("{}: what goes beyond is refused, {} times by now", message, count);
    }
    return Failure.LIMIT_REACHED.because(message);
  }

  JsonObject toJson() {
    return new JsonObject().put("plugin", plugin).put("streams", streams.get()).put("bytesInFlight", bytes.get())
        .put("refused", refused.get());
  }
}
