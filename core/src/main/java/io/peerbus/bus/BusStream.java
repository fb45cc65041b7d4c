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
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A plugin's end of a stream: {@link Stream} on top of frames with credit.
 *
 * <p>Not thread safe, owned by the plugin's context. Frames reach it in the order core sent them. Reading gives credit
 * back, which lets core give Yamux window back, which lets the peer write on; writing spends the credit that core
 * gives back as it frames bytes for the peer.
 */
final class BusStream implements Stream {

  private static final Logger LOG = LoggerFactory.getLogger(BusStream.class);

  private record Unsent(Buffer data, Promise<Void> written) {}

  private record InFlight(long end, Promise<Void> written) {}

  private final long id;
  private final Link link;
  private final Consumer<StreamFrame> out;
  private final Consumer<BusStream> gone;

  // reading
  private final ArrayDeque<Buffer> received = new ArrayDeque<>();
  private final Allowance allowance = new Allowance();
  private long demand = Long.MAX_VALUE;
  private boolean delivering;
  private boolean remoteEnded;
  private boolean endDelivered;
  private Handler<Buffer> handler;
  private Handler<Void> endHandler;

  // writing
  private final ArrayDeque<Unsent> unsent = new ArrayDeque<>();
  private final ArrayDeque<InFlight> inFlight = new ArrayDeque<>();
  private final Credit credit = new Credit();
  private long unsentBytes;
  private long sentBytes;
  private long framedBytes;
  private int writeQueueMaxSize = 256 * 1024;
  private Promise<Void> ended;
  private boolean endSent;
  private Handler<Void> drainHandler;

  // both
  private FailureException failure;
  private boolean closed;
  private boolean wasReset;
  private Handler<FailureException> resetHandler;
  private Handler<Void> closeHandler;
  private Handler<Throwable> exceptionHandler;

  /** What a stream is bound to. */
  record Link(PeerId peer, String protocol, Multiaddr remoteAddress, boolean inbound) {}

