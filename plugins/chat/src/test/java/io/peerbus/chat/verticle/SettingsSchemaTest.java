package io.peerbus.chat.verticle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.peerbus.chat.ChatFormat;
import io.peerbus.settings.SettingsContract;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SettingsSchemaTest {

  @Test
  void theSchemaAndTheCodeKnowTheSameSettingsWithTheSameBounds() {
    SettingsContract.check(ChatVerticle.class, ChatSettings.NAMES, ChatSettings::of);
  }

  @Test
  void everyFormatCanBeChosen() {
    assertEquals(Stream.of(ChatFormat.values()).map(ChatFormat::toString).sorted().toList(),
        SettingsContract.choices(ChatVerticle.class, "format").stream().sorted().toList());
  }
}
