package io.peerbus.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.PendingWriteQueue;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;

/**
 * Makes a raw connection of a WebSocket: the {@link ConnectionHandler} behind it reads and writes bytes as it does on
 * TCP. Each write becomes one binary frame. What is written before the WebSocket is open waits, and so the time that
 * it takes to open counts in the time for the upgrade.
 *
 * <p>A close frame is the end of both directions. Ours is sent when the connection behind closes, and the socket is
 * closed when the peer has answered, so that nothing that it still sends makes the system throw away our last bytes.
 *
 * <p>Spec: RFC 6455.
 */
final class WebSocketHandler extends ChannelDuplexHandler implements FrameReader.Control {

  static final String NAME = "peerbus-websocket";

  /**
   * Frames without data that a peer may send in a second: pings, pongs, empty ones. Each costs it two bytes, and a
   * flood of them would keep the event loop busy without the connection behind, which has its own limits, knowing.
   */
  static final int MAX_IDLE_FRAMES = 100;

  /** For the peer to answer our close frame. One that does not would otherwise keep its socket open. */
  private static final long GOODBYE_MILLIS = 1_000;

  private enum State { OPENING, OPEN, CLOSING }

  private final FrameReader frames;
  private ChannelHandlerContext context;
  private PendingWriteQueue waiting;
  private State state = State.OPENING;
  private long idleSince = System.nanoTime();
  private int idleFrames;
  private byte[] closed;
  private byte[] owedPong;
  private boolean ponging;

  /** @param accepted whether the other side has dialled */
  WebSocketHandler(boolean accepted) {
    frames = new FrameReader(accepted, this);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    this.context = context;
    waiting = new PendingWriteQueue(context);
  }

  /** From now on there are frames in both directions; what waits is written, as long as nothing is read yet. */
  void open() {
    state = State.OPEN;
    while (!waiting.isEmpty()) {
      ByteBuf bytes = (ByteBuf) ReferenceCountUtil.retain(waiting.current());
      ChannelPromise promise = waiting.remove();
      context.write(new BinaryWebSocketFrame(bytes), promise);
    }
    context.flush();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (state != State.OPEN || !(message instanceof ByteBuf bytes)) {
      onLate(message);
      return;
    }
    try {
      ByteBuf data = frames.read(bytes);
      if (data.isReadable()) {
        context.fireChannelRead(data.retain());
      }
      if (closed != null) {
        onClosed();
      }
    } catch (FrameException e) {
      fail(e);
    } finally {
      bytes.release();
    }
  }

  /** What comes behind our close frame is of interest only for the peer's. */
  private void onLate(Object message) {
    try {
      if (state == State.CLOSING && message instanceof ByteBuf bytes && closed == null) {
        frames.read(bytes);
        if (closed != null) {
          context.close();
        }
      }
    } catch (FrameException e) {
      context.close();
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void onControl(int opcode, byte[] payload) throws FrameException {
    if (opcode == FrameReader.CLOSE) {
      closed = payload;
      return;
    }
    countIdle();
    if (opcode == FrameReader.PING && state == State.OPEN) {
      owedPong = payload;
      pong();
    }
  }

  @Override
  public void onEmpty() throws FrameException {
    countIdle();
  }

  private void countIdle() throws FrameException {
    long now = System.nanoTime();
    if (now - idleSince > TimeUnit.SECONDS.toNanos(1)) {
      idleSince = now;
      idleFrames = 0;
    }
    if (++idleFrames > MAX_IDLE_FRAMES) {
      throw new FrameException(WebSocketCloseStatus.POLICY_VIOLATION,
          "more than " + MAX_IDLE_FRAMES + " frames without data in a second");
    }
  }

  /** One at a time, to the latest ping (section 5.5.3): a peer that pings and does not read gets no second one. */
  private void pong() {
    if (ponging || owedPong == null || state != State.OPEN) {
      return;
    }
    ponging = true;
    WebSocketFrame pong = new PongWebSocketFrame(Unpooled.wrappedBuffer(owedPong));
    owedPong = null;
    context.writeAndFlush(pong).addListener(written -> {
      ponging = false;
      pong();
    });
  }

  /** The peer has closed: it gets its code back, and that is all. */
  private void onClosed() {
    if (state == State.CLOSING) { // what came before it made us close, so ours is sent
      context.close();
      return;
    }
    state = State.CLOSING;
    writeLast(new CloseWebSocketFrame(true, 0, Unpooled.wrappedBuffer(closed)), context.newPromise());
  }

  private void fail(FrameException reason) {
    state = State.CLOSING;
    closed = new byte[0]; // what else it sends is not understood
    context.writeAndFlush(new CloseWebSocketFrame(reason.code(), ""));
    context.fireExceptionCaught(reason); // which closes the connection and the socket
  }

  private void writeLast(WebSocketFrame frame, ChannelPromise promise) {
    context.writeAndFlush(frame).addListener(written -> context.close(promise));
    forceLater();
  }

  private void forceLater() {
    ChannelHandlerContext own = context;
    var timer = own.executor().schedule(() -> own.close(), GOODBYE_MILLIS, TimeUnit.MILLISECONDS);
    own.channel().closeFuture().addListener((ChannelFutureListener) gone -> timer.cancel(false));
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (!(message instanceof ByteBuf bytes) || !bytes.isReadable()) {
      context.write(message, promise);
    } else if (state == State.OPENING) {
      waiting.add(message, promise);
    } else if (state == State.OPEN) {
      context.write(new BinaryWebSocketFrame(bytes), promise);
    } else {
      bytes.release(); // nothing may follow a close frame
      if (!promise.isVoid()) { // that one would tell it as an error of the connection
        promise.tryFailure(new ClosedChannelException());
      }
    }
  }

  @Override
  public void close(ChannelHandlerContext context, ChannelPromise promise) {
    if (state != State.OPEN || !context.channel().isActive() || !context.channel().isWritable()) {
      context.close(promise);
      return;
    }
    state = State.CLOSING;
    context.channel().closeFuture().addListener(gone -> promise.trySuccess());
    context.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.NORMAL_CLOSURE.code(), ""));
    context.channel().config().setAutoRead(true);
    forceLater();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    waiting.removeAndFailAll(new ClosedChannelException());
    context.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    waiting.removeAndFailAll(new ClosedChannelException());
  }

  /** Events end here. That TLS did not come about is told before the exception for it, and more clearly. */
  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslHandshakeCompletionEvent tls && !tls.isSuccess()
        && !(tls.cause() instanceof ClosedChannelException)) {
      context.fireExceptionCaught(tls.cause());
    }
    ReferenceCountUtil.release(event);
  }
}
