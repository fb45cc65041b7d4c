package io.peerbus.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.ScheduledFuture;
import io.peerbus.machine.Machine;
import io.peerbus.swarm.Connection;
import io.peerbus.swarm.Workspace;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs one {@link Connection} on the event loop of its socket: bytes in, bytes out, one timer.
 *
 * <p>Every method is to be called on that event loop. What several calls of one turn of the loop queue is gathered into
 * as few Noise messages as it takes, written, and flushed once.
 */
public final class ConnectionHandler extends ChannelInboundHandlerAdapter {

  static final String NAME = "peerbus";

  // Below the first we ask for more, above the second we stop: enough to keep the socket busy for a turn of the loop.
  private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(128 * 1024, 256 * 1024);

  /** For the peer to take the last that we have for it. One that does not read would otherwise keep its socket open. */
  private static final long GOODBYE_MILLIS = 1_000;

  private final Connection connection;
  private final Workspace workspace;
  private final Consumer<Connection.Action> owner;
  private final Promise<Void> closed = Promise.promise();
  private ChannelHandlerContext context;
  private ScheduledFuture<?> timer;
  private ScheduledFuture<?> goodbye;
  private long armedFor = Machine.NEVER;
  private boolean draining;
  private boolean pumpScheduled;
  private boolean blocked;
  private boolean paused;
  private boolean closing;

  /** {@code owner} is told what the connection asks for, on the event loop. */
  ConnectionHandler(Connection connection, Workspace workspace, Consumer<Connection.Action> owner) {
    this.connection = connection;
    this.workspace = workspace;
    this.owner = owner;
  }

  private static long now() {
    return System.nanoTime();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    this.context = context;
    context.channel().config().setWriteBufferWaterMark(WATER_MARK);
    connection.start(now());
    settle();
    pump();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    try {
      for (ByteBuffer part : bytes.nioBuffers()) {
        connection.onBytes(now(), part);
      }
    } finally {
      bytes.release();
    }
    settle();
    pauseReading();
  }

  private void pauseReading() {
    long pause = connection.pause(now());
    if (pause > 0 && !paused) {
      paused = true;
      context.executor().schedule(() -> {
        paused = false;
        regulateReading();
      }, pause, TimeUnit.NANOSECONDS);
      regulateReading();
    }
  }

