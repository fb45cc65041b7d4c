package io.peerbus.launcher.config;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/** In what two configs differ. Pure. */
public final class ConfigDiff {

  /** What a node is made of when it starts. The node's name and identity are compared by what they come to. */
  private static final List<String> FIXED = List.of("data", "listen", "announce", "bootstrap", "agentVersion",
      "protocolVersion", "security", "privateNetwork", "websocket", "muxers", "shards", "dnsServer", "keepPeers",
      "redial", "pluginFolder", "bridge", "metrics", "vertx");

  private ConfigDiff() {}

  /**
   * What can be changed while the node runs, in the order in which it should be: what goes, how much may come, what
   * comes, what is other than it was.
   */
  public static List<ConfigChange> between(NodeConfig before, NodeConfig after) {
    List<ConfigChange> changes = new ArrayList<>();
    Map<String, String> levels = after.logging();
    List<String> loggers = different(before.logging(), levels);
    if (!loggers.isEmpty()) {
      changes.add(new ConfigChange.Logging(levels, loggers));
    }
    List<String> limits = different(before.limits().getMap(), after.limits().getMap());
    if (!limits.isEmpty()) {
      changes.add(new ConfigChange.Limits(after.hostOptions(), limits));
    }
    if (!different(before.gater().getMap(), after.gater().getMap()).isEmpty()) {
      changes.add(new ConfigChange.Gater(after.hostOptions()));
    }
    if (!before.pluginPolicy().equals(after.pluginPolicy())) {
      changes.add(new ConfigChange.Policy(after.pluginPolicy()));
    }
    plugins(byId(before), byId(after), changes);
    return changes;
  }

  private static void plugins(Map<String, PluginConfig> before, Map<String, PluginConfig> after,
      List<ConfigChange> changes) {
    before.keySet().stream().filter(id -> !after.containsKey(id)).map(ConfigChange.Removed::new).forEach(changes::add);
    after.values().stream().filter(plugin -> !before.containsKey(plugin.id())).map(ConfigChange.Added::new)
        .forEach(changes::add);
    for (PluginConfig plugin : after.values()) {
      PluginConfig old = before.get(plugin.id());
      if (old != null && !old.equals(plugin)) {
        changes.add(new ConfigChange.Changed(plugin, parts(old, plugin)));
      }
    }
  }

  private static List<String> parts(PluginConfig before, PluginConfig after) {
    Map<String, Object> one = parts(before);
    return different(one, parts(after));
  }

  private static Map<String, Object> parts(PluginConfig plugin) {
    Map<String, Object> parts = new LinkedHashMap<>();
    parts.put("plugin", plugin.plugin());
    parts.put("jar", plugin.jar());
    parts.put("threading", plugin.threading());
    parts.put("settings", plugin.settings());
    parts.put("supervision", plugin.supervision());
    parts.put("budget", plugin.budget());
    return parts;
  }

  private static Map<String, PluginConfig> byId(NodeConfig config) {
    Map<String, PluginConfig> plugins = new LinkedHashMap<>();
    config.plugins().forEach(plugin -> plugins.put(plugin.id(), plugin));
    return plugins;
  }

  /** Names with different values, sorted. */
  private static List<String> different(Map<String, ?> before, Map<String, ?> after) {
    TreeSet<String> names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    names.removeIf(name -> Objects.equals(before.get(name), after.get(name)));
    return List.copyOf(names);
  }

  /** What only a restart can change, by name. {@code started} is the config that the node was started with. */
  public static List<String> restart(NodeConfig started, NodeConfig now) {
    List<String> names = new ArrayList<>();
    if (!started.node().equals(now.node())) {
      names.add("node");
    }
    if (!started.identityFile().equals(now.identityFile()) || started.identityType() != now.identityType()) {
      names.add("identity");
    }
    JsonObject before = started.toJson();
    JsonObject after = now.toJson();
    FIXED.stream().filter(name -> !Objects.equals(value(before, name), value(after, name))).forEach(names::add);
    return names;
  }

  /** An empty list or object says no more than none. */
  private static Object value(JsonObject json, String name) {
    Object value = json.getValue(name);
    boolean empty = value instanceof JsonArray list && list.isEmpty()
        || value instanceof JsonObject object && object.isEmpty();
    return empty ? null : value;
  }
}
