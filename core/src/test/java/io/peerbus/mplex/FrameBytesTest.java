package io.peerbus.mplex;

import static io.peerbus.mplex.Frames.hex;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.muxer.CloseCode;
import io.peerbus.muxer.Muxer.Action;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bytes of frames, in both directions (mplex spec, "Message format"). */
class FrameBytesTest {

  @Test
  void ourFramesAreThoseOfTheSpec() {
    Probe probe = Probe.dialer();
    int stream = probe.session.open(probe.now);
    probe.session.write(probe.now, stream, hex("aabbcc"));
    probe.session.end(probe.now, stream);
    // id 1: new stream without a name, message of the initiator, close of the initiator
    assertEquals("0800" + "0a03aabbcc" + "0c00", probe.sent());
    assertEquals(3, probe.session.open(probe.now));
    assertEquals("1800", probe.sent());
    probe.session.reset(probe.now, 3, 7);
    assertEquals("1e00", probe.sent());
  }

  @Test
  void whatWeSendOnTheirStreamsIsThatOfTheReceiver() {
    Probe probe = Probe.listener();
    // id 0 with the name "0", as go, js and py call their first
    assertEquals(List.of(new Action.Opened(1)), probe.receive(hex("000130")));
    probe.session.write(probe.now, 1, hex("ff"));
    probe.session.end(probe.now, 1);
    assertEquals("0101ff" + "0300", probe.sent());
    assertEquals(List.of(new Action.Opened(3)), probe.receive(hex("8080010474657374")).stream()
        .filter(Action.Opened.class::isInstance).toList()); // id 2048, "test"
    probe.session.reset(probe.now, 3, 0);
    assertEquals("85800100", probe.sent());
  }

  @Test
  void theirFramesAreUnderstood() {
    Probe probe = Probe.listener();
    List<Action> actions = probe.receive(hex("0800 0a03aabbcc 0c00"));
    assertEquals(List.of(new Action.Opened(1), new Action.Received(1, hex("aabbcc")), new Action.Ended(1)), actions);
    assertEquals(List.of(new Action.Opened(3), new Action.Reset(3, 0)), probe.receive(hex("1000 1600")));
  }

  @Test
  void theSameNumberOfBothSidesIsTwoStreams() {
    Probe probe = Probe.listener();
    assertEquals(2, probe.session.open(probe.now));
    assertEquals(List.of(new Action.Opened(1)), probe.receive(hex("1000")));
    assertEquals(List.of(new Action.Received(1, hex("01")), new Action.Received(2, hex("02"))),
        probe.receive(hex("120101 110102")));
    assertEquals(List.of(new Action.Ended(2), new Action.Ended(1)), probe.receive(hex("1300 1400")));
  }

  @Test
  void aNumberMayBeUsedAgainForAnotherStream() {
    Probe probe = Probe.listener();
    assertEquals(List.of(new Action.Opened(1), new Action.Reset(1, 0)), probe.receive(hex("0000 0600")));
    assertEquals(List.of(new Action.Opened(3), new Action.Received(3, hex("05"))), probe.receive(hex("0000 020105")));
  }

  @Test
  void aStreamThatIsOpenCannotBeOpened() {
    Probe probe = Probe.listener();
    Action.Closed closed = Probe.end(probe.receive(hex("0000 0000")));
    assertEquals(CloseCode.PROTOCOL_ERROR, closed.code());
    assertEquals("the stream is open already (stream 0)", closed.reason());
    assertFalse(probe.session.hasOutput());
  }

  @Test
  void framesOfUnknownStreamsAreDrained() {
    Probe probe = Probe.listener();
    assertEquals(List.of(), probe.receive(hex("2a03010203 2c00 2e00 2903010203 2b00 2d00 f9ffffffffffffff7f0101")));
    assertEquals(List.of(new Action.Opened(1)), probe.receive(hex("2800")));
    assertEquals("", probe.sent());
  }

  @Test
  void whatComesWithACloseOrAResetIsDrained() {
    Probe probe = Probe.listener();
    assertEquals(List.of(new Action.Opened(1), new Action.Ended(1), new Action.Reset(1, 0)),
        probe.receive(hex("0000 040401020304 060401020304")));
  }

  @Test
  void theLargestNumberIsUnderstoodAndWritten() {
    Probe probe = Probe.listener();
    ByteBuffer largest = Frames.open((1L << 60) - 1);
    assertEquals("f8ffffffffffffff7f00", Frames.hex(largest));
    assertEquals(List.of(new Action.Opened(1)), probe.receive(largest));
    probe.session.write(probe.now, 1, ByteBuffer.allocate(100_000));
    ByteBuffer out = probe.transmit(200_000);
    assertEquals("f9ffffffffffffff7f" + "808004", Frames.hex(out.slice(0, Header.MAX_WRITTEN)));
    assertEquals(Header.MAX_WRITTEN + 65_536 + Header.MAX_WRITTEN + 34_464, out.remaining());
  }

  @Test
  void aLongerNumberIsAnError() {
    Action.Closed closed = Probe.end(Probe.listener().receive(hex("f8ffffffffffffffff00")));
    assertTrue(closed.reason().startsWith("a varint is longer than 9 bytes"), closed.reason());
  }

  @Test
  void theSeventhFlagIsAnError() {
    Action.Closed closed = Probe.end(Probe.listener().receive(hex("0f00")));
    assertTrue(closed.reason().startsWith("unknown flag 7"), closed.reason());
  }

  @Test
  void aFrameOfOneMebibyteIsTakenAndALargerOneIsNot() {
    Probe probe = Probe.listener();
    assertEquals(List.of(new Action.Opened(1)), probe.receive(hex("0000 02808040")));
    Action.Closed closed = Probe.end(Probe.listener().receive(hex("0000 02818040")));
    assertEquals("mplex.maxMessage: a frame has more than 1048576 bytes (stream 0)", closed.reason());
    assertEquals(CloseCode.PROTOCOL_ERROR, closed.code());
  }
}