  /** While nothing is read the socket's buffer fills up, and then the peer has to wait. */
  private void regulateReading() {
    boolean wanted = !paused && !connection.isFull();
    if (wanted != context.channel().config().isAutoRead()) {
      context.channel().config().setAutoRead(wanted);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    pump();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    pump();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    end("the peer closed the connection");
    context.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    try {
      end(cause.getMessage() == null ? cause.toString() : cause.getMessage());
    } finally {
      context.close(); // also when telling the owner fails in the same way, as it does without memory
    }
    if (cause instanceof VirtualMachineError error) {
      throw error; // out of memory and the like are not this connection's to swallow
    }
  }

  private void end(String reason) {
    closing = true; // there is nobody to write to any more
    connection.onEof(reason);
    settle();
    if (goodbye != null) {
      goodbye.cancel(false);
    }
    closed.tryComplete();
  }

  /** Opens a stream, see {@link Connection#open}. What comes of it is told in a later turn of the loop. */
  public int open(List<String> protocols, boolean lazy) {
    int stream = connection.open(now(), protocols, lazy);
    schedulePump();
    return stream;
  }

  /** Queues bytes of a stream for the peer. */
  public void write(int stream, Buffer bytes) {
    connection.write(now(), stream, Buffers.share(bytes));
    schedulePump();
  }

  /** Ends our direction of a stream. */
  public void end(int stream) {
    connection.end(now(), stream);
    schedulePump();
  }

  /** Gives a stream up. */
  public void reset(int stream, long code) {
    connection.reset(now(), stream, (int) code);
    schedulePump();
  }

  /** Gives up a stream of the peer that nobody served, see {@link Connection#refuse}. */
  public void refuse(int stream, long code) {
    connection.refuse(now(), stream, (int) code);
    schedulePump();
  }

  /** That many bytes of a stream were consumed. */
  public void consumed(int stream, int bytes) {
    connection.consumed(now(), stream, bytes);
    regulateReading();
    if (connection.hasOutput()) {
      schedulePump();
    }
  }

  /** Leaves with a GoAway; completes when the socket is closed. */
  public Future<Void> close(String reason) {
    connection.close(now(), reason);
    settle();
    pump();
    return closed.future();
  }

  /** Leaves when no stream is left, see {@link Connection#closeWhenIdle}. */
  public void closeWhenIdle(String reason) {
    connection.closeWhenIdle(now(), reason);
    settle();
    pump();
  }

  /** Whether the connection takes no more streams of ours. */
  public boolean isUsedUp() {
    return connection.isUsedUp();
  }

  /** Whether the connection is over, or about to be. */
  public boolean isClosed() {
    return connection.isClosed();
  }

  /** The last measured round trip in nanoseconds, or -1. */
  public long roundTrip() {
    return connection.roundTrip();
  }

  /** See {@link Connection#stalls}. */
  public long stalls() {
    return connection.stalls();
  }

  /** See {@link Connection#security}. */
  public String security() {
    return connection.security();
  }

  /** See {@link Connection#muxer}. */
  public String muxer() {
    return connection.muxer();
  }

  /** A data buffer of {@link Connection.Action.Data}, for the event bus. */
  public static Buffer buffer(ByteBuffer bytes) {
    return Buffers.share(bytes);
  }

  private void schedulePump() {
    if (!pumpScheduled) {
      pumpScheduled = true;
      context.executor().execute(() -> guarded(() -> {
        pumpScheduled = false;
        pump();
      }));
    }
  }

  /** A task of the loop that fails ends this connection, as a read that fails does; Netty would only log it. */
  private void guarded(Runnable task) {
    try {
      task.run();
    } catch (Throwable e) {
      exceptionCaught(context, e);
    }
  }

  private void pump() {
    if (closing) {
      return;
    }
    boolean wrote = false;
    while (context.channel().isWritable()) {
      int length = connection.transmit(now(), workspace.output());
      if (length == 0) {
        break;
      }
      ByteBuf bytes = context.alloc().directBuffer(length, length);
      bytes.writeBytes(workspace.output(), 0, length);
      context.write(bytes, context.voidPromise());
      wrote = true;
    }
    if (wrote) {
      context.flush();
    }
    watchWriting();
    settle();
    if (connection.isClosed() && !closing) {
      leave();
    }
  }

  /** The connection is over: the socket is closed when all is written, or when the time for that is up. */
  private void leave() {
    if (connection.isStalled()) {
      closing = true;
      context.close();
      return;
    }
    if (goodbye == null) {
      goodbye = context.executor().schedule(() -> context.close(), GOODBYE_MILLIS, TimeUnit.MILLISECONDS);
    }
    if (!blocked) {
      closing = true;
      context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }

  private void watchWriting() {
    boolean stuck = !context.channel().isWritable() && connection.hasOutput();
    if (stuck != blocked) {
      blocked = stuck;
      connection.onBlocked(now(), stuck);
    }
  }

  /** Carries out what the connection asks for and sees to its deadline. */
  private void settle() {
    if (draining) {
      return;
    }
    draining = true;
    try {
      for (Connection.Action action = connection.poll(); action != null; action = connection.poll()) {
        owner.accept(action);
      }
    } finally {
      draining = false;
    }
    if (connection.isClosed() && !closing) {
      schedulePump();
    }
    regulateReading();
    arm();
  }

  private void arm() {
    long deadline = connection.deadline();
    if (timer != null && armedFor <= deadline && deadline != Machine.NEVER) {
      return; // it fires too early at the worst, and is armed again then
    }
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
    if (deadline == Machine.NEVER) {
      return;
    }
    armedFor = deadline;
    timer = context.executor().schedule(() -> guarded(() -> {
      timer = null;
      connection.onDeadline(now());
      settle();
      pump();
    }), Math.max(1_000_000, deadline - now()), TimeUnit.NANOSECONDS);
  }
}
