package io.peerbus.launcher;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * How the process ends. A signal runs a shutdown hook, and the exit status would be that of the signal; a node that
 * left cleanly ends with 0, so the hook ends the process itself when it is done, or when two seconds are nearly over.
 */
final class Leaving {

  /** Less than the two seconds after which one presses Ctrl-C again. */
  private static final long LIMIT_MILLIS = 1_800;

  private final Supplier<Future<Void>> leave;
  private final Supplier<Exit> lastWords;
  private final Promise<Void> left = Promise.promise();
  private final AtomicBoolean started = new AtomicBoolean();
  private volatile boolean forgotten;
  private Exit exit;

  /**
   * Sets up the shutdown hook.
   *
   * @param leave takes everything down; called once at the most
   * @param lastWords called once when that is done, before the process ends; gives the exit code
   */
  Leaving(Supplier<Future<Void>> leave, Supplier<Exit> lastWords) {
    this.leave = leave;
    this.lastWords = lastWords;
    Runtime.getRuntime().addShutdownHook(new Thread(this::onShutdown, "peerbus-leaving"));
  }

  /** Begins to leave. Any thread, any number of times; completes, and never fails, when the node has left. */
  Future<Void> begin() {
    if (started.compareAndSet(false, true)) {
      leave.get().otherwiseEmpty().onComplete(left);
    }
    return left.future();
  }

  /** Waits until the node has left, for whatever reason, and says the last words. */
  Exit await() throws InterruptedException {
    CountDownLatch latch = new CountDownLatch(1);
    left.future().onComplete(done -> latch.countDown());
    latch.await();
    return end();
  }

  /** The process ends in another way, with an exit code of its own: the hook keeps out of it. */
  void forget() {
    forgotten = true;
  }

  private void onShutdown() {
    if (forgotten) {
      return;
    }
    CountDownLatch latch = new CountDownLatch(1);
    begin().onComplete(done -> latch.countDown());
    try {
      boolean inTime = latch.await(LIMIT_MILLIS, TimeUnit.MILLISECONDS);
      int code = end().code();
      Runtime.getRuntime().halt(inTime ? code : Exit.FAILED.code());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The main thread and the hook may both come here; the last words are said once. */
  private synchronized Exit end() {
    if (exit == null) {
      exit = lastWords.get();
    }
    return exit;
  }
}
