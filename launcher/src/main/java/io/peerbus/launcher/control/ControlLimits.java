package io.peerbus.launcher.control;

/**
 * How much of a node its control socket may take. Whoever can open it owns the node; these hold off mistakes, such as a
 * script that never closes what it opens.
 *
 * @param maxConnections open at one time. Each may hold what follows
 * @param maxRequests of one connection that wait for their answers; while there are as many, it is not read. A flood
 *     would otherwise pile up on the event bus
 * @param maxSubscriptions of one connection. Each is a consumer on the event bus
 * @param maxUnsentBytes that a connection has not taken yet; while there are more it is not read, and its events are
 *     counted instead of sent. A client that stands still would otherwise hold the memory of all it did not read
 * @param idleMillis until a connection is closed that neither waits for an answer nor subscribes. Forgotten ones would
 *     otherwise use up {@code maxConnections}
 */
record ControlLimits(int maxConnections, int maxRequests, int maxSubscriptions, int maxUnsentBytes, long idleMillis) {

  static final ControlLimits DEFAULT = new ControlLimits(16, 16, 16, 256 << 10, 60_000);

  /**
   * Longest line, either way, without its end: 1 MiB. Without a limit one line could fill memory. It is fixed, because
   * both sides must have the same.
   */
  static final int MAX_LINE = 1 << 20;
}
