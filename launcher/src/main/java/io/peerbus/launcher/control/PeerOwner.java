package io.peerbus.launcher.control;

import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.nio.file.attribute.UserPrincipal;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;

/**
 * Who is at the other end of a Unix socket, as the system itself says (SO_PEERCRED). File systems without modes, such
 * as those of some mounted volumes, would let anybody connect. Uses what is below Vert.x: nothing above knows it.
 */
final class PeerOwner {

  private PeerOwner() {}

  /** Whether it is {@code owner}, or may be anybody anyway: the superuser. Also where the system does not tell. */
  static boolean isAllowed(NetSocket socket, UserPrincipal owner) {
    Channel channel = ((NetSocketInternal) socket).channelHandlerContext().channel();
    UnixDomainPrincipal peer = channel.config().getOption(NioChannelOption.of(ExtendedSocketOptions.SO_PEERCRED));
    return peer == null || peer.user().equals(owner) || peer.user().getName().equals("root");
  }
}
