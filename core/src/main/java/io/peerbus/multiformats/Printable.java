package io.peerbus.multiformats;

/** Remote text inside messages: cut short and free of control characters, which could rewrite a terminal or a log. */
final class Printable {

  private static final int LONGEST = 80;

  private Printable() {
  }

  static String quote(char c) {
    return quote(String.valueOf(c));
  }

  static String quote(String text) {
    StringBuilder out = new StringBuilder(Math.min(text.length(), LONGEST) + 6).append('\'');
    for (int i = 0; i < text.length() && i < LONGEST; i++) {
      char c = text.charAt(i);
      out.append(c < ' ' || c > '~' ? '?' : c);
    }
    return out.append(text.length() > LONGEST ? "...'" : "'").toString();
  }
}
