package io.peerbus.chat;

/** The characters of JSON strings (RFC 8259 section 7), both ways. */
final class JsonStrings {

  private static final String ESCAPES = "\"\\/bfnrt";
  private static final String ESCAPED = "\"\\/\b\f\n\r\t";

  private JsonStrings() {}

  /** Appends what the checked escape at {@code at} stands for; answers where it ends. */
  static int unescape(byte[] json, int at, StringBuilder out) {
    if (json[at + 1] != 'u') {
      out.append(ESCAPED.charAt(ESCAPES.indexOf(json[at + 1])));
      return at + 2;
    }
    int unit = 0;
    for (int i = at + 2; i < at + 6; i++) {
      unit = unit << 4 | Character.digit(json[i], 16);
    }
    out.append((char) unit);
    return at + 6;
  }

  /** The text as a JSON string with its quotes. */
  static String quote(String text) {
    StringBuilder out = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int escape = ESCAPED.indexOf(c);
      if (escape >= 0 && c != '/') {
        out.append('\\').append(ESCAPES.charAt(escape));
      } else if (c < ' ') {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }
}
