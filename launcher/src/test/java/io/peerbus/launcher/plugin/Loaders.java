package io.peerbus.launcher.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Class loaders of plugins, of which each is to be collected once its plugin is gone; and the context of all that. */
final class Loaders {

  private static final int PATIENCE_SECONDS = 120;

  /** As many tasks as Vert.x has threads that might hold on to their last one. */
  private static final int TASKS = 32;

  private final Context context;
  private final ReferenceQueue<ClassLoader> collected = new ReferenceQueue<>();
  private final Map<Reference<ClassLoader>, String> alive = new LinkedHashMap<>();

  Loaders(Context context) {
    this.context = context;
  }

  Context context() {
    return context;
  }

  /** Runs on the context and waits for what comes of it. */
  <T> T await(Supplier<Future<T>> call) throws Exception {
    Promise<T> done = Promise.promise();
    context.runOnContext(v -> call.get().onComplete(done));
    return done.future().toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  void add(ClassLoader loader, String name) {
    alive.put(new WeakReference<>(loader, collected), name);
  }

  /** A thread may hold on to its last task, so each of them is given another one while we wait. */
  void awaitCollection() throws Exception {
    awaitCollection(List.of());
  }

  /** The same, but for those that are still in use. */
  void awaitCollection(List<ClassLoader> inUse) throws Exception {
    alive.keySet().removeIf(each -> inUse.stream().anyMatch(each::refersTo));
    long began = System.nanoTime();
    while (!alive.isEmpty() && System.nanoTime() - began < TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
      for (int i = 0; i < TASKS; i++) {
        await(() -> context.owner().executeBlocking(() -> null, false));
      }
      System.gc();
      for (Reference<? extends ClassLoader> one = collected.remove(100); one != null; one = collected.poll()) {
        alive.remove(one);
      }
    }
    assertEquals("[]", alive.values().toString(), "class loaders still alive");
  }
}
