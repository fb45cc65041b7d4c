package io.peerbus.launcher;

import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Stream;

/** The DHT of {@code peerbus chat}: a client, in which the chat looks for peers of its room. */
final class ChatDht {

  static final String PLUGIN = "kademlia";

  private ChatDht() {}

  /**
   * The plugins with the DHT among them and the chat told of it. What the config says of either stays as it is; where
   * it gives the chat a DHT of another id, that one begins with the peers.
   *
   * @param bootstrap peers of the DHT that the command line names
   * @param others peers that are connected to in any case, and may be of the DHT
   */
  static JsonArray join(JsonArray plugins, List<Multiaddr> bootstrap, JsonArray others) {
    JsonArray joined = new JsonArray();
    String dht = chosen(plugins);
    boolean isThere = plugins.stream().anyMatch(plugin -> dht.equals(((JsonObject) plugin).getString("id")));
    for (Object plugin : plugins) {
      JsonObject entry = ((JsonObject) plugin).copy();
      String id = entry.getString("id");
      if (id.equals("chat")) {
        JsonObject settings = entry.getJsonObject("settings", new JsonObject());
        entry.put("settings", settings.containsKey("dht") ? settings : settings.put("dht", PLUGIN));
        if (!isThere && dht.equals(PLUGIN)) {
          joined.add(withPeers(new JsonObject().put("id", PLUGIN)
              .put("settings", new JsonObject().put("mode", "client")), bootstrap, others));
        }
      } else if (id.equals(dht) && PLUGIN.equals(entry.getString("plugin", id))) {
        withPeers(entry, bootstrap, new JsonArray());
      }
      joined.add(entry);
    }
    return joined;
  }

  /** The id of the chat's DHT. */
  private static String chosen(JsonArray plugins) {
    for (Object plugin : plugins) {
      if (plugin instanceof JsonObject entry && "chat".equals(entry.getString("id"))
          && entry.getValue("settings") instanceof JsonObject settings
          && settings.getValue("dht") instanceof String dht) {
        return dht;
      }
    }
    return PLUGIN;
  }

  private static JsonObject withPeers(JsonObject entry, List<Multiaddr> bootstrap, JsonArray others) {
    JsonObject settings = entry.getJsonObject("settings", new JsonObject());
    // A list of another type is for the plugin's schema to refuse.
    if (settings.getValue("bootstrap", new JsonArray()) instanceof JsonArray before) {
      Stream<Object> named = bootstrap.stream().map(Multiaddr::toString);
      settings.put("bootstrap", new JsonArray(
          Stream.concat(Stream.concat(named, before.stream()), others.stream()).distinct().toList()));
    }
    return entry.put("settings", settings);
  }
}
