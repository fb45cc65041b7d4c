package io.peerbus.yamux;

import static io.peerbus.yamux.Frames.data;
import static io.peerbus.yamux.Frames.update;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.muxer.CloseCode;
import io.peerbus.muxer.Muxer.Action;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The life of streams and of the session. */
class SessionTest {

  private static final byte[] SOME = {1, 2, 3};

  private final Pair pair = Pair.quiet();
  private final Side dialer = pair.dialer;
  private final Side listener = pair.listener;
  private final Probe probe = Probe.listener();

  @Test
  void bytesArriveCompleteAndInOrderBothWays() {
    byte[] up = Frames.bytes(3_000_000, 1);
    byte[] down = Frames.bytes(2_000_000, 2);
    int stream = dialer.session.open(pair.now);
    dialer.session.write(pair.now, stream, ByteBuffer.wrap(up));
    pair.run();
    listener.session.write(pair.now, stream, ByteBuffer.wrap(down));
    pair.run();
    assertArrayEquals(up, listener.received(stream));
    assertArrayEquals(down, dialer.received(stream));
    assertEquals(3_000_000, dialer.actions(Action.Sent.class).stream().mapToInt(Action.Sent::bytes).sum());
  }

  @Test
  void aStreamIsOverWhenBothHalvesHaveEnded() {
    int stream = dialer.session.open(pair.now);
    dialer.session.end(pair.now, stream);
    pair.run();
    assertTrue(listener.saw(new Action.Ended(stream)));
    assertFalse(listener.saw(new Action.Finished(stream)));
    listener.session.write(pair.now, stream, ByteBuffer.wrap(new byte[1000]));
    listener.session.end(pair.now, stream);
    pair.run();
    assertEquals(1000, dialer.received(stream).length);
    assertTrue(dialer.saw(new Action.Finished(stream)));
    assertTrue(listener.saw(new Action.Finished(stream)));
    assertNothingIsLeft();
  }

  @Test
  void theEndComesAfterAllDataHoweverLongThatWaits() {
    int stream = dialer.session.open(pair.now);
    dialer.session.write(pair.now, stream, ByteBuffer.wrap(new byte[600_000]));
    dialer.session.end(pair.now, stream);
    listener.reads = false;
    pair.run();
    assertEquals(Window.INITIAL, listener.received(stream).length);
    assertFalse(listener.saw(new Action.Ended(stream)));
    listener.reads = true;
    listener.read(pair.now, stream);
    pair.run();
    assertEquals(600_000, listener.received(stream).length);
    assertTrue(listener.saw(new Action.Ended(stream)));
  }

  @Test
  void aResetEndsBothHalvesAndLosesWhatWasQueued() {
    int stream = dialer.session.open(pair.now);
    dialer.session.write(pair.now, stream, ByteBuffer.wrap(new byte[10]));
    pair.run();
    listener.session.write(pair.now, stream, ByteBuffer.wrap(new byte[10]));
    listener.session.reset(pair.now, stream, 7);
    pair.run();
    assertTrue(dialer.saw(new Action.Reset(stream, 7)));
    assertEquals(0, dialer.received(stream).length);
    dialer.session.write(pair.now, stream, ByteBuffer.wrap(new byte[10]));
    dialer.session.end(pair.now, stream);
    pair.run();
    assertFalse(dialer.session.isClosed() || listener.session.isClosed());
    assertNothingIsLeft();
  }

  @Test
  void aStreamThatIsResetBeforeItsSynWasSentLeavesNoTrace() {
    dialer.session.reset(pair.now, dialer.session.open(pair.now), 0);
    assertFalse(dialer.session.hasOutput());
    assertEquals(3, dialer.session.open(pair.now));
    assertEquals(1, dialer.session.streams().counted());
  }

  @Test
  void synAndPayloadAndFinMayComeInOneFrame() {
    List<Action> actions = probe.receive(data(Flags.SYN | Flags.FIN, 1, SOME));
    assertEquals(List.of(new Action.Opened(1), new Action.Received(1, ByteBuffer.wrap(SOME)), new Action.Ended(1)),
      actions);
  }

