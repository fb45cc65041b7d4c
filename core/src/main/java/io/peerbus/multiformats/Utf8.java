package io.peerbus.multiformats;

/** Tells whether bytes are UTF-8 (RFC 3629) without making a string of them. */
public final class Utf8 {

  private Utf8() {}

  /** Whether all of {@code bytes} is well-formed: no overlong forms, no surrogates, nothing above U+10FFFF. */
  public static boolean isValid(byte[] bytes) {
    return isValid(bytes, 0, bytes.length);
  }

  /** {@link #isValid(byte[])} for the {@code length} bytes at {@code offset}. */
  public static boolean isValid(byte[] bytes, int offset, int length) {
    int end = offset + length;
    int at = offset;
    while (at < end) {
      int step = step(bytes, at, end);
      if (step == 0) {
        return false;
      }
      at += step;
    }
    return true;
  }

  /** How many bytes the character at {@code at} has, 1 to 4, or 0 when no whole well-formed one ends by {@code end}. */
  public static int step(byte[] bytes, int at, int end) {
    int first = bytes[at] & 0xff;
    if (first < 0x80) {
      return 1;
    }
    int step = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    // c0 and c1 could only begin overlong forms, f5 and above would be past U+10FFFF (RFC 3629 section 4).
    if (first < 0xc2 || first > 0xf4 || step > end - at) {
      return 0;
    }
    int second = bytes[at + 1] & 0xff;
    int low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    int high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (second < low || second > high) {
      return 0;
    }
    for (int i = 2; i < step; i++) {
      if ((bytes[at + i] & 0xc0) != 0x80) {
        return 0;
      }
    }
    return step;
  }

  /** The code point of the well-formed character of {@code step} bytes at {@code at}. */
  public static int codePoint(byte[] bytes, int at, int step) {
    if (step == 1) {
      return bytes[at];
    }
    int value = bytes[at] & (0xff >> (step + 1));
    for (int i = 1; i < step; i++) {
      value = value << 6 | bytes[at + i] & 0x3f;
    }
    return value;
  }
}
