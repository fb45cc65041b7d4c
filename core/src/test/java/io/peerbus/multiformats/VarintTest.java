package io.peerbus.multiformats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.peerbus.fuzz.Allocation;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VarintTest {

  @ParameterizedTest
  @CsvSource({
    "0, 00", "1, 01", "127, 7f", "128, 8001", "255, ff01", "300, ac02", "16384, 808001",
    "9223372036854775807, ffffffffffffffff7f",
  })
  void vectorsOfTheSpec(long value, String hex) throws FormatException {
    byte[] bytes = HexFormat.of().parseHex(hex);
    assertArrayEquals(bytes, Varint.encode(value));
    assertEquals(bytes.length, Varint.length(value));
    assertEquals(value, Varint.read(ByteBuffer.wrap(bytes)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"8000", "ff00", "80808000", "ffffffffffffffffff01", "8080808080808080808001"})
  void overlongAndTenByteVarintsAreRefused(String hex) {
    assertThrows(FormatException.class, () -> Varint.read(ByteBuffer.wrap(HexFormat.of().parseHex(hex))));
  }

  @Test
  void theNinthByteIsTheLastThatIsLookedAt() {
    byte[] endless = new byte[1 << 20];
    Arrays.fill(endless, (byte) 0xff);
    ByteBuffer in = ByteBuffer.wrap(endless);
    assertThrows(FormatException.class, () -> Varint.readOrMinusOne(in));
    assertEquals(Varint.MAX_LENGTH, in.position());
  }

  @Test
  void negativeNumbersHaveNoVarint() {
    assertThrows(IllegalArgumentException.class, () -> Varint.encode(-1));
    assertThrows(IllegalArgumentException.class, () -> Varint.length(Long.MIN_VALUE));
  }

  @Test
  void aCutOffVarintLeavesThePositionUntilItIsWhole() throws FormatException {
    byte[] bytes = Varint.encode(Long.MAX_VALUE);
    ByteBuffer in = ByteBuffer.allocate(bytes.length + 1).limit(1);
    in.put(0, (byte) 42).position(1);
    for (int i = 0; i < bytes.length; i++) {
      assertEquals(-1, Varint.readOrMinusOne(in));
      assertEquals(1, in.position());
      in.limit(i + 2).put(i + 1, bytes[i]);
    }
    assertEquals(Long.MAX_VALUE, Varint.readOrMinusOne(in));
    assertEquals(in.limit(), in.position());
    assertThrows(FormatException.class, () -> Varint.read(ByteBuffer.wrap(bytes, 0, 3)));
  }

  @Property
  void whatIsWrittenIsRead(@ForAll @LongRange(min = 0) long value) throws FormatException {
    assertEquals(value, Varint.read(ByteBuffer.wrap(Varint.encode(value))));
  }

  @Property(tries = 5000)
  void whatIsReadIsTheOneWayToWriteIt(@ForAll @Size(min = 1, max = 10) byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    long value;
    try {
      value = Varint.read(in);
    } catch (FormatException refused) {
      return;
    }
    assertArrayEquals(Arrays.copyOf(bytes, in.position()), Varint.encode(value));
  }

  @Property
  void readingAllocatesNothing(@ForAll @Size(max = 10) byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    Allocation.assertAtMost(512, () -> Varint.readOrMinusOne(in.rewind()));
  }
}
