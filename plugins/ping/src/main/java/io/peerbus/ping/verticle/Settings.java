package io.peerbus.ping.verticle;

import io.peerbus.ping.PingOptions;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The plugin's settings as JSON. */
final class Settings {

  private static final List<String> NAMES = List.of("intervalSeconds", "timeoutMillis");

  private Settings() {}

  /** Fails with an {@link IllegalArgumentException} that names the setting. */
  static PingOptions of(JsonObject settings) {
    PingOptions options = new PingOptions();
    for (String name : settings.fieldNames()) {
      if (!NAMES.contains(name)) {
        throw new IllegalArgumentException("ping has no setting \"" + name + "\", only " + NAMES);
      }
      if (!(settings.getValue(name) instanceof Integer || settings.getValue(name) instanceof Long)) {
        throw new IllegalArgumentException(name + ": a whole number is wanted, not " + settings.getValue(name));
      }
      long number = settings.getLong(name);
      if (name.equals("intervalSeconds")) {
        options.setInterval(TimeUnit.SECONDS.toNanos(number));
      } else {
        options.setTimeout(TimeUnit.MILLISECONDS.toNanos(number));
      }
    }
    return options;
  }
}
