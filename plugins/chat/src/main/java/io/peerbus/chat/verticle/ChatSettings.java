package io.peerbus.chat.verticle;

import io.peerbus.chat.ChatFormat;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * The plugin's settings.
 *
 * @param topic the pubsub topic
 * @param format how we write
 * @param connect addresses to dial at the start, as text
 * @param intro whether to introduce ourselves after dialling
 * @param dht the plugin through which peers of the room are found, or {@code null}
 */
record ChatSettings(String topic, ChatFormat format, List<String> connect, boolean intro, String dht) {

  private static final String TOPIC = "universal-connectivity";
  /** All settings; {@code settings.schema.json} has the same. */
  static final List<String> NAMES = List.of("topic", "format", "connect", "intro", "dht");

  ChatSettings {
    connect = List.copyOf(connect);
  }

  /** Fails with an {@link IllegalArgumentException} that names the setting. */
  static ChatSettings of(JsonObject settings) {
    for (String name : settings.fieldNames()) {
      if (!NAMES.contains(name)) {
        throw new IllegalArgumentException("chat has no setting \"" + name + "\", only " + NAMES);
      }
    }
    String topic = one(settings, "topic", String.class, TOPIC);
    if (topic.isEmpty()) {
      throw new IllegalArgumentException("topic: is empty");
    }
    List<String> connect = new ArrayList<>();
    for (Object address : one(settings, "connect", JsonArray.class, new JsonArray())) {
      if (!(address instanceof String text)) {
        throw new IllegalArgumentException("connect: " + address + " is no multiaddr");
      }
      connect.add(text);
    }
    return new ChatSettings(topic, ChatFormat.of(one(settings, "format", String.class, ChatFormat.JSON.toString())),
        connect, one(settings, "intro", Boolean.class, true), dht(settings));
  }

  private static String dht(JsonObject settings) {
    String dht = settings.containsKey("dht") ? one(settings, "dht", String.class, null) : null;
    if (dht != null && dht.isEmpty()) {
      throw new IllegalArgumentException("dht: is empty");
    }
    return dht;
  }

  private static <T> T one(JsonObject settings, String name, Class<T> type, T otherwise) {
    if (!settings.containsKey(name)) {
      return otherwise;
    }
    Object value = settings.getValue(name);
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException(name + ": " + value + " is no " + type.getSimpleName().toLowerCase());
    }
    return type.cast(value);
  }
}
