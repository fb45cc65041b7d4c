package io.peerbus.multiformats;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class Utf8Test {

  private static boolean jdkAccepts(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  @Property(tries = 5_000)
  void anyBytesAreJudgedAsTheJdkJudgesThem(@ForAll @Size(max = 8) byte[] bytes) {
    assertEquals(jdkAccepts(bytes), Utf8.isValid(bytes));
  }

  @Property(tries = 1_000)
  void everyTextIsReadCharacterByCharacter(@ForAll String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    StringBuilder read = new StringBuilder();
    for (int at = 0; at < bytes.length; ) {
      int step = Utf8.step(bytes, at, bytes.length);
      read.appendCodePoint(Utf8.codePoint(bytes, at, step));
      at += step;
    }
    assertEquals(new String(bytes, StandardCharsets.UTF_8), read.toString());
  }

  @Test
  void everyTwoAndThreeByteFormIsJudgedAsTheJdkJudgesIt() {
    for (int i = 0; i <= 0xffff; i++) {
      byte[] two = {(byte) (i >> 8), (byte) i};
      assertEquals(jdkAccepts(two), Utf8.isValid(two), Integer.toHexString(i));
      byte[] three = {(byte) (i >> 8), (byte) i, (byte) 0x80};
      assertEquals(jdkAccepts(three), Utf8.isValid(three), Integer.toHexString(i));
      byte[] four = {(byte) (0xf0 | i >> 13), (byte) (i >> 5), (byte) 0x80, (byte) 0xbf};
      assertEquals(jdkAccepts(four), Utf8.isValid(four), Integer.toHexString(i));
    }
  }
}
