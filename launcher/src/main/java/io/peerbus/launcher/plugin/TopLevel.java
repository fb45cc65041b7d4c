package io.peerbus.launcher.plugin;

import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;

/**
 * Deploys verticles as nobody's children. Vert.x undeploys all children at once and before their parent, but a node is
 * to be taken down one by one and from the top, so neither core nor the plugins may be its children. Uses Vert.x
 * internals: a context without a deployment cannot be had otherwise.
 */
public final class TopLevel {

  private TopLevel() {}

  /** Deploys; completes on {@code owner}. */
  public static Future<String> deploy(Context owner, Deployable verticle, DeploymentOptions options) {
    VertxInternal vertx = (VertxInternal) owner.owner();
    Promise<String> deployed = ((ContextInternal) owner).promise();
    vertx.createEventLoopContext().runOnContext(detached -> {
      try {
        vertx.deployVerticle(verticle, options).onComplete(deployed);
      } catch (RuntimeException e) {
        deployed.fail(e);
      }
    });
    return deployed.future();
  }
}
