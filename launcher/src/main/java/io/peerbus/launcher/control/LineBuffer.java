package io.peerbus.launcher.control;

import io.vertx.core.buffer.Buffer;

/**
 * Cuts bytes into lines, each ended by a line feed. What has no end yet is never a line, so nothing is done of a
 * request whose sender was cut off. Vert.x's own parser hands such a rest over, and looks at the length of a line only
 * after it was kept.
 *
 * <p>Holds one line and one chunk at the most, if all lines are taken before more is added. Not thread safe.
 */
final class LineBuffer {

  private final int maxLine;
  private Buffer bytes = Buffer.buffer();
  private int start;
  private int scanned;

  /** {@code maxLine} is in bytes, without the line feed. */
  LineBuffer(int maxLine) {
    this.maxLine = maxLine;
  }

  /** Adds what came. */
  void add(Buffer chunk) {
    if (start > 0) {
      bytes = bytes.getBuffer(start, bytes.length());
      scanned -= start;
      start = 0;
    }
    bytes.appendBuffer(chunk);
  }

  /**
   * The next line, or {@code null} if its end has not come yet.
   *
   * @throws Refusal when it is longer than it may be; nothing more can be read then
   */
  Buffer next() throws Refusal {
    while (scanned < bytes.length() && bytes.getByte(scanned) != '\n') {
      scanned++;
    }
    if (scanned - start > maxLine) {
      throw Refusal.tooLong(maxLine);
    }
    if (scanned == bytes.length()) {
      return null;
    }
    Buffer line = bytes.getBuffer(start, scanned);
    start = ++scanned;
    return line;
  }
}
