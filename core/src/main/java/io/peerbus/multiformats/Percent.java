package io.peerbus.multiformats;

/** Percent-encoding (RFC 3986, section 2.1). All but the unreserved characters are written encoded. */
final class Percent {

  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private Percent() {
  }

  static String encode(byte[] bytes) {
    StringBuilder text = new StringBuilder(bytes.length + 16);
    for (byte b : bytes) {
      if (isUnreserved(b)) {
        text.append((char) b);
      } else {
        text.append('%').append(HEX[b >> 4 & 15]).append(HEX[b & 15]);
      }
    }
    return text.toString();
  }

  static byte[] decode(String text, int maxBytes) throws FormatException {
    long escapes = text.chars().filter(c -> c == '%').count();
    int length = Math.toIntExact(Math.max(0, text.length() - 2 * escapes));
    if (length > maxBytes) {
      throw new FormatException("more than " + maxBytes + " bytes");
    }
    byte[] bytes = new byte[length];
    for (int i = 0, at = 0; i < text.length(); i++, at++) {
      char c = text.charAt(i);
      if (c <= ' ' || c > '~') {
        throw new FormatException("a character that must be percent-encoded");
      }
      boolean escape = c == '%';
      int value = escape ? escaped(text, i + 1) : c;
      if (value < 0 || at == length) { // no room is left when a sign further on has no digits
        throw new FormatException("a percent sign without two digits");
      }
      bytes[at] = (byte) value;
      i += escape ? 2 : 0;
    }
    return bytes;
  }

  private static int escaped(String text, int at) {
    if (at + 2 > text.length()) {
      return -1;
    }
    int high = hexDigit(text.charAt(at));
    int low = hexDigit(text.charAt(at + 1));
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }

  private static int hexDigit(char c) {
    return c < 128 ? Character.digit(c, 16) : -1;
  }

  private static boolean isUnreserved(byte b) {
    return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9'
        || b == '-' || b == '.' || b == '_' || b == '~';
  }
}
