package io.peerbus.samples.keyvalue.verticle;

import io.peerbus.settings.SettingsContract;
import org.junit.jupiter.api.Test;

class SettingsSchemaTest {

  @Test
  void theSchemaAndTheCodeKnowTheSameSettingsWithTheSameBounds() {
    SettingsContract.check(KeyValueVerticle.class, KeyValueSettings.ALL.names(), KeyValueSettings::of);
  }
}
