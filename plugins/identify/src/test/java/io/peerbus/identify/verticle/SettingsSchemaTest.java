package io.peerbus.identify.verticle;

import io.peerbus.settings.SettingsContract;
import org.junit.jupiter.api.Test;

class SettingsSchemaTest {

  @Test
  void theSchemaAndTheCodeKnowTheSameSettingsWithTheSameBounds() {
    SettingsContract.check(IdentifyVerticle.class, IdentifySettings.ALL.names(), IdentifySettings.ALL::read);
  }
}
