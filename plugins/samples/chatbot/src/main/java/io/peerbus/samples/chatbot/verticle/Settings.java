package io.peerbus.samples.chatbot.verticle;

import io.vertx.core.json.JsonObject;
import java.util.List;

/** The plugin's settings; META-INF/peerbus/settings.schema.json has the same names. */
record Settings(String topic, int maxAnswersPerMinute) {

  private static final List<String> NAMES = List.of("topic", "maxAnswersPerMinute");

  /** Fails with an {@link IllegalArgumentException} that names the setting. */
  static Settings of(JsonObject settings) {
    for (String name : settings.fieldNames()) {
      if (!NAMES.contains(name)) {
        throw new IllegalArgumentException("chatbot has no setting \"" + name + "\", only " + NAMES);
      }
    }
    Object topic = settings.getValue("topic", "universal-connectivity");
    if (!(topic instanceof String text) || text.isEmpty()) {
      throw new IllegalArgumentException("topic: a text is wanted, not " + topic);
    }
    Object most = settings.getValue("maxAnswersPerMinute", 10);
    if (!(most instanceof Integer number)) {
      throw new IllegalArgumentException("maxAnswersPerMinute: a whole number is wanted, not " + most);
    }
    return new Settings(text, number);
  }
}
