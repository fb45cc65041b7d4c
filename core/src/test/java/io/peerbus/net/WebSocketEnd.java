package io.peerbus.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.TransportAddress;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** One end of a WebSocket without a socket, and what would be the connection on it. */
final class WebSocketEnd implements AutoCloseable {

  private static final String BEHIND = "behind";
  static final String REQUEST = "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  final EmbeddedChannel channel = new EmbeddedChannel();
  private Throwable error;

  private WebSocketEnd(Layers layers) {
    channel.pipeline().addLast(BEHIND, new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        received.writeBytes(ByteBufUtil.getBytes(bytes));
        bytes.release();
      }

      @Override
      public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        error = error == null ? cause : error;
        context.close(); // as the handler of a connection does
      }
    });
    layers.addTo(channel.pipeline(), BEHIND);
  }

  static WebSocketEnd listener() {
    return new WebSocketEnd(Layers.listener(null));
  }

  /** One that has been asked for a WebSocket, and has answered. */
  static WebSocketEnd openListener() {
    WebSocketEnd end = listener();
    end.read(REQUEST);
    end.written();
    return end;
  }

  static WebSocketEnd dialer() {
    try {
      Multiaddr address = Multiaddr.parse("/dns4/a.example/tcp/80/ws");
      return new WebSocketEnd(Layers.dialer(TransportAddress.of(address).orElseThrow(), null));
    } catch (FormatException e) {
      throw new AssertionError(e);
    }
  }

  /** One of those that the leak detector watches. */
  private static ByteBuf buffer() {
    return PooledByteBufAllocator.DEFAULT.directBuffer();
  }

  /** From the network. */
  void read(byte[]... parts) {
    ByteBuf bytes = buffer();
    for (byte[] part : parts) {
      bytes.writeBytes(part);
    }
    channel.writeInbound(bytes);
  }

  void read(String text) {
    read(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** As the connection does. */
  void write(byte[] bytes) {
    channel.pipeline().context(BEHIND).write(buffer().writeBytes(bytes), channel.voidPromise());
    channel.pipeline().context(BEHIND).flush();
  }

  /** What went to the network since the last time. */
  byte[] written() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      all.writeBytes(ByteBufUtil.getBytes(part));
      part.release();
    }
    return all.toByteArray();
  }

  String writtenText() {
    return new String(written(), StandardCharsets.ISO_8859_1);
  }

  /** What came to the connection, since the beginning. */
  byte[] received() {
    return received.toByteArray();
  }

  String receivedText() {
    return received.toString(StandardCharsets.ISO_8859_1);
  }

  /** What went wrong, as the connection is told; {@code null} when nothing did. */
  String error() {
    return error == null ? null : error.getMessage();
  }

  @Override
  public void close() {
    channel.finishAndReleaseAll();
    channel.close();
    channel.runPendingTasks();
  }
}
