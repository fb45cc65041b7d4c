package io.peerbus.host;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Streams and bytes of one part of a node: of all of it, of one peer, of one protocol. Thread safe, exact, and without
 * a lock: a number is taken when it fits, or not at all. What the limit is, is the caller's to say, as it may change.
 */
final class Scope {

  private final AtomicInteger streams = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  /** Answers whether there was room. */
  boolean takeStream(int limit) {
    for (int open = streams.get(); open < limit; open = streams.get()) {
      if (streams.compareAndSet(open, open + 1)) {
        return true;
      }
    }
    return false;
  }

  void giveStreamBack() {
    streams.decrementAndGet();
  }

  /** Answers whether there was room; if not none are taken. */
  boolean takeBytes(long more, long limit) {
    for (long held = bytes.get(); held <= limit - more; held = bytes.get()) {
      if (bytes.compareAndSet(held, held + more)) {
        return true;
      }
    }
    return false;
  }

  void giveBytesBack(long fewer) {
    bytes.addAndGet(-fewer);
  }

  int streams() {
    return streams.get();
  }

  long bytes() {
    return bytes.get();
  }
}
