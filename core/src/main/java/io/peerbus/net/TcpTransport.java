package io.peerbus.net;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.swarm.Connection;
import io.peerbus.swarm.Workspace;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.util.function.Consumer;

/**
 * TCP on one event loop: listens, dials, and puts a {@link Connection} onto a socket.
 *
 * <p>Owned by the verticle on whose context it was made, and closed with it. Several transports of one Vert.x that
 * listen on the same port share it, and Vert.x hands accepted sockets to them in turn.
 */
public final class TcpTransport {

  /** A raw connection before anything was sent on it. */
  public record Raw(NetSocket socket, Multiaddr remoteAddress, String remoteIp) {
    public void close() {
      socket.close();
    }
  }

  private final Vertx vertx;
  private final NetClient client;
  private final int backlog;

  /**
   * @param connectTimeoutMillis until the TCP handshake is done
   * @param backlog connections that the system may hold ready for us
   */
  public TcpTransport(Vertx vertx, int connectTimeoutMillis, int backlog) {
    this.vertx = vertx;
    this.backlog = backlog;
    this.client = vertx.createNetClient(new NetClientOptions()
        .setTcpNoDelay(true)
        .setTcpKeepAlive(true)
        .setConnectTimeout(connectTimeoutMillis)
        .setReconnectAttempts(0));
  }

  /**
   * Listens on {@code /ip4|ip6/…/tcp/N}; port 0 takes a free one, the same for all transports that ask with one number.
   *
   * @param number from 1, tells apart those who ask one Vert.x for a free port on one host
   * @param accepted gets each new connection; nothing is read from it before {@link #run}
   * @return the address with the port that was bound
   */
  public Future<Multiaddr> listen(Multiaddr address, int number, Handler<Raw> accepted) {
    Multiaddr.HostPort at = address.hostPort().orElseThrow(
        () -> new IllegalArgumentException("cannot listen on " + address + ": only /ip4/…/tcp/… and /ip6/…/tcp/…"));
    NetServer server = vertx.createNetServer(new NetServerOptions()
        .setTcpNoDelay(true)
        .setTcpKeepAlive(true)
        .setAcceptBacklog(backlog));
    // Vert.x takes a negative port for a free one that all who give the same number share.
    return server.connectHandler(socket -> accepted.handle(raw(socket)))
        .listen(at.port() == 0 ? -number : at.port(), at.host())
        .map(bound -> Multiaddr.tcp(at.host(), bound.actualPort()));
  }

  private static Raw raw(NetSocket socket) {
    socket.exceptionHandler(e -> { }); // the handler of the connection reports it
    ((NetSocketInternal) socket).channelHandlerContext().pipeline().addBefore("handler", Gate.NAME, new Gate());
    SocketAddress remote = socket.remoteAddress();
    String ip = remote.hostAddress();
    return new Raw(socket, Multiaddr.tcp(ip, remote.port()), ip);
  }

  /** Connects. Nothing is read before {@link #run}; it is the caller's to close if it is no longer wanted. */
  public Future<Raw> dial(Multiaddr address) {
    Multiaddr.HostPort to = address.hostPort().orElse(null);
    if (to == null) {
      return Future.failedFuture("this node dials TCP only");
    }
    return client.connect(to.port(), to.host()).map(TcpTransport::raw);
  }

  /** Runs {@code connection} on a raw one, from now on and on this event loop. */
  public ConnectionHandler run(Raw raw, Connection connection, Workspace workspace,
      Consumer<Connection.Action> owner) {
    assert Context.isOnEventLoopThread() : Thread.currentThread().getName();
    ConnectionHandler handler = new ConnectionHandler(connection, workspace, owner);
    NetSocketInternal socket = (NetSocketInternal) raw.socket();
    socket.channelHandlerContext().pipeline().addBefore("handler", ConnectionHandler.NAME, handler);
    Gate.open(socket.channelHandlerContext());
    return handler;
  }
}
