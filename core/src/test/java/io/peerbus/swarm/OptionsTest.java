package io.peerbus.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.peerbus.api.OptionsCheck;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {

  @ParameterizedTest
  @ValueSource(classes = {SwarmOptions.class, InboundOptions.class, PeerStoreOptions.class})
  void everyFieldIsCopied(Class<?> type) {
    OptionsCheck.assertCopiesAll(type);
  }

  @ParameterizedTest
  @ValueSource(classes = {SwarmOptions.class, InboundOptions.class, PeerStoreOptions.class})
  void nonsenseIsRefusedWithTheFieldItsValueAndTheBound(Class<?> type) {
    OptionsCheck.assertRefusesNonsense(type);
  }

  @Test
  void durationsAreBoundedSoThatTimesCannotOverflow() {
    IllegalArgumentException error = assertThrows(IllegalArgumentException.class,
        () -> new SwarmOptions().setDialTimeout(Duration.ofDays(366)));
    assertEquals("dialTimeout: PT8784H > PT8760H", error.getMessage());
  }

  @Test
  void aCopyDoesNotShareTheInboundOptions() {
    SwarmOptions options = new SwarmOptions();
    options.getInbound().setMaxPerIp(3);
    SwarmOptions copy = new SwarmOptions(options);
    assertNotSame(options.getInbound(), copy.getInbound());
    assertEquals(3, copy.getInbound().getMaxPerIp());
    InboundOptions inbound = new InboundOptions().setMaxPerIp(5);
    copy.setInbound(inbound);
    inbound.setMaxPerIp(6);
    assertEquals(5, copy.getInbound().getMaxPerIp());
  }
}
