package io.peerbus.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.bus.StreamFrame.Kind;
import io.peerbus.fuzz.Allocation;
import io.vertx.core.buffer.Buffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class StreamFrameCodecTest {

  private final StreamFrameCodec codec = new StreamFrameCodec();

  private Buffer encode(int before, StreamFrame frame) {
    Buffer wire = Buffer.buffer(new byte[before]);
    codec.encodeToWire(wire, frame);
    return wire;
  }

  private static void assertSameFrame(StreamFrame expected, StreamFrame actual) {
    assertEquals(expected.stream(), actual.stream());
    assertEquals(expected.kind(), actual.kind());
    assertEquals(expected.value(), actual.value());
    assertEquals(expected.payload(), actual.payload());
  }

  @Property(tries = 500)
  void framesComeBackAsTheyWent(@ForAll long stream, @ForAll Kind kind, @ForAll long value,
      @ForAll @Size(max = 2_000) byte[] payload, @ForAll @IntRange(max = 9) int before) {
    StreamFrame frame = new StreamFrame(stream, kind, value, Buffer.buffer(payload));
    assertSameFrame(frame, codec.decodeFromWire(before, encode(before, frame)));
  }

  @Test
  void theWireIsAsBusMdSays() {
    Buffer wire = encode(0, new StreamFrame(0x0102030405060708L, Kind.CREDIT, 0x1112131415161718L, Buffer.buffer("ab")));
    assertEquals("0102030405060708" + "03" + "1112131415161718" + "00000002" + "6162",
        java.util.HexFormat.of().formatHex(wire.getBytes()));
  }

  @Test
  void insideOneJvmAFrameIsHandedOver() {
    StreamFrame frame = StreamFrame.data(1, Buffer.buffer("x"));
    assertSame(frame, codec.transform(frame));
  }

  @Property(tries = 300)
  void aFrameThatIsCutAnywhereIsRefused(@ForAll @Size(max = 100) byte[] payload, @ForAll @IntRange(max = 120) int cut) {
    Buffer wire = encode(0, StreamFrame.data(7, Buffer.buffer(payload)));
    if (cut < wire.length()) {
      assertThrows(IllegalArgumentException.class, () -> codec.decodeFromWire(0, wire.getBuffer(0, cut)));
    }
  }

  @Test
  void aLengthThatLiesAllocatesNothing() {
    for (int length : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0x7fff_ffeb, (1 << 20) + 1, 11}) {
      Buffer wire = Buffer.buffer().appendLong(1).appendByte((byte) 2).appendLong(0).appendInt(length)
          .appendBytes(new byte[10]);
      Allocation.assertBounded(wire.length(), () -> refused(wire));
    }
  }

  private void refused(Buffer wire) {
    assertThrows(IllegalArgumentException.class, () -> codec.decodeFromWire(0, wire));
  }

  @Property(tries = 2_000)
  void hostileBytesAreAFrameOrRefused(@ForAll @Size(max = 200) byte[] bytes) {
    Buffer wire = Buffer.buffer(bytes);
    Allocation.assertBounded(bytes.length, () -> {
      try {
        assertTrue(codec.decodeFromWire(0, wire).payload().length() <= bytes.length);
      } catch (IllegalArgumentException expected) {
        // the one exception that is declared
      }
    });
  }
}
