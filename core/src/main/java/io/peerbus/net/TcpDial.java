package io.peerbus.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.group.ChannelGroup;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.SocketAddress;
import java.util.function.Function;

/**
 * One TCP connect, which can be given up at any moment: its socket is closed at once then. Vert.x's client has no means
 * for that: a dial to an address that answers nothing would hold its descriptor until the time is up (SEC-06).
 *
 * <p>Belongs to the event loop of its transport.
 */
public final class TcpDial {

  private final Future<TcpTransport.Raw> done;
  private final Channel channel;

  private TcpDial(Future<TcpTransport.Raw> done, Channel channelOrNull) {
    this.done = done;
    this.channel = channelOrNull;
  }

  static TcpDial failed(String reason) {
    return new TcpDial(Future.failedFuture(reason), null);
  }

  /** The bootstrap's channels begin with a {@link Tail}; {@code raw} makes of one what is wanted. */
  static TcpDial start(Bootstrap bootstrap, SocketAddress to, ChannelGroup channels,
      Promise<TcpTransport.Raw> done, Function<Channel, TcpTransport.Raw> raw) {
    ChannelFuture connecting = bootstrap.connect(to);
    Channel channel = connecting.channel();
    channels.add(channel);
    connecting.addListener(connected -> {
      if (!connected.isSuccess()) {
        done.fail(connected.cause());
      } else if (channel.isActive()) {
        done.complete(raw.apply(channel));
      } else {
        done.fail("the peer closed the connection");
      }
    });
    return new TcpDial(done.future(), channel);
  }

  /** The same dial with one more step, which can be given up as well. */
  TcpDial then(Function<TcpTransport.Raw, Future<TcpTransport.Raw>> step) {
    return new TcpDial(done.compose(step), channel);
  }

  /** The connection, nothing of which is read yet; the caller's to close if it is no longer wanted. */
  public Future<TcpTransport.Raw> done() {
    return done;
  }

  /** Gives it up; {@link #done} fails, unless it was complete before. */
  public void cancel() {
    if (!done.isComplete() && channel != null) {
      channel.close();
    }
  }

  /** The last of a dialled channel's handlers, where Vert.x has its own on accepted ones: nothing gets behind it. */
  static final class Tail extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ReferenceCountUtil.release(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close(); // the handler of the connection reports it, once there is one
    }
  }
}
