package io.peerbus.launcher;

import io.vertx.core.spi.launcher.DefaultCommandFactory;

/** Puts {@link NodeRun} in the place of Vert.x's own {@code run}; found as a service. */
public final class NodeRunFactory extends DefaultCommandFactory<NodeRun> {

  public NodeRunFactory() {
    super(NodeRun.class, NodeRun::new);
  }
}
