package io.peerbus.launcher.plugin;

import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;

/**
 * How a plugin that crashes is treated: {@code supervision} of its entry in the config. All times in milliseconds.
 *
 * @param restarts how often it is started again within {@code window} before it is given up
 * @param window the time in which restarts count
 * @param backoff the pause before the first restart; doubles with each
 * @param maxBackoff the longest pause
 * @param errors how many uncaught errors within {@code errorWindow} are a crash; fewer are only reported, so that a
 *     peer who finds one way to provoke an error cannot have the plugin restarted at will
 * @param errorWindow the time in which errors count
 * @param probation how long a new version is watched after a replacement; when it crashes within, the version before
 *     comes back
 */
record Supervision(int restarts, long window, long backoff, long maxBackoff, int errors, long errorWindow,
    long probation) {

  static final Supervision DEFAULT = of(new JsonObject());

  /** From JSON that the schema has passed. */
  static Supervision of(JsonObject json) {
    return new Supervision(
        json.getInteger("restarts", 5),
        json.getLong("windowMillis", TimeUnit.MINUTES.toMillis(10)),
        json.getLong("backoffMillis", 1_000L),
        json.getLong("maxBackoffMillis", TimeUnit.MINUTES.toMillis(1)),
        json.getInteger("errors", 10),
        json.getLong("errorWindowMillis", 10_000L),
        json.getLong("probationMillis", 10_000L));
  }
}
