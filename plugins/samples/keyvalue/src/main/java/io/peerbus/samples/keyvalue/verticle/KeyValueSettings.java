package io.peerbus.samples.keyvalue.verticle;

import io.peerbus.api.Settings;
import io.peerbus.samples.keyvalue.KeyValueOptions;
import io.vertx.core.json.JsonObject;
import java.util.function.BiConsumer;
import java.util.function.ToIntFunction;

/** The plugin's settings in JSON. Names and bounds are also in {@code settings.schema.json}. */
final class KeyValueSettings {

  static final Settings<JsonObject> ALL = Settings.of("keyvalue", KeyValueSettings::defaults)
      .number("maxValueBytes", 1, 1 << 20, get("maxValueBytes"), put("maxValueBytes"))
      .number("maxEntries", 1, 10_000_000, get("maxEntries"), put("maxEntries"))
      .number("maxEntriesPerPeer", 1, 10_000_000, get("maxEntriesPerPeer"), put("maxEntriesPerPeer"))
      .number("maxStreamsPerPeer", 1, 1_024, get("maxStreamsPerPeer"), put("maxStreamsPerPeer"))
      .number("timeoutMillis", 1, 600_000, get("timeoutMillis"), put("timeoutMillis"))
      .build(settings -> { });

  private KeyValueSettings() {}

  private static ToIntFunction<JsonObject> get(String name) {
    return settings -> settings.getInteger(name);
  }

  private static BiConsumer<JsonObject, Integer> put(String name) {
    return (settings, value) -> settings.put(name, value);
  }

  private static JsonObject defaults() {
    KeyValueOptions options = KeyValueOptions.DEFAULT;
    return new JsonObject().put("maxValueBytes", options.maxValueBytes()).put("maxEntries", options.maxEntries())
        .put("maxEntriesPerPeer", options.maxEntriesPerPeer()).put("maxStreamsPerPeer", options.maxStreamsPerPeer())
        .put("timeoutMillis", options.timeoutMillis());
  }

  /** Fails with a {@link io.peerbus.api.FailureException} that names every mistake. */
  static KeyValueOptions of(JsonObject json) {
    JsonObject settings = ALL.read(json);
    return new KeyValueOptions(settings.getInteger("maxValueBytes"), settings.getInteger("maxEntries"),
        settings.getInteger("maxEntriesPerPeer"), settings.getInteger("maxStreamsPerPeer"),
        settings.getInteger("timeoutMillis"));
  }
}
