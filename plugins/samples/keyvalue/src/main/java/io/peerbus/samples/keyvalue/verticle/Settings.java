package io.peerbus.samples.keyvalue.verticle;

import io.peerbus.samples.keyvalue.KeyValueOptions;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** The plugin's settings as JSON; META-INF/peerbus/settings.schema.json has the same names. */
final class Settings {

  private static final List<String> NAMES =
      List.of("maxValueBytes", "maxEntries", "maxEntriesPerPeer", "maxStreamsPerPeer", "timeoutMillis");

  private Settings() {}

  /** Fails with an {@link IllegalArgumentException} that names the setting. */
  static KeyValueOptions of(JsonObject settings) {
    for (String name : settings.fieldNames()) {
      if (!NAMES.contains(name)) {
        throw new IllegalArgumentException("keyvalue has no setting \"" + name + "\", only " + NAMES);
      }
      if (!(settings.getValue(name) instanceof Integer)) {
        throw new IllegalArgumentException(name + ": a whole number is wanted, not " + settings.getValue(name));
      }
    }
    KeyValueOptions unset = KeyValueOptions.DEFAULT;
    return new KeyValueOptions(
        settings.getInteger("maxValueBytes", unset.maxValueBytes()),
        settings.getInteger("maxEntries", unset.maxEntries()),
        settings.getInteger("maxEntriesPerPeer", unset.maxEntriesPerPeer()),
        settings.getInteger("maxStreamsPerPeer", unset.maxStreamsPerPeer()),
        settings.getInteger("timeoutMillis", unset.timeoutMillis()));
  }
}
