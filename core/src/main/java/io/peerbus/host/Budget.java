package io.peerbus.host;

import io.peerbus.api.Failure;
import io.peerbus.bus.StreamFrame;
import io.vertx.core.json.JsonObject;

/**
 * What one plugin may have of core at a time.
 *
 * @param streams open and opening ones. A plugin that leaks them, or that is flooded with them, could otherwise take
 *     those of all others
 * @param bytesInFlight bytes that are held for the plugin or that it has not consumed, over all its streams. One that
 *     does not read could otherwise fill the memory, a window for each stream
 */
record Budget(int streams, long bytesInFlight) {

  /** Two streams with each of the connections that a node has at most, and as much again. */
  static final Budget DEFAULT = new Budget(16_384, 64 << 20);

  /** Below this not even one stream could be used to the full. */
  private static final long LEAST_BYTES = 2L * StreamFrame.MAX_DATA;

  /** From an attach request; {@code null} and what is left out mean the default. */
  static Budget of(JsonObject json) {
    if (json == null) {
      return DEFAULT;
    }
    int streams = json.getInteger("streams", DEFAULT.streams);
    long bytes = json.getLong("bytesInFlight", DEFAULT.bytesInFlight);
    if (streams < 1) {
      throw Failure.BAD_REQUEST.because("budget: streams: " + streams + " < 1");
    }
    if (bytes < LEAST_BYTES) {
      throw Failure.BAD_REQUEST.because("budget: bytesInFlight: " + bytes + " < " + LEAST_BYTES);
    }
    return new Budget(streams, bytes);
  }
}
