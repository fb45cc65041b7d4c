package io.peerbus.multiformats;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;

/**
 * Text from a stranger that people will read: well-formed, and without characters that could forge lines in a terminal
 * or a log. Nothing is allocated to find that out.
 */
final class VisibleText {

  private VisibleText() {
  }

  /** The UTF-8 of {@code text}, which must have no half characters and at most {@code maxBytes}. */
  static byte[] encode(String text, int maxBytes) throws FormatException {
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      length += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    if (length > maxBytes) {
      throw new FormatException("more than " + maxBytes + " bytes of text");
    }
    byte[] bytes = new byte[length];
    if (UTF_8.newEncoder().encode(CharBuffer.wrap(text), ByteBuffer.wrap(bytes), true).isError()) {
      throw new FormatException("text with half of a character");
    }
    return bytes;
  }

  /** Whether the bytes are UTF-8 (RFC 3629) of visible characters, none of them blank. */
  static void check(byte[] bytes, int offset, int length) throws FormatException {
    int end = offset + length;
    for (int i = offset; i < end;) {
      int size = sizeAt(bytes[i] & 0xff);
      if (size == 0 || i + size > end) {
        throw notUtf8();
      }
      int c = size == 1 ? bytes[i] : bytes[i] & 0x7f >> size;
      for (int j = 1; j < size; j++) {
        if ((bytes[i + j] & 0xc0) != 0x80) {
          throw notUtf8();
        }
        c = c << 6 | bytes[i + j] & 0x3f;
      }
      checkCharacter(c, size);
      i += size;
    }
  }

  private static int sizeAt(int first) {
    if (first < 0x80) {
      return 1;
    }
    return first < 0xc0 || first >= 0xf8 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  }

  private static void checkCharacter(int c, int size) throws FormatException {
    int shortest = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    boolean surrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
    if (size != shortest || c > Character.MAX_CODE_POINT || surrogate) {
      throw notUtf8();
    }
    switch (Character.getType(c)) {
      case Character.CONTROL, Character.FORMAT, Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR -> throw new FormatException("text with a control character or a blank");
      default -> {
      }
    }
  }

  private static FormatException notUtf8() {
    return new FormatException("text that is not UTF-8");
  }
}
