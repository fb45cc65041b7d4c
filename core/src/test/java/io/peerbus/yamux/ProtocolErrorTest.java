package io.peerbus.yamux;

import static io.peerbus.yamux.Frames.data;
import static io.peerbus.yamux.Frames.frame;
import static io.peerbus.yamux.Frames.hex;
import static io.peerbus.yamux.Frames.update;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.muxer.CloseCode;
import io.peerbus.muxer.Muxer.Action;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the other side may not do ends the session with GoAway(1), before any state is made for it. */
class ProtocolErrorTest {

  private static final long MAX = 0xffff_ffffL;

  private final Probe listener = Probe.listener();
  private final Probe dialer = Probe.dialer();

  @Test
  void anotherVersion() {
    assertRefused("version 1 is not 0 (stream 1)", hex("01 01 0001 00000001 00000000"));
  }

  @Test
  void anUnknownType() {
    assertRefused("unknown frame type 4 (stream 1)", hex("00 04 0001 00000001 00000000"));
    assertRefused(Probe.listener(), "unknown frame type 255 (stream 1)", hex("00 ff 0001 00000001 00000000"));
  }

  @Test
  void aStreamWithAnIdOfOurs() {
    assertRefused("the other side may not open a stream of this id (stream 2)", update(Flags.SYN, 2, 0));
    assertRefused(dialer, "the other side may not open a stream of this id (stream 1)", update(Flags.SYN, 1, 0));
  }

  @Test
  void aStreamWithTheIdOfTheSession() {
    assertRefused(dialer, "the other side may not open a stream of this id (stream 0)",
      data(Flags.SYN, 0, new byte[1]));
  }

  @Test
  void openingAStreamTwice() {
    listener.receive(update(Flags.SYN, 1, 0));
    assertRefused("the stream was opened before (stream 1)", update(Flags.SYN, 1, 0));
  }

  @Test
  void openingAStreamAgainThatIsOver() {
    listener.receive(update(Flags.SYN, 1, 0), update(Flags.RST, 1, 0), update(Flags.SYN, 3, 0));
    assertRefused("the stream was opened before (stream 1)", data(Flags.SYN, 1, new byte[3]));
  }

  @Test
  void openingAStreamAgainThatWasRefused() {
    Probe full = Probe.listener(Probe.quiet().setAcceptBacklog(1));
    full.receive(update(Flags.SYN, 1, 0), update(Flags.SYN, 3, 0));
    assertRefused(full, "the stream was opened before (stream 3)", update(Flags.SYN, 3, 0));
  }

  @Test
  void moreWithTheSynThanTheInitialWindow() { // SEC-19
    assertRefused("data of 262145 bytes exceeds any window (stream 1)", frame(FrameType.DATA, Flags.SYN, 1, 262_145));
    assertEquals(0, listener.session.streams().counted());
  }

  @Test
  void exactlyTheInitialWindowWithTheSynIsRight() {
    List<Action> actions = listener.receive(data(Flags.SYN, 1, new byte[Window.INITIAL]));
    assertEquals(List.of(new Action.Opened(1), new Action.Received(1, ByteBuffer.allocate(Window.INITIAL))), actions);
  }

  @Test
  void oneByteBeyondTheWindowInManyFrames() { // SEC-19
    listener.receive(update(Flags.SYN, 1, 0));
    for (int i = 0; i < 16; i++) {
      listener.receive(data(Flags.NONE, 1, new byte[16 * 1024]));
    }
    assertFalse(listener.session.isClosed());
    assertRefused("data of 1 bytes exceeds the window's 0 (stream 1)", data(Flags.NONE, 1, new byte[1]));
  }

  @Test
  void aLengthBeyondAnyWindow() { // SEC-21
    listener.receive(update(Flags.SYN, 1, 0));
    assertRefused("data of 4294967295 bytes exceeds any window (stream 1)", frame(FrameType.DATA, 0, 1, MAX));
  }

  @Test
  void aLengthBeyondAnyWindowForAStreamWeDoNotHave() {
    assertRefused("data of 4294967295 bytes exceeds any window (stream 9)", frame(FrameType.DATA, 0, 9, MAX));
  }

  @Test
  void aWindowBeyondThirtyTwoBits() { // SEC-18
    listener.receive(update(Flags.SYN, 1, 0), update(Flags.NONE, 1, MAX - Window.INITIAL));
    assertEquals(MAX, listener.session.streams().get(1).window.credit());
    assertRefused("window of 4294967295 overflows by an update of 1 (stream 1)", update(Flags.NONE, 1, 1));
  }

  @Test
  void aWindowBeyondThirtyTwoBitsInTwoHalves() { // SEC-18
    listener.receive(update(Flags.SYN, 1, 0), update(Flags.NONE, 1, 1L << 31));
    assertRefused("window of 2147745792 overflows by an update of 2147483648 (stream 1)",
      update(Flags.NONE, 1, 1L << 31));
  }

  @Test
  void aWindowBeyondThirtyTwoBitsWithTheSyn() { // SEC-18
    assertRefused("window of 262144 overflows by an update of 4294967295 (stream 1)", update(Flags.SYN, 1, MAX));
    assertEquals(0, listener.session.streams().counted());
  }

  @Test
  void aWindowNoStreamCouldHaveOnOneThatIsOver() { // SEC-18
    listener.receive(update(Flags.SYN, 1, 0), update(Flags.RST, 1, 0));
    assertRefused("window of 262144 overflows by an update of 4294967295 (stream 1)", update(Flags.NONE, 1, MAX));
  }

  @Test
  void aWindowBeyondThirtyTwoBitsAfterOurEnd() { // SEC-18
    listener.receive(update(Flags.SYN, 1, 0));
    listener.session.end(listener.now, 1);
    listener.sent();
    assertRefused("window of 262144 overflows by an update of 4294967295 (stream 1)", update(Flags.NONE, 1, MAX));
  }

  @Test
  void theCodeOfAResetIsNeverCredit() {
    List<Action> actions = listener.receive(update(Flags.SYN, 1, 0), update(Flags.RST, 1, MAX),
      update(Flags.SYN | Flags.RST, 3, MAX), update(Flags.RST, 5, MAX));
    assertEquals(List.of(new Action.Opened(1), new Action.Reset(1, MAX), new Action.Opened(3),
      new Action.Reset(3, MAX)), actions);
  }

  @Test
  void nothingIsReadAfterAnError() {
    List<Action> actions = listener.receive(update(Flags.SYN, 2, 0), update(Flags.SYN, 1, 0));
    assertEquals(1, actions.size());
    assertEquals("000300000000000000000001", listener.sent());
  }

  private void assertRefused(String reason, ByteBuffer frame) {
    assertRefused(listener, reason, frame);
  }

  private static void assertRefused(Probe probe, String reason, ByteBuffer frame) {
    List<Action> actions = probe.receive(frame);
    assertEquals(List.of(new Action.Closed(CloseCode.PROTOCOL_ERROR, false, reason)), actions);
    assertTrue(probe.session.isClosed());
    assertEquals("000300000000000000000001", probe.sent());
  }
}
