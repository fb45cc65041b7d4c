package io.peerbus.launcher.config;

import io.vertx.core.json.JsonObject;

/**
 * What the bridge bears, each against one way to misuse it.
 *
 * @param maxConnections a process could otherwise use up the node's sockets; those without a token count too
 * @param maxFrameBytes the longest message; the 4 bytes of its length could otherwise ask for 2 GiB
 * @param maxRequests of one connection that wait for their answer; they could otherwise be piled up
 * @param bytesInFlight bytes of streams, of one connection, that it has not given back credit for; one that does not
 *     read could otherwise have the node keep them
 * @param messagesPerSecond of one connection; faster ones are read more slowly, so that core has its share
 * @param helloTimeoutMillis for the token to come; connections that say nothing could otherwise take all places
 * @param stallTimeoutMillis for a connection to read on; one that does not would otherwise be kept for ever
 */
public record BridgeLimits(int maxConnections, int maxFrameBytes, int maxRequests, int bytesInFlight,
    int messagesPerSecond, int helloTimeoutMillis, int stallTimeoutMillis) {

  public static final BridgeLimits DEFAULT =
      new BridgeLimits(16, 128 << 10, 64, 4 << 20, 10_000, 5_000, 30_000);

  /** From what the schema has passed. */
  static BridgeLimits of(JsonObject json) {
    return new BridgeLimits(
        json.getInteger("maxConnections", DEFAULT.maxConnections()),
        json.getInteger("maxFrameBytes", DEFAULT.maxFrameBytes()),
        json.getInteger("maxRequests", DEFAULT.maxRequests()),
        json.getInteger("bytesInFlight", DEFAULT.bytesInFlight()),
        json.getInteger("messagesPerSecond", DEFAULT.messagesPerSecond()),
        json.getInteger("helloTimeoutMillis", DEFAULT.helloTimeoutMillis()),
        json.getInteger("stallTimeoutMillis", DEFAULT.stallTimeoutMillis()));
  }
}
