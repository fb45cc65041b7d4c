package io.peerbus.launcher.plugin;

import io.vertx.core.Closeable;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.function.Supplier;

/**
 * Deploys verticles as nobody's children. Vert.x undeploys all children at once and before their parent, but a node is
 * to be taken down one by one and from the top, so neither core nor the plugins may be its children. Uses Vert.x
 * internals: neither a context without a deployment nor a hook before the close can be had otherwise.
 */
public final class TopLevel {

  private TopLevel() {}

  /**
   * Calls {@code takeDown} when Vert.x is about to close, before it undeploys everything at once and in no order.
   *
   * @return takes that back
   */
  public static Runnable beforeClose(Vertx vertx, Supplier<Future<Void>> takeDown) {
    Closeable hook = done -> takeDown.get().onComplete(done);
    ((VertxInternal) vertx).addCloseHook(hook);
    return () -> ((VertxInternal) vertx).removeCloseHook(hook);
  }

  /** Deploys; needs no event loop but that of {@code owner}, where it completes. */
  public static Future<String> deploy(Context owner, Deployable verticle, DeploymentOptions options) {
    VertxInternal vertx = (VertxInternal) owner.owner();
    Promise<String> deployed = ((ContextInternal) owner).promise();
    vertx.contextBuilder().withEventLoop(((ContextInternal) owner).nettyEventLoop()).build().runOnContext(detached -> {
      try {
        vertx.deployVerticle(verticle, options).onComplete(deployed);
      } catch (RuntimeException e) {
        deployed.fail(e);
      }
    });
    return deployed.future();
  }
}
