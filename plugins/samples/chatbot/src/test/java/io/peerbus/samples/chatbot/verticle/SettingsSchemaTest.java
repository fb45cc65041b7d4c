package io.peerbus.samples.chatbot.verticle;

import io.peerbus.settings.SettingsContract;
import org.junit.jupiter.api.Test;

class SettingsSchemaTest {

  @Test
  void theSchemaAndTheCodeKnowTheSameSettingsWithTheSameBounds() {
    SettingsContract.check(ChatbotVerticle.class, ChatbotSettings.ALL.names(), ChatbotSettings::of);
  }
}
