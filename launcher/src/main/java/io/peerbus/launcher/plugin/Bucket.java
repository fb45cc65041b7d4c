package io.peerbus.launcher.plugin;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A bucket of tokens, kept as the time at which it would be full again. Thread safe. All times in nanoseconds. */
final class Bucket {

  /** @param interval nanoseconds for one token; {@code burst} how many there are at most */
  private record Rate(long perSecond, long interval, long burst) {}

  private final AtomicLong full;
  private volatile Rate rate;

  /** A full one. */
  Bucket(long now, long perSecond, long burst) {
    full = new AtomicLong(now);
    rate = rate(perSecond, burst);
  }

  private static Rate rate(long perSecond, long burst) {
    return new Rate(perSecond, Math.max(1, TimeUnit.SECONDS.toNanos(1) / perSecond), burst);
  }

  /** Another rate begins with its whole burst; the same again changes nothing. */
  void set(long now, long perSecond, long burst) {
    Rate next = rate(perSecond, burst);
    if (!next.equals(rate)) {
      rate = next;
      full.set(now);
    }
  }

  /** Takes so many tokens if there are as many; more than the burst there never are. */
  boolean take(long now, long count) {
    Rate allowed = rate;
    if (count > allowed.burst()) {
      return false;
    }
    while (true) {
      long before = full.get();
      long after = (before - now > 0 ? before : now) + count * allowed.interval();
      if (after - now > allowed.burst() * allowed.interval()) {
        return false;
      }
      if (full.compareAndSet(before, after)) {
        return true;
      }
    }
  }

  long perSecond() {
    return rate.perSecond();
  }
}
