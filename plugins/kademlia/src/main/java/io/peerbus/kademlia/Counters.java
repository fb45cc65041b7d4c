package io.peerbus.kademlia;

/** Counts since the start; they wrap. Not thread safe. */
final class Counters {

  private final long[] counts = new long[Counter.values().length];

  void add(Counter counter) {
    counts[counter.ordinal()]++;
  }

  void restore(Counter counter, long before) {
    counts[counter.ordinal()] = before;
  }

  long get(Counter counter) {
    return counts[counter.ordinal()];
  }
}
