package io.peerbus.host;

import java.util.function.Consumer;

/**
 * Warnings of one kind, of which the log gets one at a time with the number of the others: a flood of streams to a
 * plugin that does not answer would otherwise fill the disk with one line for each. Not thread safe.
 */
final class Complaints {

  private final Consumer<String> log;
  private String first;
  private long others;

  Complaints(Consumer<String> log) {
    this.log = log;
  }

  /** One more. */
  void add(String text) {
    if (first == null) {
      first = text;
    } else {
      others++;
    }
  }

  /** Logs those since the last call, in one line. To be called once a second. */
  void tell() {
    if (first != null) {
      log.accept(others == 0 ? first : first + " (" + others + " more like it)");
      first = null;
      others = 0;
    }
  }
}
