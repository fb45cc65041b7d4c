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

  /** What keeps the bytes from being UTF-8 (RFC 3629) of visible characters, none of them blank; or {@code null}. */
  static String fault(byte[] bytes, int offset, int length) {
    int end = offset + length;
    int step;
    for (int at = offset; at < end; at += step) {
      step = Utf8.step(bytes, at, end);
      if (step == 0) {
        return "text that is not UTF-8";
      }
      switch (Character.getType(Utf8.codePoint(bytes, at, step))) {
        case Character.CONTROL, Character.FORMAT, Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR,
            Character.PARAGRAPH_SEPARATOR -> {
          return "text with a control character or a blank";
        }
        default -> {
        }
      }
    }
    return null;
  }
}
