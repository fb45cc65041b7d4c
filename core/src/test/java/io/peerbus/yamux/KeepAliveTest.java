package io.peerbus.yamux;

import static io.peerbus.yamux.Frames.ping;
import static io.peerbus.yamux.Frames.update;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.muxer.Muxer.Action;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeepAliveTest {

  private static final String FIRST_PING = "000200010000000000000001";

  private final Probe probe = Probe.dialer(new YamuxOptions());

  @Test
  void theFirstPingGoesOutAtTheStart() {
    assertTrue(probe.session.hasOutput());
    assertEquals(FIRST_PING, probe.sent());
  }

  @Test
  void theNextPingGoesOutAfterTheInterval() {
    probe.sent();
    probe.later(20);
    assertEquals(List.of(new Action.RoundTrip(20 * Probe.MILLI)), probe.receive(ping(Flags.ACK, 1)));
    probe.later(29_979);
    assertEquals("", probe.sent());
    probe.later(1);
    assertEquals("000200010000000000000002", probe.sent());
  }

  @Test
  void aPeerThatIsSilentIsGiven20Seconds() {
    probe.sent();
    probe.later(19_999);
    assertFalse(probe.session.isClosed());
    probe.later(1);
    Action.Closed closed = Probe.end(probe.actions());
    assertEquals("the other side is silent: no answer to a ping within 20000 ms", closed.reason());
    assertEquals("000300000000000000000002", probe.sent());
  }

  @Test
  void aPongMayBeLateWhileOtherBytesArrive() {
    probe.sent();
    for (int i = 0; i < 5; i++) {
      probe.later(15_000);
      probe.receive(update(Flags.NONE, 1, 1));
    }
    assertFalse(probe.session.isClosed());
    assertEquals(List.of(new Action.RoundTrip(75_000 * Probe.MILLI)), probe.receive(ping(Flags.ACK, 1)));
    probe.later(19_999);
    assertFalse(probe.session.isClosed());
  }

  @Test
  void aPeerThatDoesNotReadIsGivenUpEvenIfItSends() {
    for (int i = 0; i < 4; i++) {
      assertFalse(probe.session.isClosed());
      probe.receive(update(Flags.NONE, 1, 1));
      probe.later(5_000);
    }
    Action.Closed closed = Probe.end(probe.actions());
    assertEquals("yamux.pongTimeoutMillis: the other side does not read: a ping waited 20000 ms to be sent",
        closed.reason());
  }

  @Test
  void pongsThatNobodyAskedForAreIgnored() {
    assertEquals(List.of(), probe.receive(ping(Flags.ACK, 1)));
    probe.sent();
    assertEquals(List.of(), probe.receive(ping(Flags.ACK, 2), ping(Flags.ACK, 0), ping(Flags.NONE, 1)));
    assertEquals(1, probe.receive(ping(Flags.ACK, 1)).size());
    assertEquals(List.of(), probe.receive(ping(Flags.ACK, 1)));
    assertFalse(probe.session.hasOutput());
  }

  @Test
  void onlyOnePingIsUnderWay() {
    probe.sent();
    probe.session.ping(probe.now);
    probe.later(15_000);
    probe.receive(update(Flags.NONE, 1, 1));
    probe.later(15_000);
    assertEquals("", probe.sent());
    probe.receive(ping(Flags.ACK, 1));
    probe.session.ping(probe.now);
    assertEquals("000200010000000000000002", probe.sent());
  }

  @Test
  void withoutAnIntervalOnlyTheOwnerPings() {
    Probe quiet = Probe.dialer();
    assertFalse(quiet.session.hasOutput());
    quiet.later(100_000);
    assertEquals(Session.NEVER, quiet.session.deadline());
    quiet.session.ping(quiet.now);
    assertEquals(FIRST_PING, quiet.sent());
    quiet.receive(ping(Flags.ACK, 1));
    assertEquals(Session.NEVER, quiet.session.deadline());
  }

  @Test
  void twoSessionsKeepEachOtherAliveAndMeasureTheWay() {
    Pair pair = Pair.connected();
    pair.latency = 25 * Pair.MILLI;
    pair.runFor(300 * Pair.SECOND);
    for (Side side : List.of(pair.dialer, pair.listener)) {
      assertFalse(side.session.isClosed());
      List<Action.RoundTrip> trips = side.actions(Action.RoundTrip.class);
      assertEquals(10, trips.size(), 1);
      assertTrue(trips.stream().allMatch(trip -> trip.nanos() == 50 * Pair.MILLI), trips::toString);
    }
  }

  @Test
  void aFrameHasOneTotalTimeHoweverItTrickles() { // SEC-21
    Probe slow = Probe.listener();
    slow.receive(Frames.data(Flags.SYN, 1, new byte[1000]).slice(0, 100));
    for (int i = 0; i < 59; i++) {
      slow.later(1_000);
      slow.receive(Frames.hex("00"));
    }
    assertFalse(slow.session.isClosed());
    slow.later(1_000);
    assertEquals("yamux.frameTimeoutMillis: a frame was not complete within 60000 ms",
        Probe.end(slow.actions()).reason());
    assertEquals("000300000000000000000001", slow.sent());
  }

  @Test
  void aHeaderThatTricklesHasTheSameTime() {
    Probe slow = Probe.listener();
    slow.receive(Frames.hex("00"));
    slow.later(60_000);
    assertTrue(slow.session.isClosed());
  }

  @Test
  void eachFrameHasItsOwnTime() {
    Probe slow = Probe.listener();
    ByteBuffer frame = update(Flags.NONE, 1, 1);
    slow.receive(frame.slice(0, 6));
    for (int i = 0; i < 10; i++) {
      slow.later(50_000);
      slow.receive(frame.slice(6, 6), frame.slice(0, 6));
    }
    slow.receive(frame.slice(6, 6));
    assertFalse(slow.session.isClosed());
    assertEquals(Session.NEVER, slow.session.deadline());
  }
}
