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
   * The plugins with the DHT among them and the chat told of it. What the config says of either stays as it is.
   *
   * @param bootstrap peers of the DHT that the command line names
   * @param others peers that are connected to in any case, and may be of the DHT
   */
  static JsonArray join(JsonArray plugins, List<Multiaddr> bootstrap, JsonArray others) {
    JsonArray joined = new JsonArray();
    boolean isThere = plugins.stream().anyMatch(plugin -> PLUGIN.equals(((JsonObject) plugin).getString("id")));
    for (Object plugin : plugins) {
      JsonObject entry = ((JsonObject) plugin).copy();
      String id = entry.getString("id");
      if (id.equals("chat")) {
        JsonObject settings = entry.getJsonObject("settings", new JsonObject());
        entry.put("settings", settings.containsKey("dht") ? settings : settings.put("dht", PLUGIN));
        if (!isThere && PLUGIN.equals(settings.getValue("dht"))) {
          joined.add(withPeers(new JsonObject().put("id", PLUGIN)
              .put("settings", new JsonObject().put("mode", "client")), bootstrap, others));
        }
      } else if (id.equals(PLUGIN)) {
        withPeers(entry, bootstrap, new JsonArray());
      }
      joined.add(entry);
    }
    return joined;
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
