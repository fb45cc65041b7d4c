package io.peerbus.launcher.plugin;

import java.util.ArrayDeque;
import java.util.OptionalLong;

/**
 * Decides when errors are a crash, and what follows a crash: another start after a pause, or none any more.
 *
 * <p>Pure: the time is given, in milliseconds from any origin. Not thread safe, part of {@link Plugin}.
 */
final class Restarts {

  private final Supervision supervision;
  private final ArrayDeque<Long> errors = new ArrayDeque<>();
  private final ArrayDeque<Long> crashes = new ArrayDeque<>();
  private long total;

  Restarts(Supervision supervision) {
    this.supervision = supervision;
  }

  /** An error nobody caught; answers whether they are so many now that the plugin counts as crashed. */
  boolean onError(long now) {
    forget(errors, now - supervision.errorWindow());
    errors.add(now);
    return errors.size() >= supervision.errors();
  }

  /** The plugin crashed. Answers the pause before its next start; empty when it is given up. */
  OptionalLong onCrash(long now) {
    errors.clear();
    forget(crashes, now - supervision.window());
    if (crashes.size() >= supervision.restarts()) {
      return OptionalLong.empty();
    }
    long pause = supervision.backoff() << Math.min(crashes.size(), 20);
    crashes.add(now);
    total++;
    return OptionalLong.of(Math.min(pause, supervision.maxBackoff()));
  }

  /** Restarts since the plugin was deployed by hand, or with the node. */
  long total() {
    return total;
  }

  private static void forget(ArrayDeque<Long> times, long before) {
    while (!times.isEmpty() && times.peek() < before) {
      times.poll();
    }
  }
}
