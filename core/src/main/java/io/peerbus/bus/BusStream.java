package io.peerbus.bus;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.Stream;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A plugin's end of a stream: {@link Stream} on top of frames with credit.
 *
 * <p>Not thread safe, owned by the plugin's context or that of one of its seats. Frames reach it in the order core sent
 * them. Reading gives credit back, which lets core give Yamux window back, which lets the peer write on; writing spends
 * the credit that core gives back as it frames bytes for the peer.
 */
final class BusStream implements Stream {

  private static final Logger LOG = LoggerFactory.getLogger(BusStream.class);

  private static final FailureException LEAVING =
      Failure.CANCELLED.because("the stream goes on at a newer version of the plugin");

  private final long id;
  private final Link link;
  private final Consumer<StreamFrame> out;
  private final Owner owner;

  private final ReadHalf reading;
  private final WriteHalf writing;
  private FailureException failure;
  private boolean finished;
  private boolean closed;
  private boolean wasReset;
  private Handler<FailureException> resetHandler;
  private Handler<Void> closeHandler;
  private Handler<Throwable> exceptionHandler;
  private Promise<JsonObject> moving;
  private Buffer leftover;

  /** Who keeps the stream. */
  interface Owner {

    /** It is over; told once. */
    void onGone(BusStream stream);

    /** It is to go on at the plugin's successor, see {@link #moveTo}. On the plugin's context. */
    default Future<JsonObject> leave(BusStream stream, Buffer read) {
      return Future.failedFuture(Failure.UNAVAILABLE.because("there is no successor"));
    }

    /** Does something where the stream belongs. On the plugin's context, and completes there. */
    default <T> Future<T> atHome(Supplier<Future<T>> work) {
      return work.get();
    }

    /** Both directions have ended, and core has forgotten it, but so many bytes wait for the reader. Told once. */
    default void onFinished(BusStream stream, long unread) {}
  }

  /** What a stream is bound to. */
  record Link(PeerId peer, String protocol, Multiaddr remoteAddress, boolean inbound) {}

  /**
   * @param initialCredit from core's OPEN or ACCEPT
   * @param out sends a frame to core
   */
  BusStream(long id, Link link, long initialCredit, Consumer<StreamFrame> out, Owner owner) {
    this.id = id;
    this.link = link;
    this.out = out;
    this.owner = owner;
    this.reading = new ReadHalf(this);
    this.writing = new WriteHalf(this, initialCredit);
  }

  long id() {
    return id;
  }

  /** A frame of this stream from core. */
  void onFrame(StreamFrame frame) {
    if (closed) {
      return;
    }
    switch (frame.kind()) {
      case DATA -> reading.onData(frame.payload());
      case CREDIT -> writing.onCredit(frame.value());
      case END -> reading.onEnd();
      case RESET -> fail(Failure.of((int) frame.value()).because(frame.payload().toString()));
      case MOVE -> onMoved();
      default -> abort(Failure.PROTOCOL_ERROR.because("core sent " + frame.kind() + " on an open stream"));
    }
  }

  boolean isClosed() {
    return closed;
  }

  /** {@link #reset()} on the plugin's context, also of a stream at a seat. */
  void giveUp() {
    owner.atHome(() -> {
      reset();
      return Future.succeededFuture();
    });
  }

  /** Leaves the stream to the plugin's successor, see {@link #moveTo}. On the plugin's context, also at a seat. */
  Future<JsonObject> leave(Buffer read) {
    return owner.leave(this, read);
  }

  /**
   * Gives the stream to another client of the plugin. From now on its handlers are not called, nothing is sent for it,
   * and what is written fails: a frame behind MOVE would count as one of the other client's.
   *
   * @param read bytes that were delivered here but belong to what the other is to read
   * @return what the other needs to know; fails when the stream is over before, and when both its halves have ended
   */
  Future<JsonObject> moveTo(long client, Buffer json, Buffer read) {
    if (closed || moving != null || finished) {
      return Future.failedFuture(closed ? failure : Failure.CANCELLED.because(
          finished ? "the stream has ended, it is only read here" : "the stream is given away already"));
    }
    moving = Promise.promise();
    leftover = read;
    out.accept(StreamFrame.move(id, client, json)); // the last frame from here
    return moving.future();
  }

  private void onMoved() {
    if (moving == null) {
      abort(Failure.PROTOCOL_ERROR.because("core moved a stream by itself"));
      return;
    }
    JsonObject rest = new JsonObject()
        .put("stream", id)
        .put("unread", leftover.copy().appendBuffer(reading.takeUnread()))
        .put("unsent", writing.takeUnsent())
        .put("ended", reading.hasEnded())
        .put("ending", writing.isEnding())
        .put("endSent", writing.isOver());
    closed = true;
    failure = LEAVING;
    writing.close(null);
    owner.onGone(this);
    moving.complete(rest);
  }

