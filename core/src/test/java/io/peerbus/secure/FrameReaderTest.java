package io.peerbus.secure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.peerbus.fuzz.Allocation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class FrameReaderTest {

  private static byte[] frame(int length) {
    byte[] frame = new byte[2 + length];
    new Random(length).nextBytes(frame);
    frame[0] = (byte) (length >>> 8);
    frame[1] = (byte) length;
    return frame;
  }

  @Property(tries = 300)
  void framesAreTheSameHoweverTheInputIsCut(
      @ForAll @Size(min = 1, max = 4) List<@IntRange(max = 65535) Integer> lengths,
      @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 1, max = 40000) Integer> pieces) throws Exception {
    ByteBuffer wire = ByteBuffer.allocate(lengths.stream().mapToInt(length -> 2 + length).sum());
    lengths.forEach(length -> wire.put(frame(length)));
    wire.flip();

    FrameReader reader = FrameReader.prefixed(65535);
    List<byte[]> frames = new ArrayList<>();
    for (int i = 0; wire.hasRemaining(); i++) {
      int piece = Math.min(wire.remaining(), pieces.get(i % pieces.size()));
      ByteBuffer in = wire.slice(wire.position(), piece);
      wire.position(wire.position() + piece);
      for (byte[] frame = reader.next(in); frame != null; frame = reader.next(in)) {
        frames.add(frame);
      }
      assertEquals(0, in.remaining());
    }
    assertEquals(lengths.size(), frames.size());
    for (int i = 0; i < frames.size(); i++) {
      byte[] whole = frame(lengths.get(i));
      assertArrayEquals(Arrays.copyOfRange(whole, 2, whole.length), frames.get(i));
    }
  }

  @Test
  void notOneByteMoreThanTheFrameIsTaken() throws Exception {
    ByteBuffer in = ByteBuffer.wrap(new byte[] {0, 2, 7, 8, 9});
    assertArrayEquals(new byte[] {7, 8}, FrameReader.prefixed(10).next(in));
    assertEquals(1, in.remaining());
  }

  @Test
  void aFrameOverTheLimitIsRefusedAtItsLength() throws Exception {
    FrameReader reader = FrameReader.prefixed(4096);
    assertNull(reader.next(ByteBuffer.wrap(new byte[] {0x10})));
    assertThrows(HandshakeException.class, () -> reader.next(ByteBuffer.wrap(new byte[] {1})));
    assertNull(FrameReader.prefixed(4096).next(ByteBuffer.wrap(new byte[] {0x10, 0})));
  }

  @Test
  void anAnnouncedLengthCostsNothing() {
    Allocation.assertBounded(2, () -> FrameReader.prefixed(65535).next(ByteBuffer.wrap(new byte[] {-1, -1})));
  }

  @Property(tries = 200)
  void memoryFollowsWhatHasComeAtEveryMoment(
      @ForAll @IntRange(min = 1, max = 65535) int come, @ForAll @IntRange(min = 1, max = 70000) int piece) {
    byte[] bytes = Arrays.copyOf(frame(65535), 2 + come);
    Allocation.assertBounded(bytes.length, () -> {
      FrameReader reader = FrameReader.prefixed(65535);
      ByteBuffer in = ByteBuffer.wrap(bytes);
      while (in.hasRemaining()) {
        reader.next(in.limit(Math.min(bytes.length, in.position() + piece)));
        in.limit(bytes.length);
      }
    });
  }
}
