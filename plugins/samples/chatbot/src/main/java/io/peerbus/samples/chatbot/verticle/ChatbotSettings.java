package io.peerbus.samples.chatbot.verticle;

import io.peerbus.api.Settings;
import io.vertx.core.json.JsonObject;

/** The plugin's settings. Their names and bounds are also in {@code settings.schema.json}. */
record ChatbotSettings(String topic, int maxAnswersPerMinute) {

  static final Settings<JsonObject> ALL = Settings.of("chatbot", ChatbotSettings::defaults)
      .text("topic", json -> json.getString("topic"), (json, topic) -> json.put("topic", checked(topic)))
      .number("maxAnswersPerMinute", 1, 6_000, json -> json.getInteger("maxAnswersPerMinute"),
          (json, most) -> json.put("maxAnswersPerMinute", most))
      .build(json -> { });

  private static JsonObject defaults() {
    return new JsonObject().put("topic", "universal-connectivity").put("maxAnswersPerMinute", 10);
  }

  private static String checked(String topic) {
    if (topic.isEmpty() || topic.length() > 256) {
      throw new IllegalArgumentException("topic: has " + topic.length() + " characters, 1 to 256 are wanted");
    }
    return topic;
  }

  /** Fails with a {@link io.peerbus.api.FailureException} that names every mistake. */
  static ChatbotSettings of(JsonObject settings) {
    JsonObject read = ALL.read(settings);
    return new ChatbotSettings(read.getString("topic"), read.getInteger("maxAnswersPerMinute"));
  }
}
