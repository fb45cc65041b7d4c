package io.peerbus.yamux;

import static io.peerbus.yamux.Frames.data;
import static io.peerbus.yamux.Frames.hex;
import static io.peerbus.yamux.Frames.ping;
import static io.peerbus.yamux.Frames.update;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.muxer.Muxer.Action;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How frames are put into the buffers that the wire gives. */
class TransmitTest {

  /** The plaintext of a full Noise frame. */
  private static final int FULL = 65_519;

  private final Probe probe = Probe.dialer();

  @Test
  void aFrameOfTheOnlyStreamTakesAllTheRoom() {
    open(1, 200_000);
    assertEquals(List.of("1:" + (FULL - Header.SIZE)), payloads(FULL));
  }

  @Test
  void noFrameHasMoreThan64KiB() {
    open(1, 200_000);
    assertEquals(List.of("1:65524", "1:65524", "1:65524", "1:3428"), payloads(1 << 20));
  }

  @Test
  void severalStreamsTakeTurns() {
    open(2, 40_000);
    assertEquals(List.of("1:16384", "3:16384", "1:16384", "3:16319"), payloads(FULL));
    assertEquals(List.of("1:7232", "3:7297"), payloads(FULL));
  }

  @Test
  void aSmallMessageDoesNotWaitForALargeOne() {
    open(2, 0);
    probe.session.write(probe.now, 1, ByteBuffer.allocate(200_000));
    payloads(FULL);
    probe.session.write(probe.now, 3, ByteBuffer.allocate(10));
    assertEquals("3:10", payloads(FULL).get(1));
  }

  @Test
  void manySmallWritesGoIntoOneFrame() {
    open(1, 0);
    for (int i = 0; i < 1000; i++) {
      probe.session.write(probe.now, 1, ByteBuffer.wrap(new byte[] {(byte) i, (byte) (i >> 8)}));
    }
    ByteBuffer out = probe.transmit(FULL);
    assertEquals(Header.SIZE + 2000, out.remaining());
    assertEquals(List.of(new Action.Sent(1, 2000)), probe.actions());
    byte[] expected = new byte[2000];
    for (int i = 0; i < 1000; i++) {
      expected[2 * i] = (byte) i;
      expected[2 * i + 1] = (byte) (i >> 8);
    }
    byte[] payload = new byte[2000];
    out.get(Header.SIZE, payload);
    assertArrayEquals(expected, payload);
  }

  @Test
  void controlGoesBeforeDataAndPongsGoFirst() {
    open(1, 100_000);
    probe.session.open(probe.now);
    probe.receive(update(Flags.SYN, 2, 0), ping(Flags.SYN, 9));
    probe.session.accept(probe.now, 2);
    ByteBuffer out = probe.transmit(60);
    assertEquals("000200020000000000000009" + "000100010000000300000000" + "000100020000000200000000",
      Frames.hex(out.slice(0, 36)));
  }

  @Test
  void noFrameIsSqueezedIntoTheEndOfABuffer() {
    open(1, 5_000);
    probe.receive(ping(Flags.SYN, 1));
    assertEquals(Header.SIZE, probe.transmit(12 + 12 + 1023).remaining());
    probe.receive(ping(Flags.SYN, 1));
    assertEquals(12 + 12 + 1024, probe.transmit(12 + 12 + 1024).remaining());
  }

  @Test
  void theLastBytesAreSentIfTheyFitHoweverFewTheyAre() {
    open(1, 3);
    probe.receive(ping(Flags.SYN, 1));
    assertEquals(12 + 12 + 3, probe.transmit(12 + 12 + 3).remaining());
  }

  @Test
  void smallBuffersMakeProgressToo() {
    open(1, 100);
    assertEquals(0, probe.transmit(12).remaining());
    assertEquals(13, probe.transmit(13).remaining());
    assertEquals(0, probe.transmit(0).remaining());
    assertEquals(12 + 99, probe.transmit(200).remaining());
    assertFalse(probe.session.hasOutput());
  }

  @Test
  void allOfAControlFrameOrNothingFits() {
    probe.receive(ping(Flags.SYN, 1), ping(Flags.SYN, 2));
    assertEquals(0, probe.transmit(11).remaining());
    assertEquals(12, probe.transmit(23).remaining());
    assertTrue(probe.session.hasOutput());
  }

  @Test
  void directBuffersAndBuffersInUseAreFilledFromTheirPosition() {
    open(1, 0);
    probe.session.write(probe.now, 1, hex("0102"));
    ByteBuffer out = ByteBuffer.allocateDirect(100).position(50);
    assertEquals(14, probe.session.transmit(probe.now, out));
    assertEquals("0000000000000001000000020102", Frames.hex(out.flip().position(50)));
  }

  @Test
  void aStreamWithoutCreditDoesNotTakeATurn() {
    open(2, Window.INITIAL + 1000);
    int sent = 0;
    while (probe.session.hasOutput()) {
      sent += payloads(FULL).size();
    }
    assertTrue(sent >= 32, sent + " frames");
    probe.receive(update(Flags.NONE, 3, 500));
    assertEquals(List.of("3:500"), payloads(FULL));
    probe.receive(update(Flags.NONE, 3, 5000), update(Flags.NONE, 1, 5000));
    assertEquals(List.of("3:500", "1:1000"), payloads(FULL));
  }

  @Test
  void whatAReadOnlyBufferHoldsIsSentAsWell() {
    open(1, 0);
    probe.session.write(probe.now, 1, hex("aabb").asReadOnlyBuffer());
    assertEquals("000000000000000100000002aabb", probe.sent());
  }

  @Test
  void theFinWaitsForRoomNotForData() {
    open(1, 10);
    probe.session.end(probe.now, 1);
    assertEquals(22, probe.transmit(22).remaining());
    assertTrue(probe.session.hasOutput());
    assertEquals("000000040000000100000000", probe.sent());
    assertFalse(probe.session.hasOutput());
  }

  @Test
  void receivedBytesAreSlicesOfTheInput() {
    byte[] input = new byte[100];
    data(Flags.SYN, 2, new byte[] {1, 2, 3}).get(input, 40, 15);
    probe.session.onBytes(probe.now, ByteBuffer.wrap(input, 40, 15));
    Action.Received received = (Action.Received) probe.actions().get(1);
    assertEquals(hex("010203"), received.data());
    assertTrue(received.data().array() == input);
  }

  private void open(int streams, int bytes) {
    for (int i = 0; i < streams; i++) {
      int id = probe.session.open(probe.now);
      probe.session.write(probe.now, id, ByteBuffer.allocate(bytes));
    }
    probe.transmit(Header.SIZE * streams);
    probe.actions();
  }

  /** The data frames that are sent into a buffer of that size, as stream and length. */
  private List<String> payloads(int size) {
    ByteBuffer out = probe.transmit(size);
    List<String> payloads = new ArrayList<>();
    while (out.hasRemaining()) {
      int first = out.getInt();
      int stream = out.getInt();
      int length = out.getInt();
      assertEquals(0, first);
      payloads.add(stream + ":" + length);
      out.position(out.position() + length);
    }
    return payloads;
  }
}