  /** Goes on with what an earlier client has left. */
  void restore(JsonObject rest) {
    writing.restore(rest.getBuffer("unsent", Buffer.buffer()), rest.getBoolean("ending", false),
        rest.getBoolean("endSent", false));
    reading.restore(rest.getBuffer("unread", Buffer.buffer()), rest.getBoolean("ended", false));
  }

  /** Whether it is being given to another client, or was. */
  boolean isLeaving() {
    return moving != null;
  }

  /** A frame of this stream to core. */
  void send(StreamFrame frame) {
    if (moving == null) {
      out.accept(frame);
    }
  }

  /** One of the halves has ended, for core or for the reader. */
  void onHalfEnded() {
    if (closed || !writing.isOver() || !reading.hasEnded()) { // a handler may have ended or reset it meanwhile
      return;
    }
    if (reading.isOver()) {
      close(null);
    } else if (!finished) {
      finished = true;
      owner.onFinished(this, reading.unread());
    }
  }

  /** Gives the stream up, for core too. */
  void abort(FailureException reason) {
    send(StreamFrame.reset(id, 0, ""));
    fail(reason);
  }

  /** The stream is over because of {@code reason}: handlers and pending writes are told. */
  void fail(FailureException reason) {
    if (!closed) {
      close(reason);
    }
  }

  private void close(FailureException reason) {
    closed = true;
    wasReset = reason != null && moving == null;
    failure = reason != null ? reason : Failure.CANCELLED.because("the stream has ended");
    reading.discard();
    owner.onGone(this);
    writing.close(reason);
    if (moving != null) {
      moving.tryFail(failure); // it was over before core heard of the move
      return;
    }
    if (reason != null && resetHandler != null) {
      guarded(() -> resetHandler.handle(reason));
    }
    if (reason != null && exceptionHandler != null) {
      guarded(() -> exceptionHandler.handle(reason));
    }
    if (closeHandler != null) {
      guarded(() -> closeHandler.handle(null));
    }
  }

  /** A handler that throws leaves its protocol half done: the stream is given up, and the context reports the error. */
  <T> void call(Handler<T> handler, T event) {
    try {
      handler.handle(event);
    } catch (Throwable e) {
      if (!closed) {
        abort(Failure.INTERNAL.because("a handler of the stream failed: " + e));
      }
      throw e;
    }
  }

  /** Settles a promise: well when there is no reason. */
  void tell(Promise<Void> promise, FailureException reason) {
    guarded(() -> {
      if (reason == null) {
        promise.tryComplete();
      } else {
        promise.tryFail(reason);
      }
    });
  }

  /** One listener that throws must not keep the others from hearing. */
  private void guarded(Runnable listener) {
    try {
      listener.run();
    } catch (Throwable e) {
      LOG.error("a listener of a {} stream with {} failed", link.protocol(), link.peer(), e);
    }
  }

  @Override
  public PeerId peer() {
    return link.peer();
  }

  @Override
  public String protocol() {
    return link.protocol();
  }

  @Override
  public boolean isInbound() {
    return link.inbound();
  }

  @Override
  public Multiaddr remoteAddress() {
    return link.remoteAddress();
  }

  @Override
  public void reset(long code) {
    if (!closed && moving == null) {
      out.accept(StreamFrame.reset(id, code, ""));
      close(Failure.CANCELLED.because("we reset the stream"));
    }
  }

  @Override
  public Future<Void> write(Buffer data) {
    return closed || moving != null ? Future.failedFuture(closed ? failure : LEAVING) : writing.write(data);
  }

  @Override
  public Future<Void> end() {
    if (moving != null && !closed) {
      return Future.failedFuture(LEAVING);
    }
    Future<Void> ended = writing.end();
    return ended == null ? Future.failedFuture(failure) : ended;
  }

  @Override
  public boolean writeQueueFull() {
    return writing.isFull();
  }

  @Override
  public Stream setWriteQueueMaxSize(int bytes) {
    writing.setMaxQueue(bytes);
    return this;
  }

  @Override
  public Stream drainHandler(Handler<Void> handler) {
    writing.setDrainHandler(handler);
    return this;
  }

  @Override
  public Stream handler(Handler<Buffer> handler) {
    reading.setHandler(handler);
    return this;
  }

  @Override
  public Stream pause() {
    reading.pause();
    return this;
  }

  @Override
  public Stream resume() {
    return fetch(Long.MAX_VALUE);
  }

  @Override
  public Stream fetch(long amount) {
    reading.fetch(amount);
    return this;
  }

  @Override
  public Stream endHandler(Handler<Void> handler) {
    reading.setEndHandler(handler);
    return this;
  }

  @Override
  public Stream resetHandler(Handler<FailureException> handler) {
    resetHandler = handler;
    if (wasReset && handler != null) {
      handler.handle(failure);
    }
    return this;
  }

  @Override
  public Stream closeHandler(Handler<Void> handler) {
    closeHandler = handler;
    if (closed && handler != null) {
      handler.handle(null);
    }
    return this;
  }

  @Override
  public Stream exceptionHandler(Handler<Throwable> handler) {
    exceptionHandler = handler;
    return this;
  }
}
