package io.peerbus.api;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;

/** How a verticle finds its {@link Host}: looked up by {@link java.util.ServiceLoader}, so that the API needs no core. */
public interface HostFactory {

  /**
   * Attaches to a node, as the config of a plugin's deployment says: {@code node}, {@code plugin}, {@code replaces}
   * and {@code budget}, see {@link ProtocolVerticle}.
   *
   * @param context the verticle's own; the host will belong to it
   */
  Future<Host> attach(Vertx vertx, Context context, JsonObject config);

  /**
   * Attaches to a node, with the usual budget.
   *
   * @param context the verticle's own; the host will belong to it
   * @param node the node's name
   * @param plugin the plugin's name, for messages and for its address on the bus
   * @param successor whether it takes the place of a plugin of that name which runs
   */
  default Future<Host> attach(Vertx vertx, Context context, String node, String plugin, boolean successor) {
    return attach(vertx, context,
        new JsonObject().put("node", node).put("plugin", plugin).put("replaces", successor));
  }
}
