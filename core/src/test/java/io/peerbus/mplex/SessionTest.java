package io.peerbus.mplex;

import static io.peerbus.mplex.Frames.frame;
import static io.peerbus.mplex.Frames.open;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.muxer.CloseCode;
import io.peerbus.muxer.Muxer;
import io.peerbus.muxer.Muxer.Action;
import io.peerbus.muxer.ProtocolError;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The life of streams and of a session, where it differs from what {@link MplexTckTest} has of any muxer. */
class SessionTest {

  private static final int FULL = 65_519;

  @Test
  void dataBehindTheEndResetsTheStream() {
    Probe probe = Probe.listener();
    List<Action> actions = probe.receive(open(0), frame(Flag.CLOSE_INITIATOR, 0),
        frame(Flag.MESSAGE_INITIATOR, 0, new byte[3]), frame(Flag.MESSAGE_INITIATOR, 0, new byte[3]));
    assertEquals(List.of(new Action.Opened(1), new Action.Ended(1), new Action.Reset(1, 0)), actions);
    assertEquals("0500", probe.sent());
  }

  @Test
  void anEmptyMessageBehindTheEndDoesNoHarm() {
    Probe probe = Probe.listener();
    probe.receive(open(0), frame(Flag.CLOSE_INITIATOR, 0));
    assertEquals(List.of(), probe.receive(frame(Flag.MESSAGE_INITIATOR, 0), frame(Flag.CLOSE_INITIATOR, 0)));
  }

  @Test
  void aStreamThatIsResetWithinAFrameLosesTheRestOfIt() {
    Probe probe = Probe.listener();
    ByteBuffer data = frame(Flag.MESSAGE_INITIATOR, 0, new byte[100]);
    assertEquals(2, probe.receive(open(0), data.slice(0, 50)).size());
    probe.session.reset(probe.now, 1, 0);
    assertEquals(List.of(), probe.receive(data.slice(50, data.remaining() - 50)));
    assertEquals(List.of(new Action.Opened(3)), probe.receive(open(1)));
  }

  @Test
  void ofAStreamThatIsResetBeforeItWasSentNothingIsSent() { // js counts what comes for streams it does not know
    Probe probe = Probe.dialer();
    int stream = written(probe, 10);
    probe.session.reset(probe.now, stream, 0);
    assertFalse(probe.session.hasOutput());
    assertEquals("", probe.sent());
  }

  @Test
  void acceptingTellsTheOtherSideNothing() {
    Probe probe = Probe.listener();
    probe.receive(open(0));
    probe.session.accept(probe.now, 1);
    assertFalse(probe.session.hasOutput());
  }

