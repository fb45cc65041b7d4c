package io.peerbus.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.resolver.NoopAddressResolverGroup;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.Multiaddr.Protocol;
import io.peerbus.multiformats.TransportAddress;
import io.peerbus.multiformats.TransportAddress.Kind;
import io.peerbus.swarm.Connection;
import io.peerbus.swarm.Workspace;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.buffer.VertxByteBufAllocator;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.function.Consumer;

/**
 * TCP on one event loop, plain or with WebSockets on it: listens, dials, and puts a {@link Connection} onto a socket.
 *
 * <p>Owned by the verticle on whose context it was made, which closes it. Several transports of one Vert.x that
 * listen on the same port share it, and Vert.x hands accepted sockets to them in turn.
 */
public final class TcpTransport {

  /** A raw connection before anything was sent on it. */
  public static final class Raw {
    private final Channel channel;
    private final Layers layers;
    private final Multiaddr remoteAddress;
    private final String remoteIp;

    private Raw(Channel channel, Layers layers, Multiaddr remoteAddress, String remoteIp) {
      this.channel = channel;
      this.layers = layers;
      this.remoteAddress = remoteAddress;
      this.remoteIp = remoteIp;
    }

    public Multiaddr remoteAddress() {
      return remoteAddress;
    }

    public String remoteIp() {
      return remoteIp;
    }

    public void close() {
      channel.close();
    }

    private Raw with(Layers others) {
      return new Raw(channel, others, remoteAddress, remoteIp);
    }
  }

  /** What Vert.x calls its last handler, and we ours. */
  private static final String TAIL = "handler";

  private final Vertx vertx;
  private final ContextInternal context;
  private final Bootstrap client;
  /** Dialled ones, also while they are being connected. */
  private final ChannelGroup dialled;
  private final int backlog;
  private final WebSocketTls tls;
  private Future<SslContext> dialerTls;

  /** One that does not listen on {@code /tls/ws}. */
  public TcpTransport(Vertx vertx, int connectTimeoutMillis, int backlog) {
    this(vertx, connectTimeoutMillis, backlog, WebSocketTls.NONE);
  }

