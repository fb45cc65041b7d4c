package io.peerbus.launcher.config;

import io.vertx.core.ThreadingModel;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;

/**
 * One entry of {@code plugins}.
 *
 * @param id its name in this node: on the event bus, in logs, for its folder
 * @param plugin {@code Plugin-Id} in its jar's manifest; mostly the same. Several entries may be of one plugin
 * @param jar the jar's file name in the plugin folder, or {@code null} for the one jar that holds the plugin
 * @param threading the kind of thread its verticle runs on
 * @param settings the plugin's own; empty, never {@code null}
 * @param supervision what follows when it crashes; empty, never {@code null}
 * @param budget what it may have at a time; empty, never {@code null}
 */
public record PluginConfig(String id, String plugin, String jar, ThreadingModel threading, JsonObject settings,
    JsonObject supervision, JsonObject budget) {

  /** Under the plugin's own id, with the usual budget. */
  public PluginConfig(String id, String jar, ThreadingModel threading, JsonObject settings, JsonObject supervision) {
    this(id, id, jar, threading, settings, supervision, new JsonObject());
  }

  /** Plugins made with this node, which never block: they run on event loops unless the config says otherwise. */
  private static final List<String> OWN = List.of("identify", "ping", "gossipsub", "kademlia", "chat",
      "remotebus", "perf");

  /** Addresses below {@code peerbus.<node>.} that are the node's own; a plugin answers at the address of its id. */
  private static final List<String> TAKEN = List.of("bridge", "calls", "control", "data", "events", "gater", "inbox",
      "plugins", "refusals", "stats", "succession");

  /** A plugin as it is without a word about it in the config but its id. */
  public static PluginConfig of(String id) {
    return of(new JsonObject().put("id", id));
  }

  /** From an entry that the schema has passed. */
  static PluginConfig of(JsonObject entry) {
    String id = entry.getString("id");
    String plugin = entry.getString("plugin", id);
    // Whoever wrote another plugin may block in it: on a worker thread core's sockets do not wait for it.
    String threading = entry.getString("threading", OWN.contains(plugin) ? "event-loop" : "worker");
    return new PluginConfig(id, plugin, entry.getString("jar"),
        ThreadingModel.valueOf(threading.replace('-', '_').toUpperCase(Locale.ROOT)),
        entry.getJsonObject("settings", new JsonObject()), entry.getJsonObject("supervision", new JsonObject()),
        entry.getJsonObject("budget", new JsonObject()));
  }

  /** Whether no plugin can have this id. */
  public static boolean isTaken(String id) {
    return TAKEN.contains(id);
  }

  /** The same plugin on threads of another kind. */
  public PluginConfig on(ThreadingModel other) {
    return new PluginConfig(id, plugin, jar, other, settings, supervision, budget);
  }

  /** Whether it was made with this node. */
  public boolean isOwn() {
    return OWN.contains(plugin);
  }

  /** The name of {@link #threading()} in the config. */
  public String threadingName() {
    return threading.name().replace('_', '-').toLowerCase(Locale.ROOT);
  }
}
