package io.peerbus.launcher.console;

import java.io.IOException;
import java.io.Reader;

/** Reads lines, however long they are. */
final class Lines {

  /** Longest line. Without an end to it, a pipe without line breaks would fill memory. */
  static final int MAX = 64 << 10;

  private final Reader in;
  private boolean skipLineFeed;

  Lines(Reader in) {
    this.in = in;
  }

  /** The next line without its end, or {@code null} at the end of input; of one that is too long, the first part. */
  String next() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); ; c = in.read()) {
      boolean secondOfTwo = skipLineFeed && c == '\n';
      skipLineFeed = c == '\r';
      if (secondOfTwo) {
        continue;
      }
      if (c < 0) {
        return line.isEmpty() ? null : line.toString();
      }
      if (c == '\n' || c == '\r') {
        return line.toString();
      }
      if (line.length() < MAX) {
        line.append((char) c);
      }
    }
  }
}
