package io.peerbus.api;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;

/**
 * Ordered bytes both ways between this host and a peer, inside a connection, bound to one protocol.
 *
 * <p>A Vert.x {@link ReadStream} and {@link WriteStream}: {@link #pause()}, {@link #fetch(long)} and
 * {@link #writeQueueFull()} reach through the event bus and Yamux to the peer's own writer. A stream that nobody
 * reads costs at most its window; but a peer whose data nobody takes for long, half a minute or so, may reset the
 * stream, as this node does. A buffer given to {@link #write} must not be changed afterwards.
 *
 * <p>The two directions end separately. {@link #end()} closes ours: the peer reads end of stream, and we may still
 * read. {@link #endHandler} tells that the peer closed its own, after all of its bytes. The stream is over when both
 * have ended, or at once by {@link #reset}, or when the connection goes; then the {@link #resetHandler} is called,
 * and pending and later writes fail.
 *
 * <p>Belongs to the context it was opened or accepted on; all handlers are called there and all methods are to be
 * called there.
 */
public interface Stream extends ReadStream<Buffer>, WriteStream<Buffer> {

  PeerId peer();

  /** The protocol id both sides agreed on. */
  String protocol();

  /** Whether the peer opened it. */
  boolean isInbound();

  /** Where the peer is, as this side of the connection sees it, without {@code /p2p}. */
  Multiaddr remoteAddress();

  /**
   * Abandons both directions at once; bytes not yet delivered are lost. No effect on a stream that is over.
   *
   * @param code the reason towards the peer, 0 to 2^32-1, of which only 0 is known to all implementations
   */
  void reset(long code);

  /** {@link #reset(long)} with code 0. */
  default void reset() {
    reset(0);
  }

  /** Called when the stream is over before both directions have ended; at once when that has happened already. */
  Stream resetHandler(Handler<FailureException> handler);

  /** Called when the stream is over in whatever way, after every other handler; at once when it is over already. */
  Stream closeHandler(Handler<Void> handler);

  /** Write errors; a stream that is reset reports to the {@link #resetHandler} as well. */
  @Override
  Stream exceptionHandler(Handler<Throwable> handler);

  /** Bytes wait until there is a handler. */
  @Override
  Stream handler(Handler<Buffer> handler);

  @Override
  Stream pause();

  @Override
  Stream resume();

  @Override
  Stream fetch(long amount);

  /** Called when the peer has ended its direction and all of its bytes are read; at once when that was before. */
  @Override
  Stream endHandler(Handler<Void> handler);

  /** The unit is bytes; at least one frame is always accepted. */
  @Override
  Stream setWriteQueueMaxSize(int bytes);

  /** Called each time that a full queue takes bytes again, until another handler is set. */
  @Override
  Stream drainHandler(Handler<Void> handler);

  /** Completes when the bytes were framed for the peer, fails when the stream is over before. */
  @Override
  Future<Void> write(Buffer data);

  /** Closes our direction, after what was written. */
  @Override
  Future<Void> end();
}
