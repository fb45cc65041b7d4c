package io.peerbus.identify.verticle;

import io.peerbus.identify.IdentifyOptions;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The plugin's settings as JSON. */
final class Settings {

  private static final List<String> NAMES =
      List.of("timeoutMillis", "debounceMillis", "maxOutbound", "maxInbound", "maxInboundPerPeer");

  private Settings() {}

  /** Fails with an {@link IllegalArgumentException} that names the setting. */
  static IdentifyOptions of(JsonObject settings) {
    for (String name : settings.fieldNames()) {
      if (!NAMES.contains(name)) {
        throw new IllegalArgumentException("identify has no setting \"" + name + "\", only " + NAMES);
      }
      if (!(settings.getValue(name) instanceof Integer || settings.getValue(name) instanceof Long)) {
        throw new IllegalArgumentException(name + ": a whole number is wanted, not " + settings.getValue(name));
      }
    }
    IdentifyOptions options = new IdentifyOptions();
    return new IdentifyOptions()
        .setTimeout(nanos(settings, "timeoutMillis", options.getTimeout()))
        .setDebounce(nanos(settings, "debounceMillis", options.getDebounce()))
        .setMaxOutbound(settings.getInteger("maxOutbound", options.getMaxOutbound()))
        .setMaxInbound(settings.getInteger("maxInbound", options.getMaxInbound()))
        .setMaxInboundPerPeer(settings.getInteger("maxInboundPerPeer", options.getMaxInboundPerPeer()));
  }

  private static long nanos(JsonObject settings, String name, long otherwise) {
    Long millis = settings.getLong(name);
    return millis == null ? otherwise : TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
