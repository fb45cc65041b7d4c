package io.peerbus.mplex;

import io.peerbus.api.OptionsCheck;
import org.junit.jupiter.api.Test;

class MplexOptionsTest {

  @Test
  void everySettingIsKeptAndCopied() {
    OptionsCheck.assertCopiesAll(MplexOptions.class);
  }

  @Test
  void everySettingRefusesNonsenseByName() {
    OptionsCheck.assertRefusesNonsense(MplexOptions.class);
    OptionsCheck.assertRefuses(MplexOptions.class, Integer.MAX_VALUE);
  }
}
