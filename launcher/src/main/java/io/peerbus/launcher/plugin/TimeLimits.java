package io.peerbus.launcher.plugin;

import io.vertx.core.json.JsonObject;

/**
 * How long a plugin may take: part of {@code supervision} of its entry in the config. In milliseconds.
 *
 * @param start a load or a start that takes longer has failed
 * @param stop a stop that takes longer has failed; half of it is for the streams that are open then
 */
record TimeLimits(long start, long stop) {

  /** Waited beyond the limit for a plugin that does not even come to its own timer, because it blocks its thread. */
  private static final long BLOCKED_MILLIS = 2_000;

  /** From JSON that the schema has passed. */
  static TimeLimits of(JsonObject supervision) {
    return new TimeLimits(supervision.getLong("startMillis", 10_000L), supervision.getLong("stopMillis", 10_000L));
  }

  /** How long open streams may go on after an undeploy. */
  long drain() {
    return stop / 2;
  }

  /** When nobody waits any longer for a start. */
  long startAtMost() {
    return start + Math.min(start, BLOCKED_MILLIS);
  }

  /** When nobody waits any longer for a stop. */
  long stopAtMost() {
    return stop + Math.min(stop, BLOCKED_MILLIS);
  }

  /** A time for a person to read. */
  static String text(long millis) {
    return millis % 1_000 == 0 ? millis / 1_000 + " s" : millis + " ms";
  }
}