  @Test
  void aSessionWithFewStreamsLeftSaysSoInTime() {
    Probe probe = Probe.dialer(new MplexOptions().setLifetimeStreams(4));
    List<Action> told = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      assertFalse(probe.session.isUsedUp());
      assertEquals(2 * i + 1, probe.session.open(probe.now));
      told.addAll(probe.actions());
    }
    assertEquals(List.of(new Action.Worn()), told);
    assertTrue(probe.session.isUsedUp());
    assertEquals(-1, probe.session.open(probe.now));
  }

  @Test
  void theirStreamsHaveTheSameLifetime() {
    Probe probe = Probe.listener(new MplexOptions().setLifetimeStreams(2));
    for (int i = 0; i < 2; i++) {
      probe.receive(open(i), frame(Flag.RESET_INITIATOR, i));
    }
    assertEquals(List.of(new Action.Refused(
        "mplex.lifetimeStreams: the peer has opened 2 streams on one connection", 1)), probe.receive(open(7)));
    assertEquals("3d00", probe.sent());
  }

  @Test
  void anEndForAnErrorSendsNothingMore() {
    Probe probe = Probe.listener();
    int stream = probe.session.open(probe.now);
    probe.session.write(probe.now, stream, ByteBuffer.allocate(10));
    assertEquals(CloseCode.PROTOCOL_ERROR, Probe.end(probe.receive(Frames.hex("0f"))).code());
    assertEquals("", probe.sent());
  }

  @Test
  void aSessionWithoutStreamsThatHearsNothingCloses() {
    Probe probe = Probe.listener(new MplexOptions().setIdleMillis(60_000));
    assertEquals(Muxer.NEVER, probe.session.deadline());
    probe.receive(open(0));
    assertEquals(Muxer.NEVER, probe.session.deadline());
    probe.later(100_000);
    probe.receive(frame(Flag.RESET_INITIATOR, 0));
    probe.later(59_999);
    assertEquals(List.of(), probe.actions());
    probe.receive(frame(Flag.RESET_INITIATOR, 0));
    probe.later(59_999);
    assertEquals(List.of(), probe.actions());
    probe.later(1);
    Action.Closed closed = Probe.end(probe.actions());
    assertEquals(CloseCode.NORMAL, closed.code());
    assertEquals("without a stream or a byte for 60000 ms: mplex has no ping to find out whether anybody is there",
        closed.reason());
    assertEquals(Muxer.NEVER, probe.session.deadline());
  }

  @Test
  void withoutAnIdleTimeItStays() {
    Probe probe = Probe.listener(new MplexOptions().setIdleMillis(0));
    probe.receive(open(0), frame(Flag.RESET_INITIATOR, 0));
    assertEquals(Muxer.NEVER, probe.session.deadline());
  }

  @Test
  void aFrameHasOneTotalTimeToBeComplete() {
    Probe probe = Probe.listener(new MplexOptions().setFrameTimeoutMillis(1_000));
    ByteBuffer data = frame(Flag.MESSAGE_INITIATOR, 0, new byte[100]);
    probe.receive(open(0), data.slice(0, 1));
    probe.later(600);
    probe.receive(data.slice(1, 1));
    probe.later(399);
    assertFalse(probe.session.isClosed());
    probe.later(1);
    assertEquals("mplex.frameTimeoutMillis: a frame was not complete within 1000 ms",
        Probe.end(probe.actions()).reason());
  }

  @Test
  void aFrameIsNotLateWhileItsReaderIs() {
    Probe probe = Probe.listener(new MplexOptions().setFrameTimeoutMillis(1_000).setMaxUnread(1024));
    ByteBuffer data = frame(Flag.MESSAGE_INITIATOR, 0, new byte[5_000]);
    probe.receive(open(0), data.slice(0, 2_000));
    for (int i = 0; i < 14; i++) {
      assertTrue(probe.session.isFull());
      probe.later(900);
      probe.session.consumed(probe.now, 1, 100);
    }
    assertTrue(probe.session.isFull());
    probe.later(900);
    probe.session.consumed(probe.now, 1, 100);
    assertFalse(probe.session.isFull());
    probe.later(900);
    assertEquals(List.of(), probe.actions());
    probe.later(100);
    assertEquals("mplex.frameTimeoutMillis: a frame was not complete within 1000 ms",
        Probe.end(probe.actions()).reason());
  }

  @Test
  void eachFrameHasItsOwnTime() {
    Probe probe = Probe.listener(new MplexOptions().setFrameTimeoutMillis(1_000));
    ByteBuffer data = frame(Flag.MESSAGE_INITIATOR, 0, new byte[10]);
    probe.receive(open(0), data.slice(0, 3));
    for (int i = 0; i < 5; i++) {
      probe.later(900);
      probe.receive(data.slice(3, data.remaining() - 3), data.slice(0, 3));
    }
    assertFalse(probe.session.isClosed());
    probe.receive(data.slice(3, data.remaining() - 3));
    assertEquals(Muxer.NEVER, probe.session.deadline());
  }

  @Test
  void oneStreamAloneHasLargeFramesAndSeveralHaveSmallOnes() {
    Probe probe = Probe.dialer();
    int first = written(probe, 100_000);
    probe.transmit(Header.MAX_WRITTEN); // room for what opens it, and for no data
    assertEquals(List.of("m1:65507"), payloads(probe.transmit(FULL)));
    written(probe, 100_000);
    probe.transmit(Header.MAX_WRITTEN);
    assertEquals(List.of("m1:16384", "m3:16384", "m1:16384", "m3:16343"), payloads(probe.transmit(FULL)));
    assertEquals(1, first);
  }

  @Test
  void smallBuffersMakeProgressToo() {
    Probe probe = Probe.dialer();
    written(probe, 100);
    assertEquals(0, probe.transmit(11).remaining());
    assertEquals(2, probe.transmit(12).remaining());
    assertEquals(3, probe.transmit(13).remaining());
    assertEquals(2 + 99, probe.transmit(200).remaining());
    assertFalse(probe.session.hasOutput());
  }

  @Test
  void noFrameIsSqueezedIntoTheEndOfABuffer() {
    Probe probe = Probe.dialer();
    written(probe, 5_000);
    assertEquals(2, probe.transmit(2 + 12 + 1_023).remaining());
    written(probe, 5_000);
    assertEquals(2 + 3 + 1_024, probe.transmit(2 + 12 + 1_024).remaining());
  }

  private static int written(Probe probe, int bytes) {
    int stream = probe.session.open(probe.now);
    probe.session.write(probe.now, stream, ByteBuffer.allocate(bytes));
    return stream;
  }

  /** The data frames of the dialer, as stream and length. */
  private static List<String> payloads(ByteBuffer out) {
    List<String> payloads = new ArrayList<>();
    Header header = new Header(new MplexOptions());
    try {
      while (header.read(out)) {
        payloads.add((header.flag() == Flag.MESSAGE_INITIATOR ? "m" : "?") + header.id() + ":" + header.length());
        out.position(out.position() + header.length());
      }
    } catch (ProtocolError e) {
      throw new AssertionError(e);
    }
    return payloads;
  }
}
