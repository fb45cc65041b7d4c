package io.peerbus.chat;

/**
 * Makes a stranger's text safe to print as a part of one line.
 *
 * <p>A chat line could otherwise move the cursor, change the window's title, write the line of another peer, or turn
 * its own direction so that it reads as something else.
 */
public final class TerminalText {

  private static final int CONTROL_PICTURES = 0x2400;
  private static final int DELETE = 0x7f;
  private static final int PICTURE_OF_DELETE = 0x2421;
  private static final int REPLACEMENT = 0xfffd;
  private static final int ZERO_WIDTH_NON_JOINER = 0x200c;
  private static final int ZERO_WIDTH_JOINER = 0x200d;

  private TerminalText() {}

  /**
   * The text as one line: line breaks at its end go, tabulators become spaces, other control characters their
   * pictures ({@code U+2400} and up), what is invisible or turns the writing direction {@code U+FFFD}.
   *
   * @param max the most code points; a longer text ends in an ellipsis
   */
  public static String clean(String text, int max) {
    int end = text.length();
    while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
      end--;
    }
    StringBuilder clean = new StringBuilder(Math.min(end, max) + 1);
    int count = 0;
    for (int at = 0; at < end; count++) {
      if (count == max) {
        return clean.append('\u2026').toString();
      }
      int codePoint = text.codePointAt(at);
      clean.appendCodePoint(safe(codePoint));
      at += Character.charCount(codePoint);
    }
    return clean.toString();
  }

  private static int safe(int codePoint) {
    if (codePoint == '\t') {
      return ' ';
    }
    if (codePoint < ' ') {
      return CONTROL_PICTURES + codePoint;
    }
    if (codePoint == DELETE) {
      return PICTURE_OF_DELETE;
    }
    // Emoji of several parts are held together by joiners, and Persian is written with them.
    if (codePoint == ZERO_WIDTH_JOINER || codePoint == ZERO_WIDTH_NON_JOINER) {
      return codePoint;
    }
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR, Character.PRIVATE_USE -> REPLACEMENT;
      default -> codePoint;
    };
  }
}