  @Test
  void payloadOfAResetFrameIsDeliveredFirst() {
    List<Action> actions = probe.receive(data(Flags.SYN | Flags.RST, 1, SOME));
    assertEquals(List.of(new Action.Opened(1), new Action.Received(1, ByteBuffer.wrap(SOME)), new Action.Reset(1, 0)),
      actions);
  }

  @Test
  void ackAndPayloadAndFinMayComeInOneFrameAsRustSendsThem() {
    Probe dialing = Probe.dialer(Probe.quiet().setMaxUnacknowledged(1));
    assertEquals(1, dialing.session.open(dialing.now));
    assertEquals(-1, dialing.session.open(dialing.now));
    dialing.actions();
    List<Action> actions = dialing.receive(data(Flags.ACK | Flags.FIN, 1, SOME));
    assertEquals(List.of(new Action.Received(1, ByteBuffer.wrap(SOME)), new Action.Ended(1)), actions);
    assertEquals(3, dialing.session.open(dialing.now));
  }

  @Test
  void aFinOnAWindowUpdateAddsItsCreditToo() {
    probe.receive(update(Flags.SYN, 1, 0), update(Flags.FIN, 1, 1000));
    assertEquals(Window.INITIAL + 1000, probe.session.streams().get(1).window.credit());
    assertTrue(probe.session.streams().get(1).remoteEnded);
  }

  @Test
  void synOnAWindowUpdateAddsItsCreditToTheInitialOne() {
    probe.receive(update(Flags.SYN, 1, 1000));
    assertEquals(Window.INITIAL + 1000, probe.session.streams().get(1).window.credit());
  }

  @Test
  void dataAfterTheEndResetsThatStreamOnly() {
    probe.receive(update(Flags.SYN, 1, 0), data(Flags.FIN, 1, SOME), update(Flags.SYN, 3, 0));
    List<Action> actions = probe.receive(data(Flags.NONE, 1, SOME), data(Flags.NONE, 3, SOME));
    assertEquals(List.of(new Action.Reset(1, 0), new Action.Received(3, ByteBuffer.wrap(SOME))), actions);
    assertEquals("000100080000000100000000", probe.sent());
  }

  @Test
  void aSecondFinIsIgnored() {
    probe.receive(data(Flags.SYN | Flags.FIN, 1, SOME));
    assertEquals(List.of(), probe.receive(data(Flags.FIN, 1, new byte[0]), update(Flags.FIN, 1, 0)));
  }

  @Test
  void whatComesForStreamsWeDoNotHaveIsDrained() {
    List<Action> actions = probe.receive(data(Flags.NONE, 5, new byte[5000]), update(Flags.NONE, 5, 100),
      data(Flags.FIN, 5, SOME), update(Flags.RST, 7, 100), data(Flags.NONE, 2, SOME), update(Flags.ACK, 2, 0),
      data(Flags.SYN, 1, SOME));
    assertEquals(List.of(new Action.Opened(1), new Action.Received(1, ByteBuffer.wrap(SOME))), actions);
    assertFalse(probe.session.hasOutput());
  }

  @Test
  void whatComesForAStreamWeResetIsDrainedInTheMiddleOfAFrame() {
    ByteBuffer frame = data(Flags.SYN | Flags.FIN, 1, new byte[1000]);
    assertEquals(2, probe.receive(frame.slice(0, 500)).size());
    probe.session.reset(probe.now, 1, 0);
    assertEquals(List.of(new Action.Opened(3)), probe.receive(frame.slice(500, 512), update(Flags.SYN, 3, 0)));
  }

  @Test
  void updatesForAStreamThatHasEndedAreIgnored() {
    probe.receive(data(Flags.SYN | Flags.FIN, 1, SOME));
    probe.session.end(probe.now, 1);
    probe.sent();
    assertTrue(probe.actions().contains(new Action.Finished(1)));
    assertEquals(List.of(), probe.receive(update(Flags.NONE, 1, 262_144)));
  }

  @Test
  void theReaderMayGoOnWithWhatItHoldsAfterTheStreamIsOver() {
    probe.receive(data(Flags.SYN | Flags.FIN, 1, SOME));
    probe.session.end(probe.now, 1);
    probe.sent();
    probe.session.consumed(probe.now, 1, SOME.length);
    assertFalse(probe.session.hasOutput());
  }

