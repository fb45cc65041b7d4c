package io.peerbus.launcher.bridge;

import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;

/**
 * Closes a socket without waiting for what it still has to send. {@link NetSocket#close} sends that first, so whoever
 * reads nothing would keep his connection, and what waits in it, for ever. Uses what is below Vert.x.
 */
final class Cut {

  private Cut() {}

  static void off(NetSocket socket) {
    ((NetSocketInternal) socket).channelHandlerContext().close();
  }
}
