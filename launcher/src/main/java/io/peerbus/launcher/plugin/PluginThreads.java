package io.peerbus.launcher.plugin;

import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.WorkerPool;
import java.util.concurrent.ThreadPoolExecutor;

/** Starts Vert.x's threads early. Uses Vert.x internals, which alone know the pools. */
final class PluginThreads {

  private PluginThreads() {}

  /**
   * Starts every event-loop and worker thread of {@code vertx}. A thread keeps the context class loader of the thread
   * that started it, so one that is first needed by a plugin would keep the plugin's loader for as long as the node
   * runs. To be called before the first plugin is deployed, outside any plugin; calling it again does nothing.
   */
  static void startAll(Vertx vertx) {
    VertxInternal internal = (VertxInternal) vertx;
    internal.nettyEventLoopGroup().forEach(loop -> loop.execute(() -> { }));
    startAll(internal.workerPool());
    startAll(internal.internalWorkerPool());
  }

  private static void startAll(WorkerPool pool) {
    if (pool.executor() instanceof ThreadPoolExecutor executor) {
      executor.prestartAllCoreThreads();
    }
  }
}
