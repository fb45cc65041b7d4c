package io.peerbus.launcher;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * How the process ends. A signal runs a shutdown hook, and the exit status would be that of the signal; a node that
 * left cleanly ends with 0, so the hook ends the process itself when it is done, or when two seconds are nearly over.
 */
final class Leaving {

  /** Less than the two seconds after which one presses Ctrl-C again. */
  private static final long LIMIT_MILLIS = 1_800;

  private enum Phase { STAYING, LEAVING, FORGOTTEN }

  private final Vertx vertx;
  private final Supplier<Future<?>> undeploy;
  private final Supplier<Exit> lastWords;
  private final Promise<Void> left = Promise.promise();
  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.STAYING);
  private final AtomicBoolean ended = new AtomicBoolean();
  private final CompletableFuture<Exit> spoken = new CompletableFuture<>();

  /**
   * Sets up the shutdown hook.
   *
   * @param vertx closed in the end
   * @param undeploy takes down what runs in it before that; called once at the most
   * @param lastWords called once when that is done, before the process ends; gives the exit code
   */
  Leaving(Vertx vertx, Supplier<Future<?>> undeploy, Supplier<Exit> lastWords) {
    this.vertx = vertx;
    this.undeploy = undeploy;
    this.lastWords = lastWords;
    Runtime.getRuntime().addShutdownHook(new Thread(this::onShutdown, "peerbus-leaving"));
  }

  /** Begins to leave. Any thread, any number of times; completes, and never fails, when the node has left. */
  Future<Void> begin() {
    if (phase.compareAndSet(Phase.STAYING, Phase.LEAVING)) {
      // Not on a thread of Vert.x: it ends them all, and could not tell one of them afterwards that it has.
      new Thread(this::leave, "peerbus-leave").start();
    }
    return left.future();
  }

  private void leave() {
    try {
      finish(undeploy.get());
    } finally {
      finish(vertx.close());
      left.complete();
    }
  }

  /** Waits; how it went is in the log of whoever failed. */
  private static void finish(Future<?> step) {
    step.toCompletionStage().toCompletableFuture().handle((done, error) -> null).join();
  }

  /** Waits until the node has left, for whatever reason, and says the last words. */
  Exit await() throws InterruptedException {
    CountDownLatch latch = new CountDownLatch(1);
    left.future().onComplete(done -> latch.countDown());
    latch.await();
    return end();
  }

  /**
   * The process is to end in another way, with an exit code of its own: the hook keeps out of it.
   *
   * @return false when the node is leaving already, as it does when a signal comes while it starts; then that is how
   *     the process ends
   */
  boolean forget() {
    boolean forgotten = phase.compareAndSet(Phase.STAYING, Phase.FORGOTTEN);
    if (forgotten) {
      left.complete();
    }
    return forgotten;
  }

  private void onShutdown() {
    if (ended.get()) {
      return;
    }
    CountDownLatch latch = new CountDownLatch(1);
    begin().onComplete(done -> latch.countDown());
    if (phase.get() == Phase.FORGOTTEN) {
      return;
    }
    try {
      boolean inTime = latch.await(LIMIT_MILLIS, TimeUnit.MILLISECONDS);
      Exit exit = end();
      Runtime.getRuntime().halt(inTime ? exit.code() : Exit.FAILED.code());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Only one of the main thread and the hook speaks; either may end the process then. */
  private Exit end() {
    if (ended.compareAndSet(false, true)) {
      Exit exit = Exit.FAILED;
      try {
        exit = lastWords.get();
      } finally {
        spoken.complete(exit); // in any case: the other one waits for it
      }
    }
    return spoken.join();
  }
}