  /**
   * @param initialCredit from core's OPEN or ACCEPT
   * @param out sends a frame to core
   * @param gone told once when the stream is over
   */
  BusStream(long id, Link link, long initialCredit, Consumer<StreamFrame> out, Consumer<BusStream> gone) {
    this.id = id;
    this.link = link;
    this.out = out;
    this.gone = gone;
    credit.open(initialCredit);
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
      case DATA -> onData(frame.payload());
      case CREDIT -> onCredit(frame.value());
      case END -> onEnd();
      case RESET -> fail(Failure.of((int) frame.value()).because(frame.payload().toString()));
      default -> abort(Failure.PROTOCOL_ERROR.because("core sent " + frame.kind() + " on an open stream"));
    }
  }

  private void onData(Buffer data) {
    if (!allowance.onData(data.length())) {
      abort(Failure.PROTOCOL_ERROR.because("core sent more than its credit"));
      return;
    }
    received.add(data);
    deliver();
  }

  private void onCredit(long value) {
    boolean wasFull = writeQueueFull();
    int bytes = credit.giveBack(value);
    if (bytes < 0) {
      abort(Failure.PROTOCOL_ERROR.because("core gave back more credit than was spent"));
      return;
    }
    framedBytes += bytes;
    while (!inFlight.isEmpty() && inFlight.peek().end() <= framedBytes) {
      tell(inFlight.poll().written(), null);
    }
    flush();
    if (wasFull && drainHandler != null && !closed && !writeQueueFull()) {
      call(drainHandler, null);
    }
  }

  private void onEnd() {
    remoteEnded = true;
    deliver();
  }

  private void deliver() {
    if (delivering) {
      return;
    }
    delivering = true;
    try {
      while (!received.isEmpty() && demand > 0 && handler != null && !closed) {
        if (demand != Long.MAX_VALUE) {
          demand--;
        }
        Buffer data = received.poll();
        call(handler, data);
        giveBack(data.length());
      }
    } finally {
      delivering = false;
    }
    if (remoteEnded && received.isEmpty() && !endDelivered && demand > 0 && !closed) {
      endDelivered = true;
      if (endHandler != null) {
        call(endHandler, null);
      }
      closeWhenOver();
    }
  }

  private void giveBack(int length) {
    allowance.consumed(length);
    long value = allowance.settle(false);
    if (value > 0 && !closed && !remoteEnded) {
      out.accept(StreamFrame.credit(id, value));
    }
  }

  private void flush() {
    while (!unsent.isEmpty() && credit.allows() && !closed) {
      Unsent next = unsent.poll();
      int length = next.data().length();
      int part = (int) Math.min(Math.min(length, StreamFrame.MAX_DATA), Math.max(1, credit.available()));
      credit.spend(part);
      unsentBytes -= part;
      sentBytes += part;
      if (part < length) {
        unsent.addFirst(new Unsent(next.data().slice(part, length), next.written()));
      } else {
        inFlight.add(new InFlight(sentBytes, next.written()));
      }
      out.accept(StreamFrame.data(id, part < length ? next.data().slice(0, part) : next.data()));
    }
    if (ended != null && !endSent && unsent.isEmpty() && !closed) {
      endSent = true;
      out.accept(StreamFrame.end(id));
      tell(ended, null);
      closeWhenOver();
    }
  }

  private void closeWhenOver() {
    if (endSent && endDelivered && !closed) { // a handler may have ended or reset it meanwhile
      close(null);
    }
  }

  private void abort(FailureException reason) {
    out.accept(StreamFrame.reset(id, 0, ""));
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
    wasReset = reason != null;
    failure = reason != null ? reason : Failure.CANCELLED.because("the stream has ended");
    received.clear();
    gone.accept(this);
    if (reason == null) {
      inFlight.forEach(write -> tell(write.written(), null)); // all was sent; core frames it without us
    } else {
      inFlight.forEach(write -> tell(write.written(), reason));
      unsent.forEach(write -> tell(write.written(), reason));
      if (ended != null) {
        tell(ended, reason);
      }
    }
    inFlight.clear();
    unsent.clear();
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
  private <T> void call(Handler<T> handler, T event) {
    try {
      handler.handle(event);
    } catch (RuntimeException | Error e) {
      if (!closed) {
        abort(Failure.INTERNAL.because("a handler of the stream failed: " + e));
      }
      throw e;
    }
  }

  private void tell(Promise<Void> promise, FailureException reason) {
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
    } catch (RuntimeException e) {
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
    if (!closed) {
      out.accept(StreamFrame.reset(id, code, ""));
      close(Failure.CANCELLED.because("we reset the stream"));
    }
  }

  @Override
  public Future<Void> write(Buffer data) {
    if (closed || ended != null) {
      return Future.failedFuture(closed ? failure : Failure.CANCELLED.because("write after end"));
    }
    if (data.length() == 0) {
      return Future.succeededFuture();
    }
    Promise<Void> written = Promise.promise();
    unsent.add(new Unsent(data, written));
    unsentBytes += data.length();
    flush();
    return written.future();
  }

  @Override
  public Future<Void> end() {
    if (ended == null) {
      if (closed) {
        return Future.failedFuture(failure);
      }
      ended = Promise.promise();
      flush();
    }
    return ended.future();
  }

  @Override
  public boolean writeQueueFull() {
    return !closed && (unsentBytes > 0 || !credit.allows() || sentBytes - framedBytes >= writeQueueMaxSize);
  }

  @Override
  public Stream setWriteQueueMaxSize(int bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("writeQueueMaxSize: " + bytes + " < 1");
    }
    writeQueueMaxSize = bytes;
    return this;
  }

  @Override
  public Stream drainHandler(Handler<Void> handler) {
    drainHandler = handler;
    return this;
  }

  @Override
  public Stream handler(Handler<Buffer> handler) {
    this.handler = handler;
    deliver();
    return this;
  }

  @Override
  public Stream pause() {
    demand = 0;
    return this;
  }

  @Override
  public Stream resume() {
    return fetch(Long.MAX_VALUE);
  }

  @Override
  public Stream fetch(long amount) {
    if (amount < 0) {
      throw new IllegalArgumentException("fetch: " + amount + " < 0");
    }
    demand = demand + amount < 0 ? Long.MAX_VALUE : demand + amount;
    deliver();
    return this;
  }

  @Override
  public Stream endHandler(Handler<Void> handler) {
    endHandler = handler;
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
