package io.peerbus.memory;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.Stream;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Queue;

/** One end of a stream in memory, which keeps the contract of the real one. Belongs to its context. */
public final class MemoryStream implements Stream {

  private final Context context;
  private final PeerId peer;
  private final Multiaddr remoteAddress;
  private final String protocol;
  private final boolean inbound;
  private final Queue<Buffer> arrived = new ArrayDeque<>();
  private MemoryStream other;
  private int arrivedBytes;
  private int writeQueueMaxSize = 256 * 1024;
  private long demand = Long.MAX_VALUE;
  private boolean scheduled;
  private boolean ended;
  private boolean otherEnded;
  private boolean endDelivered;
  private boolean over;
  private boolean drainWanted;
  private boolean endTold;
  private Handler<Buffer> handler;
  private Handler<Void> endHandler;
  private Handler<Void> drainHandler;
  private Handler<Void> closeHandler;
  private Handler<FailureException> resetHandler;
  private Handler<Throwable> exceptionHandler;
  private FailureException failure;
  private boolean told;

  private MemoryStream(Context context, MemoryHost peer, String protocol, boolean inbound) {
    this.context = context;
    this.peer = peer.id();
    this.remoteAddress = peer.address();
    this.protocol = protocol;
    this.inbound = inbound;
  }

  /** Two connected ends: the opener's, and the other as {@link #other()} of it. */
  static MemoryStream pair(Context context, MemoryHost opener, MemoryHost listener, String protocol) {
    MemoryStream near = new MemoryStream(context, listener, protocol, false);
    MemoryStream far = new MemoryStream(context, opener, protocol, true);
    near.other = far;
    far.other = near;
    return near;
  }

  MemoryStream other() {
    return other;
  }

  /** Whether the stream is over, in whatever way. */
  public boolean isOver() {
    return over;
  }

  /** The connection below is gone. */
  void drop() {
    finish(Failure.CONNECTION_CLOSED.because("connection to " + peer + " is gone"));
  }

  @Override
  public PeerId peer() {
    return peer;
  }

  @Override
  public String protocol() {
    return protocol;
  }

  @Override
  public boolean isInbound() {
    return inbound;
  }

  @Override
  public Multiaddr remoteAddress() {
    return remoteAddress;
  }

  @Override
  public void reset(long code) {
    if (!over) {
      finish(Failure.CANCELLED.because("reset by ourselves"));
      other.finish(Failure.RESET_BY_PEER.because("reset by peer with code " + code));
    }
  }

  private void finish(FailureException failure) {
    if (over) {
      return;
    }
    over = true;
    this.failure = failure;
    arrived.clear();
    context.runOnContext(v -> tell());
  }

  private void tell() {
    told = true;
    call(failure == null ? null : resetHandler, failure);
    call(failure == null ? null : exceptionHandler, failure);
    call(closeHandler, null);
  }

  private static <T> void call(Handler<T> handler, T event) {
    if (handler != null) {
      handler.handle(event);
    }
  }

  @Override
  public Future<Void> write(Buffer data) {
    if (over || ended) {
      return Future.failedFuture(Failure.CANCELLED.because("the stream is over, or our direction ended"));
    }
    if (!other.over && data.length() > 0) {
      other.arrived.add(data.copy());
      other.arrivedBytes += data.length();
      other.schedule();
    }
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> end() {
    if (ended) {
      return Future.succeededFuture();
    }
    if (over) {
      return Future.failedFuture(Failure.CANCELLED.because("the stream is over"));
    }
    ended = true;
    other.otherEnded = true;
    other.schedule();
    schedule();
    return Future.succeededFuture();
  }

  private void schedule() {
    if (!scheduled) {
      scheduled = true;
      context.runOnContext(v -> {
        scheduled = false;
        deliver();
      });
    }
  }

  private void deliver() {
    while (!over && demand > 0 && handler != null && !arrived.isEmpty()) {
      demand = demand == Long.MAX_VALUE ? demand : demand - 1;
      Buffer data = arrived.poll();
      arrivedBytes -= data.length();
      handler.handle(data);
      other.drain();
    }
    if (!over && otherEnded && !endDelivered && arrived.isEmpty() && demand > 0) {
      endDelivered = true;
      tellEnd();
    }
    if (ended && endDelivered) {
      finish(null);
    }
  }

  private void drain() {
    if (drainWanted && other.arrivedBytes <= writeQueueMaxSize / 2 && drainHandler != null) {
      drainWanted = false;
      context.runOnContext(v -> drainHandler.handle(null));
    }
  }

  @Override
  public boolean writeQueueFull() {
    boolean full = !over && other.arrivedBytes >= writeQueueMaxSize;
    drainWanted |= full;
    return full;
  }

  @Override
  public Stream resetHandler(Handler<FailureException> handler) {
    resetHandler = handler;
    if (told && failure != null) {
      call(handler, failure);
    }
    return this;
  }

  @Override
  public Stream closeHandler(Handler<Void> handler) {
    closeHandler = handler;
    if (told) {
      call(handler, null);
    }
    return this;
  }

  @Override
  public Stream exceptionHandler(Handler<Throwable> handler) {
    exceptionHandler = handler;
    return this;
  }

  @Override
  public Stream handler(Handler<Buffer> handler) {
    this.handler = handler;
    schedule();
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
    schedule();
    return this;
  }

  @Override
  public Stream endHandler(Handler<Void> handler) {
    endHandler = handler;
    if (endDelivered) {
      tellEnd();
    }
    return this;
  }

  private void tellEnd() {
    if (endHandler != null && !endTold) {
      endTold = true;
      call(endHandler, null);
    }
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
}
