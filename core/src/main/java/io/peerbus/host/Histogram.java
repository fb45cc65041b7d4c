package io.peerbus.host;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** How long something took, by the powers of two of milliseconds. Not thread safe. */
final class Histogram {

  /** Upper ends of 1/4 ms to 16 s; one more has no end. */
  private static final int BUCKETS = 17;
  private static final double FIRST_SECONDS = 0.000_25;
  private static final long FIRST_NANOS = 250_000;
  private static final double NANOS_PER_SECOND = 1e9;

  private final long[] counts = new long[BUCKETS + 1];
  private long sum;

  void add(long nanos) {
    int bucket = 0;
    for (long end = FIRST_NANOS; nanos > end && bucket < BUCKETS; end <<= 1) {
      bucket++;
    }
    counts[bucket]++;
    sum += nanos;
  }

  void addAll(Histogram other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
    sum += other.sum;
  }

  /** {@code buckets}: list of {@code upTo} seconds (absent in the last) and {@code count}; {@code sum} in seconds. */
  JsonObject toJson() {
    JsonArray buckets = new JsonArray();
    double end = FIRST_SECONDS;
    for (int i = 0; i < counts.length; i++, end *= 2) {
      JsonObject bucket = new JsonObject().put("count", counts[i]);
      buckets.add(i < BUCKETS ? bucket.put("upTo", end) : bucket);
    }
    return new JsonObject().put("buckets", buckets).put("sum", sum / NANOS_PER_SECOND);
  }
}
