package io.peerbus.identify;

import io.peerbus.api.OptionsCheck;
import org.junit.jupiter.api.Test;

class IdentifyOptionsTest {

  @Test
  void aCopyHasEveryField() {
    OptionsCheck.assertCopiesAll(IdentifyOptions.class);
  }

  @Test
  void nonsenseIsRefusedByName() {
    OptionsCheck.assertRefusesNonsense(IdentifyOptions.class);
  }
}
