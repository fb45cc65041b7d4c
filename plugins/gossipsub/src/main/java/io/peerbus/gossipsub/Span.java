package io.peerbus.gossipsub;

/** A range of a byte array in one {@code long}: a message has six of them, and there are many messages. */
final class Span {

  static final long ABSENT = -1;

  private Span() {}

  static long of(int offset, int length) {
    return (long) offset << 32 | length;
  }

  static int offset(long span) {
    return (int) (span >>> 32);
  }

  /** 0 for an absent one. */
  static int length(long span) {
    return span == ABSENT ? 0 : (int) span;
  }
}
