package io.peerbus.ping.verticle;

import io.peerbus.settings.SettingsContract;
import org.junit.jupiter.api.Test;

class SettingsSchemaTest {

  @Test
  void theSchemaAndTheCodeKnowTheSameSettingsWithTheSameBounds() {
    SettingsContract.check(PingVerticle.class, PingSettings.ALL.names(), PingSettings.ALL::read);
  }
}
