package io.peerbus.launcher.console;

/** Makes text that came from a peer safe to show. */
public final class Printable {

  private Printable() {}

  /**
   * The text with control characters shown as pictures ("␛"). A peer could otherwise move the cursor, rename the
   * window, or with a line break print a line as if the node had said it.
   */
  public static String of(String text) {
    StringBuilder safe = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c) && c != '\t') {
        safe = safe == null ? new StringBuilder(text) : safe;
        safe.setCharAt(i, c < 0x20 ? (char) (0x2400 + c) : c == 0x7F ? '\u2421' : '\uFFFD');
      }
    }
    return safe == null ? text : safe.toString();
  }
}
