package io.peerbus.multiformats;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

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

  static byte[] decode(String text) throws FormatException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int length = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] != '%') {
        bytes[length++] = bytes[i];
        continue;
      }
      boolean whole = i + 2 < bytes.length;
      int high = whole ? Character.digit(bytes[i + 1], 16) : -1;
      int low = whole ? Character.digit(bytes[i + 2], 16) : -1;
      if (high < 0 || low < 0) {
        throw new FormatException("a percent sign without two digits");
      }
      bytes[length++] = (byte) (high << 4 | low);
      i += 2;
    }
    return Arrays.copyOf(bytes, length);
  }

  private static boolean isUnreserved(byte b) {
    return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9'
        || b == '-' || b == '.' || b == '_' || b == '~';
  }
}
