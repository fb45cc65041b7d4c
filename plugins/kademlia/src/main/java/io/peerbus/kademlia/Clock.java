package io.peerbus.kademlia;

/**
 * What time it was when the machine was made, on both clocks: machines are told a monotonic time, and what is stored
 * must mean the same after a restart.
 *
 * @param nanos as now
 * @param millis since 1970
 */
public record Clock(long nanos, long millis) {

  /** Milliseconds since 1970. */
  long wall(long now) {
    return millis + Math.floorDiv(now - nanos, 1_000_000L);
  }

  /** The other way; far times are never. */
  long monotonic(long wall) {
    long away = wall - millis;
    return wall == Long.MAX_VALUE || away > Long.MAX_VALUE / 4_000_000L ? Long.MAX_VALUE : nanos + away * 1_000_000L;
  }
}
