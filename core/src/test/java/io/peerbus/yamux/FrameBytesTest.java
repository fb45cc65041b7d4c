package io.peerbus.yamux;

import static io.peerbus.yamux.Frames.hex;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.muxer.CloseCode;
import io.peerbus.muxer.Muxer.Action;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bytes of every frame we send and understand, from the examples of the wire notes (section 9). */
class FrameBytesTest {

  private final Probe dialer = Probe.dialer();
  private final Probe listener = Probe.listener();

  @Test
  void openingIsAWindowUpdateWithSyn() {
    assertEquals(1, dialer.session.open(dialer.now));
    assertEquals("000100010000000100000000", dialer.sent());
    assertEquals(3, dialer.session.open(dialer.now));
    assertEquals("000100010000000300000000", dialer.sent());
    assertEquals(2, listener.session.open(listener.now));
    assertEquals("000100010000000200000000", listener.sent());
  }

  @Test
  void acceptingSendsAWindowUpdateWithAckAtOnce() {
    assertEquals(List.of(new Action.Opened(1)), listener.receive(hex("00 01 0001 00000001 00000000")));
    assertFalse(listener.session.hasOutput());
    listener.session.accept(listener.now, 1);
    assertTrue(listener.session.hasOutput());
    assertEquals("000100020000000100000000", listener.sent());
    listener.session.accept(listener.now, 1);
    assertEquals("", listener.sent());
  }

  @Test
  void dataGoesWithoutWaitingForTheAck() {
    dialer.session.open(dialer.now);
    dialer.session.write(dialer.now, 1, hex("cafe"));
    assertEquals("000100010000000100000000" + "000000000000000100000002cafe", dialer.sent());
    assertEquals(List.of(new Action.Sent(1, 2)), dialer.actions());
  }

  @Test
  void endingIsEmptyDataWithFin() {
    dialer.session.open(dialer.now);
    dialer.sent();
    dialer.session.write(dialer.now, 1, hex("01"));
    dialer.session.end(dialer.now, 1);
    assertEquals("00000000000000010000000101" + "000000040000000100000000", dialer.sent());
  }

  @Test
  void resettingIsAWindowUpdateWithRstWhoseLengthIsTheCode() {
    dialer.session.open(dialer.now);
    dialer.session.open(dialer.now);
    dialer.sent();
    dialer.session.reset(dialer.now, 1, 0);
    dialer.session.reset(dialer.now, 3, 0x1004);
    assertEquals("000100080000000100000000" + "000100080000000300001004", dialer.sent());
    assertEquals(List.of(), dialer.actions());
  }

  @Test
  void windowIsReturnedByAnUpdateWithoutFlags() {
    listener.receive(Frames.data(Flags.SYN, 1, new byte[Window.INITIAL]));
    listener.session.accept(listener.now, 1);
    listener.sent();
    listener.session.consumed(listener.now, 1, Window.INITIAL / 2);
    assertEquals("000100000000000100020000", listener.sent());
  }

  @Test
  void aPingIsEchoedOnce() {
    listener.receive(hex("00 02 0001 00000000 deadbeef"));
    assertEquals("0002000200000000deadbeef", listener.sent());
    assertEquals("", listener.sent());
  }

  @Test
  void ourPingIsAnsweredByItsValue() {
    dialer.session.ping(dialer.now);
    assertEquals("000200010000000000000001", dialer.sent());
    dialer.now += 5;
    assertEquals(List.of(new Action.RoundTrip(5)), dialer.receive(hex("00 02 0002 00000000 00000001")));
  }

  @Test
  void goingAwayIsTheLastFrame() {
    dialer.session.close(dialer.now, CloseCode.NORMAL);
    assertTrue(dialer.session.hasOutput());
    assertEquals("000300000000000000000000", dialer.sent());
    assertFalse(dialer.session.hasOutput());
    assertEquals("", dialer.sent());
    listener.session.close(listener.now, CloseCode.SHUTDOWN);
    assertEquals("000300000000000000001006", listener.sent());
  }

  @Test
  void aReceivedGoAwayOfAnyCodeIsTheEnd() {
    for (long code : new long[] {0, 1, 2, 0x1001, 0xffff_ffffL}) {
      Probe probe = Probe.dialer();
      probe.session.open(probe.now);
      Action.Closed closed = Probe.end(probe.receive(Frames.frame(FrameType.GO_AWAY, 0, 0, code)));
      assertEquals(new CloseCode(code), closed.code());
      assertTrue(closed.byRemote());
      assertTrue(probe.session.isClosed());
      assertEquals("", probe.sent());
    }
  }

  @Test
  void headerFieldsAreBigEndianAndUnsigned() {
    ByteBuffer frame = Frames.frame(FrameType.WINDOW_UPDATE, Flags.SYN, -1, 0xff00_0000L);
    assertEquals("00010001ffffffffff000000", Frames.hex(frame));
    assertEquals(List.of(new Action.Opened(-1)), listener.receive(frame));
  }
}
