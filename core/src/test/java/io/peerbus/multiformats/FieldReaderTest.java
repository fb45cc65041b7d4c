package io.peerbus.multiformats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class FieldReaderTest {

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  @Test
  void everyWireTypeIsRead() throws FormatException {
    FieldReader in = new FieldReader(hex("08 9601  12 03 616263  19 0102030405060708  25 01020304"));
    assertTrue(in.next());
    assertTrue(in.is(1, FieldReader.VARINT));
    assertEquals(150, in.varint());
    assertTrue(in.next());
    assertTrue(in.is(2, FieldReader.BYTES));
    assertArrayEquals(hex("616263"), in.bytes());
    assertTrue(in.next());
    assertTrue(in.is(3, FieldReader.FIXED64));
    assertEquals(8, in.length());
    assertTrue(in.next());
    assertTrue(in.is(4, FieldReader.FIXED32));
    assertFalse(in.next());
  }

  @Test
  void aNegativeNumberHasTenBytes() throws FormatException {
    FieldReader in = new FieldReader(hex("08 ffffffffffffffffff01"));
    assertTrue(in.next());
    assertEquals(-1, in.varint());
  }

  @Test
  void groupsAreSkippedHoweverDeep() throws FormatException {
    byte[] deep = new byte[200_002];
    Arrays.fill(deep, 0, 100_000, (byte) 0x0b);
    Arrays.fill(deep, 100_000, 200_000, (byte) 0x0c);
    deep[200_000] = 0x10;
    deep[200_001] = 0x07;
    FieldReader in = new FieldReader(deep);
    assertTrue(in.next());
    assertEquals(7, in.varint());
  }

  @Test
  void aLengthBeyondTheMessageIsRefused() {
    for (String bad : new String[] {"12 04 616263", "12 ffffffffffffffffff01", "12 80808080f0ffffffff01", "12",
        "08", "08 80", "08 ffffffffffffffffffff01", "0f", "00", "0c", "0b", "19 010203", "25 0102", "ffffffff7f 00"}) {
      assertThrows(FormatException.class, () -> {
        FieldReader in = new FieldReader(hex(bad));
        while (in.next()) {
          in.bytes();
        }
      }, bad);
    }
  }

  @Property(tries = 5_000)
  void anyBytesEitherReadToTheEndOrAreRefused(@ForAll @Size(max = 64) byte[] bytes) {
    FieldReader in = new FieldReader(bytes);
    try {
      int used = 0;
      while (in.next()) {
        used += in.bytes().length;
      }
      assertTrue(used <= bytes.length);
    } catch (FormatException expected) {
      assertFalse(expected.getMessage().isEmpty());
    }
  }
}
