package io.peerbus.launcher;

import io.vertx.core.Deployable;
import io.vertx.core.Promise;
import io.vertx.core.spi.VerticleFactory;
import java.util.concurrent.Callable;

/** Makes the verticles that are named {@code peerbus:…}; a service of Vert.x. There is {@code peerbus:node}. */
public final class NodeVerticleFactory implements VerticleFactory {

  /** The name of the verticle that is a whole node. */
  public static final String NODE = "peerbus:node";

  @Override
  public String prefix() {
    return "peerbus";
  }

  @Override
  public void createVerticle2(
      String name, ClassLoader loader, Promise<Callable<? extends Deployable>> promise) {
    if (NODE.equals(name)) {
      promise.complete(NodeVerticle::new);
    } else {
      promise.fail(new StartException(Exit.USAGE, "there is no verticle " + name + "; there is: " + NODE));
    }
  }
}
