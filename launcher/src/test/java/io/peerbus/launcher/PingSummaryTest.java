package io.peerbus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PingSummaryTest {

  @Test
  void theSummaryIsThatOfTheSystemsPing() {
    PingSummary summary = new PingSummary();
    summary.received(1_000);
    summary.received(3_000);
    summary.lost();
    assertEquals(String.format("--- x ping statistics ---%n3 packets transmitted, 2 received, 33.3333%% packet loss, "
        + "time 2004ms%nrtt min/avg/max/mdev = 1.000/2.000/3.000/1.000 ms"), summary.text("x", 2004));
  }

  @Test
  void lossIsWrittenWithoutNeedlessDigits() {
    PingSummary summary = new PingSummary();
    summary.received(123);
    assertEquals(String.format("--- x ping statistics ---%n1 packets transmitted, 1 received, 0%% packet loss, time 0ms"
        + "%nrtt min/avg/max/mdev = 0.123/0.123/0.123/0.000 ms"), summary.text("x", 0));
    PingSummary nothing = new PingSummary();
    nothing.lost();
    nothing.lost();
    assertTrue(nothing.isAllLost());
    assertEquals(String.format("--- x ping statistics ---%n2 packets transmitted, 0 received, 100%% packet loss, time "
        + "9ms"), nothing.text("x", 9));
  }
}
