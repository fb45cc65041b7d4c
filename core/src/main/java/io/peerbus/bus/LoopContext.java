package io.peerbus.bus;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextBuilderImpl;
import io.vertx.core.internal.CloseFuture;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;

/**
 * A context of a plugin on a certain event loop. Its consumers and timers (of {@code setTimer}, {@code setPeriodic})
 * end with {@link #close}, at the latest when the plugin is undeployed. Uses internals of Vert.x, which offers no other
 * way to one: a child verticle's would be on any loop, and gone before the streams of the plugin have drained.
 */
final class LoopContext {

  private final CloseFuture resources = new CloseFuture();
  private final Context context;

  /** @param plugin the context of the plugin, whose class loader and deployment are this one's too */
  LoopContext(Vertx vertx, Context onLoop, Context plugin) {
    ContextInternal owner = (ContextInternal) plugin;
    this.context = ((ContextBuilderImpl) ((VertxInternal) vertx).contextBuilder())
        .withEventLoop(((ContextInternal) onLoop).nettyEventLoop())
        .withClassLoader(owner.classLoader())
        .withDeploymentContext(owner.deployment()) // without one Vert.x gives timers and consumers no end
        .withCloseFuture(resources)
        .build();
    owner.closeFuture().add(resources);
  }

  /** What two contexts have in common that are on one loop. */
  static Object loop(Context context) {
    return ((ContextInternal) context).nettyEventLoop();
  }

  Context context() {
    return context;
  }

  /** Ends what is left there. */
  Future<Void> close() {
    return resources.close();
  }
}
