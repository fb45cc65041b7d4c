package io.peerbus.launcher.plugin;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** What core counts of plugins, by its own request {@code usage} (core's BUS.md). */
record CoreUsage(EventBus bus, String node) {

  /** A core that does not answer must not keep a list back that is asked for because something is wrong. */
  private static final DeliveryOptions QUICK = new DeliveryOptions().setSendTimeout(2_000);

  /** The same list, with what core refused added to {@code refusals}, and {@code streams} and {@code bytesInFlight}. */
  Future<JsonArray> addTo(JsonArray plugins) {
    return bus.<JsonObject>request("peerbus." + node + ".control", new JsonObject().put("op", "usage"), QUICK)
        .map(reply -> add(plugins, reply.body().getJsonArray("plugins", new JsonArray())))
        .otherwise(plugins);
  }

  private static JsonArray add(JsonArray plugins, JsonArray usage) {
    for (int i = 0; i < plugins.size(); i++) {
      JsonObject plugin = plugins.getJsonObject(i);
      for (int j = 0; j < usage.size(); j++) {
        JsonObject used = usage.getJsonObject(j);
        if (plugin.getString("id").equals(used.getString("plugin"))) {
          plugin.put("refusals", plugin.getLong("refusals", 0L) + used.getLong("refused", 0L))
              .put("streams", used.getValue("streams"))
              .put("bytesInFlight", used.getValue("bytesInFlight"));
        }
      }
    }
    return plugins;
  }
}
