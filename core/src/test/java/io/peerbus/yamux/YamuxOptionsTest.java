package io.peerbus.yamux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.peerbus.api.OptionsCheck;
import org.junit.jupiter.api.Test;

class YamuxOptionsTest {

  @Test
  void everySettingIsKeptAndCopied() {
    OptionsCheck.assertCopiesAll(YamuxOptions.class);
  }

  @Test
  void everySettingRefusesNonsenseByName() {
    OptionsCheck.assertRefusesNonsense(YamuxOptions.class);
    OptionsCheck.assertRefuses(YamuxOptions.class, Integer.MAX_VALUE);
  }

  @Test
  void theWindowIsNeverBelowTheInitialOneOfTheSpec() {
    IllegalArgumentException error = assertThrows(IllegalArgumentException.class,
      () -> new YamuxOptions().setMaxWindow(262_143));
    assertEquals("maxWindow: 262143 < 262144", error.getMessage());
  }
}
