package io.peerbus.perf.verticle;

import io.peerbus.settings.SettingsContract;
import org.junit.jupiter.api.Test;

class SettingsSchemaTest {

  @Test
  void theSchemaAndTheCodeKnowTheSameSettingsWithTheSameBounds() {
    SettingsContract.check(PerfVerticle.class, PerfSettings.ALL.names(), PerfSettings.ALL::read);
  }
}
