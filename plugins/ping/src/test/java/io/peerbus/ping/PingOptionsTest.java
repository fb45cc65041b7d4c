package io.peerbus.ping;

import io.peerbus.api.OptionsCheck;
import org.junit.jupiter.api.Test;

class PingOptionsTest {

  @Test
  void aCopyHasEveryField() {
    OptionsCheck.assertCopiesAll(PingOptions.class);
  }

  @Test
  void nonsenseIsRefusedByName() {
    OptionsCheck.assertRefusesNonsense(PingOptions.class);
  }
}
