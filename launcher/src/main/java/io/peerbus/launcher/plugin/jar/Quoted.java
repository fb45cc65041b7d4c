package io.peerbus.launcher.plugin.jar;

/** Text out of a stranger's jar, made fit for a message: a control character could rewrite a terminal or a log. */
final class Quoted {

  private static final int LONGEST = 100;

  private Quoted() {}

  /** In quotation marks, on one line, cut after 100 characters. */
  static String of(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < text.length() && i < LONGEST; i++) {
      char c = text.charAt(i);
      out.append(isPlain(c) ? c : '?');
    }
    return out.append(text.length() > LONGEST ? "…\"" : "\"").toString();
  }

  /** Letters and signs; no controls, no line ends, nothing that turns the direction of writing. */
  static boolean isPlain(char c) {
    int type = Character.getType(c);
    return type != Character.CONTROL && type != Character.FORMAT && type != Character.LINE_SEPARATOR
        && type != Character.PARAGRAPH_SEPARATOR;
  }
}
