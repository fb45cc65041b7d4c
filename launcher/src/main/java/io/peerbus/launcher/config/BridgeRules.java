package io.peerbus.launcher.config;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a schema cannot say of {@code bridge}. Values of a wrong type are passed over. */
final class BridgeRules {

  /** Names on the bus that are the node's own: whoever may call them commands it. */
  private static final List<String> RESERVED = List.of("control", "events", "gater", "plugins", "refusals", "stats",
      "bridge");

  private BridgeRules() {}

  /** @param plugins the value of {@code plugins} beside it, or {@code null} */
  static List<Mistake> check(JsonObject bridge, Object plugins) {
    List<Mistake> mistakes = new ArrayList<>();
    Map<String, String> first = new LinkedHashMap<>();
    forEach(plugins, "plugins", (path, plugin) -> {
      if (plugin instanceof JsonObject entry && entry.getValue("id") instanceof String id) {
        first.putIfAbsent(id, path);
      }
    });
    forEach(bridge.getValue("plugins"), "bridge.plugins", (path, plugin) -> {
      if (!(plugin instanceof JsonObject entry)) {
        return;
      }
      if (entry.getValue("id") instanceof String id) {
        String before = first.putIfAbsent(id, path);
        if (before != null) {
          mistakes.add(new Mistake(path + ".id", "\"" + id + "\" is already " + before));
        }
        reserved(path + ".id", id, mistakes);
      }
      forEach(entry.getValue("calls"), path + ".calls", (callPath, call) -> reserved(callPath, call, mistakes));
    });
    return mistakes;
  }

  private static void reserved(String path, Object name, List<Mistake> mistakes) {
    if (RESERVED.contains(name)) {
      mistakes.add(new Mistake(path, "\"" + name + "\" is the node's own and never open to a plugin over the bridge"));
    }
  }

  @FunctionalInterface
  private interface Entry {
    void look(String path, Object value);
  }

  private static void forEach(Object list, String path, Entry entry) {
    if (list instanceof JsonArray array) {
      for (int i = 0; i < array.size(); i++) {
        entry.look(path + "[" + i + "]", array.getValue(i));
      }
    }
  }
}
