package io.peerbus.launcher.config;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What the plugins of a configuration demand of it: that they are there, and that their settings are as they want. */
@FunctionalInterface
public interface PluginRules {

  /** For a config of which no node is started. */
  PluginRules NONE = (folder, plugins) -> List.of();

  /**
   * One plugin of the configuration.
   *
   * @param path where it stands, as {@code plugins[2]}
   * @param id its id, of the right form
   * @param plugin the id in its jar, of the right form
   * @param jar its jar's file name, or {@code null} for the one jar with that plugin
   * @param settings what is set for it, maybe nothing
   */
  record Entry(String path, String id, String plugin, String jar, JsonObject settings) {}

  /**
   * Every mistake, with its whole path. Reads files.
   *
   * @param folder the {@code pluginFolder} of the configuration, if it has one
   * @param plugins what could be understood of its {@code plugins}
   */
  List<Mistake> check(Optional<Path> folder, List<Entry> plugins);
}
