package io.peerbus.interop;

import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;

/** What the classes of the suite have in common: for each pairing a meeting, which begins with a connection. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@ExtendWith(Suite.class)
@Timeout(600)
abstract class Encounter implements Suite.Member {

  @Parameter
  Pairing pairing;
  Meeting meeting;
  Checks checks;

  @BeforeParameterizedClassInvocation(injectArguments = false)
  void begin(Peers peers) {
    meeting = new Meeting(pairing, peers);
    checks = new Checks(meeting);
  }

  @AfterParameterizedClassInvocation
  void end() {
    meeting.close();
  }

  @Override
  public Meeting meeting() {
    return meeting;
  }

  @Test
  @Order(1)
  @Check("connection")
  @Timeout(value = 1900) // a peer may have to be compiled first
  void aConnectionHasTheRightPeerAtBothEnds() {
    meeting.start();
    meeting.connect();
  }
}