  @Test
  void writingOrEndingAcceptsTheStream() {
    probe.receive(update(Flags.SYN, 1, 0), update(Flags.SYN, 3, 0));
    probe.session.write(probe.now, 1, ByteBuffer.wrap(SOME));
    probe.session.end(probe.now, 3);
    assertEquals("000100020000000100000000" + "000100020000000300000000" + "000000000000000100000003010203"
      + "000000040000000300000000", probe.sent());
  }

  @Test
  void closingSendsWhatCanBeSentAndThenGoesAway() {
    int first = dialer.session.open(pair.now);
    int second = dialer.session.open(pair.now);
    dialer.session.write(pair.now, first, ByteBuffer.wrap(new byte[300_000]));
    dialer.session.write(pair.now, second, ByteBuffer.wrap(SOME));
    dialer.session.end(pair.now, second);
    dialer.session.close(pair.now, CloseCode.NORMAL);
    assertEquals(-1, dialer.session.open(pair.now));
    pair.run();
    assertEquals(Window.INITIAL, listener.received(first).length);
    assertTrue(listener.saw(new Action.Ended(second)));
    assertEquals(new Action.Closed(CloseCode.NORMAL, true, "the other side goes away: normal (0)"),
      listener.log.get(listener.log.size() - 1));
    assertEquals(new Action.Closed(CloseCode.NORMAL, false, "closed by us"), dialer.log.get(dialer.log.size() - 1));
    assertFalse(dialer.session.hasOutput() || listener.session.hasOutput());
  }

  @Test
  void goingAwayWaitsForAllThatCanBeSentHoweverTheBuffersEnd() {
    probe.receive(update(Flags.SYN, 1, 0));
    probe.session.write(probe.now, 1, ByteBuffer.wrap(new byte[5_000]));
    probe.session.close(probe.now, CloseCode.NORMAL);
    int sent = 0;
    for (ByteBuffer out = probe.transmit(1_000); out.hasRemaining(); out = probe.transmit(1_000)) {
      sent += out.remaining();
      boolean last = !probe.session.hasOutput();
      assertEquals(last, Frames.hex(out).endsWith("000300000000000000000000"));
    }
    assertEquals(Header.SIZE + 5_000 + 6 * Header.SIZE + Header.SIZE, sent);
  }

  @Test
  void nothingIsWrittenAfterTheEnd() {
    int stream = dialer.session.open(pair.now);
    dialer.session.end(pair.now, stream);
    dialer.session.write(pair.now, stream, ByteBuffer.wrap(SOME));
    pair.run();
    assertTrue(listener.saw(new Action.Ended(stream)));
    assertEquals(0, listener.received(stream).length);
  }

  @Test
  void closingForAReasonSendsNothingElse() {
    probe.receive(update(Flags.SYN, 1, 0), Frames.ping(Flags.SYN, 1));
    probe.session.write(probe.now, 1, ByteBuffer.wrap(SOME));
    probe.session.close(probe.now, CloseCode.RESOURCE_LIMIT);
    assertEquals("000300000000000000001001", probe.sent());
  }

  @Test
  void nothingHasAnEffectAfterTheEnd() {
    probe.receive(update(Flags.SYN, 1, 0));
    probe.session.close(probe.now, CloseCode.NORMAL);
    probe.sent();
    probe.actions();
    ByteBuffer late = Frames.join(data(Flags.SYN, 3, SOME), Frames.ping(Flags.SYN, 1));
    probe.session.onBytes(probe.now, late);
    assertFalse(late.hasRemaining());
    probe.session.accept(probe.now, 1);
    probe.session.write(probe.now, 1, ByteBuffer.wrap(SOME));
    probe.session.end(probe.now, 1);
    probe.session.reset(probe.now, 1, 0);
    probe.session.consumed(probe.now, 1, 5);
    probe.session.ping(probe.now);
    probe.session.close(probe.now, CloseCode.INTERNAL_ERROR);
    assertEquals(List.of(), probe.actions());
    assertEquals("", probe.sent());
    assertEquals(Session.NEVER, probe.session.deadline());
  }

  private void assertNothingIsLeft() {
    for (Side side : List.of(dialer, listener)) {
      assertEquals(0, side.session.streams().size());
      assertEquals(0, side.session.streams().counted());
      assertFalse(side.session.hasOutput());
    }
  }
}
