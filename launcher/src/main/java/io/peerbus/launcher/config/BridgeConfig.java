package io.peerbus.launcher.config;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * What {@code bridge} says: where plugins in other languages reach this node, and what they may.
 *
 * @param host a loopback address
 * @param port 0 for a free one
 * @param tokenFile relative to the node's folder if it is not absolute
 * @param plugins who may attach; nobody else may
 */
public record BridgeConfig(
    String host, int port, String tokenFile, List<ForeignPlugin> plugins, BridgeLimits limits) {

  /** Where the bridge listens unless the config says otherwise. */
  public static final int DEFAULT_PORT = 4010;

  private static final int DEFAULT_STREAMS = 256;
  private static final int DEFAULT_BYTES_IN_FLIGHT = 16 << 20;

  /**
   * A plugin in another language.
   *
   * @param id its name on the event bus
   * @param calls the plugins whose JSON interface it may call
   * @param budget what it may have of core at a time: {@code streams}, {@code bytesInFlight}
   */
  public record ForeignPlugin(String id, List<String> calls, JsonObject budget) {

    static ForeignPlugin of(JsonObject entry) {
      JsonObject budget = new JsonObject().put("streams", DEFAULT_STREAMS).put("bytesInFlight", DEFAULT_BYTES_IN_FLIGHT)
          .mergeIn(entry.getJsonObject("budget", new JsonObject()));
      return new ForeignPlugin(entry.getString("id"),
          entry.getJsonArray("calls", new JsonArray()).stream().map(String.class::cast).toList(), budget);
    }

    /** How many streams it may have. */
    public int streams() {
      return budget.getInteger("streams");
    }
  }

  /** From what the schema has passed; empty unless it is switched on. */
  static Optional<BridgeConfig> of(JsonObject json) {
    if (!json.getBoolean("enabled", false)) {
      return Optional.empty();
    }
    return Optional.of(new BridgeConfig(json.getString("host", "127.0.0.1"), json.getInteger("port", DEFAULT_PORT),
        json.getString("tokenFile", "bridge.token"),
        json.getJsonArray("plugins", new JsonArray()).stream()
            .map(entry -> ForeignPlugin.of((JsonObject) entry)).toList(),
        BridgeLimits.of(json.getJsonObject("limits", new JsonObject()))));
  }

  /** The plugin with this id, if it may attach. */
  public Optional<ForeignPlugin> plugin(String id) {
    return plugins.stream().filter(plugin -> plugin.id().equals(id)).findFirst();
  }
}