  /**
   * @param connectTimeoutMillis until the TCP handshake is done; 0 for no limit
   * @param backlog connections that the system may hold ready for us
   */
  public TcpTransport(Vertx vertx, int connectTimeoutMillis, int backlog, WebSocketTls tls) {
    this.vertx = vertx;
    this.backlog = backlog;
    this.tls = tls;
    this.context = (ContextInternal) vertx.getOrCreateContext();
    this.dialled = new DefaultChannelGroup(context.nettyEventLoop());
    this.client = new Bootstrap()
        .group(context.nettyEventLoop())
        .option(ChannelOption.ALLOCATOR, VertxByteBufAllocator.POOLED_ALLOCATOR)
        .resolver(NoopAddressResolverGroup.INSTANCE)
        .handler(new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel channel) {
            channel.pipeline().addLast(TAIL, new TcpDial.Tail());
          }
        });
    VertxInternal internal = context.owner();
    NetClientOptions options = new NetClientOptions().setTcpNoDelay(true).setTcpKeepAlive(true);
    internal.transport().configure(options, connectTimeoutMillis, false, client);
    client.channelFactory(internal.transport().channelFactory(false));
  }

  /**
   * Listens on {@code /ip4|ip6/…/tcp/N}, or on that with {@code /ws} or {@code /tls/ws} behind; port 0 takes a free
   * one, the same for all transports that ask with one number.
   *
   * @param number from 1, tells apart those who ask one Vert.x for a free port on one host
   * @param accepted gets each new connection; nothing is read from it before {@link #run}
   * @return the address with the port that was bound
   */
  public Future<Multiaddr> listen(Multiaddr address, int number, Handler<Raw> accepted) {
    TransportAddress at = TransportAddress.of(address).orElseThrow(
        () -> new IllegalArgumentException("cannot listen on " + address + ": only /ip4|ip6/…/tcp/…, and /ws or /tls/ws"));
    boolean secure = at.kind() == Kind.TLS_WS;
    if (secure && tls.listenerOrNull() == null) {
      return Future.failedFuture("there is no certificate for /tls/ws");
    }
    Layers layers = at.kind() == Kind.TCP ? Layers.NONE : Layers.listener(secure ? tls.listenerOrNull() : null);
    NetServer server = vertx.createNetServer(new NetServerOptions()
        .setTcpNoDelay(true)
        .setTcpKeepAlive(true)
        .setAcceptBacklog(backlog));
    // Vert.x takes a negative port for a free one that all who give the same number share.
    return server.connectHandler(socket -> accepted.handle(accepted(socket, at.kind(), layers)))
        .listen(at.to().port() == 0 ? -number : at.to().port(), at.to().host())
        .map(bound -> at.kind().at(at.to().host(), bound.actualPort()));
  }

  private static Raw accepted(NetSocket socket, Kind kind, Layers layers) {
    socket.exceptionHandler(e -> { }); // the handler of the connection reports it
    return raw(((NetSocketInternal) socket).channelHandlerContext().channel(), kind, layers);
  }

  private static Raw raw(Channel channel, Kind kind, Layers layers) {
    channel.pipeline().addBefore(TAIL, Gate.NAME, new Gate());
    InetSocketAddress remote = (InetSocketAddress) channel.remoteAddress();
    String ip = remote.getAddress().getHostAddress();
    return new Raw(channel, layers, kind.at(ip, remote.getPort()), ip);
  }

  /**
   * Connects to an IP address. Nothing is read before {@link #run}; it is the caller's to close if it is no longer
   * wanted. To be called on the event loop.
   */
  public TcpDial dial(Multiaddr address) {
    TransportAddress to = TransportAddress.of(address).orElse(null);
    if (to == null || to.to().family() != Protocol.IP4 && to.to().family() != Protocol.IP6) {
      return TcpDial.failed("this node dials IP addresses and TCP only");
    }
    try {
      Promise<Raw> done = context.promise();
      InetSocketAddress at = new InetSocketAddress(InetAddress.getByName(to.to().host()), to.to().port());
      Layers layers = to.kind() == Kind.WS ? Layers.dialer(to, null) : Layers.NONE;
      TcpDial dial = TcpDial.start(client, at, dialled, done, channel -> raw(channel, to.kind(), layers));
      return to.kind() != Kind.TLS_WS ? dial
          : dial.then(raw -> dialerTls().compose(tls -> withTls(raw, Layers.dialer(to, tls))));
    } catch (UnknownHostException e) {
      return TcpDial.failed(to.to().host() + " leads nowhere from this machine"); // the zone is not there
    }
  }

  /** The peer may have closed it while the certificates to trust were read, and a closed channel takes no handlers. */
  private static Future<Raw> withTls(Raw raw, Layers layers) {
    return raw.channel.isActive() ? Future.succeededFuture(raw.with(layers))
        : Future.failedFuture("the peer closed the connection");
  }

  /** Made for the first that needs it: most nodes never do. */
  private Future<SslContext> dialerTls() {
    if (dialerTls == null) {
      dialerTls = vertx.executeBlocking(tls::dialer).onFailure(e -> dialerTls = null); // perhaps the next can
    }
    return dialerTls;
  }

  /** Closes whatever was dialled and is not closed yet. Vert.x does so with what was accepted. */
  public Future<Void> close() {
    Promise<Void> closed = Promise.promise();
    dialled.close().addListener(done -> closed.complete());
    return closed.future();
  }

  /**
   * Runs {@code connection} on a raw one, from now on and on this event loop. What a WebSocket takes to open counts in
   * the time for its upgrade.
   */
  public ConnectionHandler run(Raw raw, Connection connection, Workspace workspace,
      Consumer<Connection.Action> owner) {
    assert Context.isOnEventLoopThread() : Thread.currentThread().getName();
    ConnectionHandler handler = new ConnectionHandler(connection, workspace, owner);
    ChannelHandlerContext tail = raw.channel.pipeline().context(TAIL);
    raw.layers.addTo(tail.pipeline(), TAIL);
    tail.pipeline().addBefore(TAIL, ConnectionHandler.NAME, handler);
    Gate.open(tail);
    return handler;
  }
}
