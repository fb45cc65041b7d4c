package io.peerbus.memory;

import io.peerbus.api.Stream;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Two hosts in a {@link MemoryNetwork} for a test of a protocol, which runs its steps on their context and waits. */
public final class TwoHosts {

  private static final int PATIENCE_SECONDS = 120;

  private final Vertx vertx;
  private final MemoryNetwork network;
  private final MemoryHost a;
  private final MemoryHost b;

  private TwoHosts(Vertx vertx) {
    this.network = new MemoryNetwork(vertx);
    this.vertx = vertx;
    this.a = network.host(1);
    this.b = network.host(2);
  }

  /** From a test's thread. */
  public static TwoHosts start(Vertx vertx) throws Exception {
    CompletableFuture<TwoHosts> ready = new CompletableFuture<>();
    vertx.getOrCreateContext().runOnContext(v -> ready.complete(new TwoHosts(vertx)));
    return ready.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** {@code node1}. */
  public MemoryHost a() {
    return a;
  }

  /** {@code node2}. */
  public MemoryHost b() {
    return b;
  }

  /** Another one at this address; on the hosts' context. */
  public MemoryHost third(Multiaddr address) {
    return network.host(3, address);
  }

  /** Runs on the hosts' context and waits for what comes of it; from a test's thread. */
  public <T> T await(Supplier<Future<T>> code) throws Exception {
    CompletableFuture<T> done = new CompletableFuture<>();
    a.runOnContext(() -> {
      try {
        code.get().onComplete(done::complete, done::completeExceptionally);
      } catch (RuntimeException e) {
        done.completeExceptionally(e);
      }
    });
    try {
      return done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  /** Completes when it is so; looked at every millisecond, on the hosts' context, where it is to be called. */
  public Future<Void> until(BooleanSupplier isSo) {
    Promise<Void> promise = Promise.promise();
    vertx.setPeriodic(1, timer -> {
      if (isSo.getAsBoolean()) {
        vertx.cancelTimer(timer);
        promise.tryComplete();
      }
    });
    return promise.future();
  }

  /** Everything a stream delivers until its end; fails as the stream does. */
  public static Future<Buffer> readAll(Stream stream) {
    Promise<Buffer> promise = Promise.promise();
    Buffer all = Buffer.buffer();
    stream.handler(all::appendBuffer);
    stream.endHandler(end -> promise.tryComplete(all));
    stream.resetHandler(promise::tryFail);
    return promise.future();
  }
}
