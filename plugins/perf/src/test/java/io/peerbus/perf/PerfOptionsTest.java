package io.peerbus.perf;

import io.peerbus.api.OptionsCheck;
import org.junit.jupiter.api.Test;

class PerfOptionsTest {

  @Test
  void aCopyHasEveryField() {
    OptionsCheck.assertCopiesAll(PerfOptions.class);
  }

  @Test
  void nonsenseIsRefusedByName() {
    OptionsCheck.assertRefusesNonsense(PerfOptions.class);
  }
}
