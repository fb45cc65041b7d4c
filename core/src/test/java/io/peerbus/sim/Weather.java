package io.peerbus.sim;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * What a network does to messages: each pair of nodes has its own distance, each message some delay more, and some are
 * lost.
 *
 * @param nearest the shortest way between two nodes, one direction
 * @param farthest the longest
 * @param jitter up to this much more for each message
 * @param loss the part of all messages that never arrive, 0 to 1
 */
public record Weather(Duration nearest, Duration farthest, Duration jitter, double loss) {

  /** As on the internet: 5 to 120 ms one way, 20 ms more or less, nothing lost. */
  public static Weather fair() {
    return new Weather(Duration.ofMillis(5), Duration.ofMillis(120), Duration.ofMillis(20), 0);
  }

  public Weather withLoss(double part) {
    return new Weather(nearest, farthest, jitter, part);
  }

  public boolean loses(RandomGenerator random) {
    return loss > 0 && random.nextDouble() < loss;
  }

  /** Nanoseconds on the way from one node to another, by their numbers; both directions are equally long. */
  public long delay(int from, int to, RandomGenerator random) {
    long pair = (long) Math.min(from, to) << 32 | Math.max(from, to);
    // SplitMix64's mixing, so that the distance of a pair needs no table.
    long mixed = pair * 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
    long range = farthest.toNanos() - nearest.toNanos() + 1;
    long base = nearest.toNanos() + Math.floorMod(mixed ^ mixed >>> 31, range);
    return base + (jitter.isZero() ? 0 : random.nextLong(jitter.toNanos()));
  }
}
