package io.peerbus.bus;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.CloseFuture;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;

/**
 * A context on a certain event loop. Uses internals of Vert.x, which offers no other way to one: a child verticle's
 * would be on any loop, and gone before the streams of the plugin have drained.
 */
final class LoopContext {

  private final CloseFuture resources = new CloseFuture();
  private final Context context;

  /** @param classes of whom the class loader is */
  LoopContext(Vertx vertx, Context onLoop, Context classes) {
    this.context = ((VertxInternal) vertx).contextBuilder()
        .withEventLoop(((ContextInternal) onLoop).nettyEventLoop())
        .withClassLoader(((ContextInternal) classes).classLoader())
        .withCloseFuture(resources)
        .build();
  }

  /** What two contexts have in common that are on one loop. */
  static Object loop(Context context) {
    return ((ContextInternal) context).nettyEventLoop();
  }

  Context context() {
    return context;
  }

  /** Ends what is left of consumers there. */
  Future<Void> close() {
    return resources.close();
  }
}
