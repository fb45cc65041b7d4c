package io.peerbus.launcher.plugin.jar;

import io.peerbus.launcher.config.ConfigException;
import io.peerbus.launcher.config.Mistake;
import io.peerbus.launcher.config.PluginRules;
import io.peerbus.launcher.config.SettingsSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Checks the plugins of a configuration before anything starts: each must have its jar and the plugins that it
 * requires, and its settings must be as the schema in that jar wants them. Settings of a plugin without a schema are
 * for the plugin itself to check.
 *
 * <p>Reads jars but runs nothing of them. What is found here may be exchanged before it is deployed; then the plugin's
 * own check of its settings speaks.
 */
public final class SettingsCheck {

  private final PluginFolder folder;

  public SettingsCheck(PluginFolder folder) {
    this.folder = folder;
  }

  /** Every mistake, in the order of the plugins. Blocks. */
  public List<Mistake> check(List<PluginRules.Entry> plugins) {
    if (plugins.isEmpty()) {
      return List.of();
    }
    List<Mistake> mistakes = new ArrayList<>();
    try {
      PluginFolder.Content content = folder.list();
      Set<String> started = new HashSet<>();
      Map<String, String> named = new HashMap<>(); // the first id of each plugin
      plugins.forEach(plugin -> started.add(plugin.id()));
      plugins.forEach(plugin -> named.putIfAbsent(plugin.plugin(), plugin.id()));
      content.jars().stream().filter(jar -> jar.startsByItself() && !named.containsKey(jar.id()))
          .forEach(jar -> started.add(jar.id()));
      plugins.forEach(plugin -> mistakes.addAll(check(content, plugin, started, named)));
    } catch (PluginException e) {
      mistakes.add(new Mistake("pluginFolder", e.getMessage()));
    }
    return mistakes;
  }

  private List<Mistake> check(PluginFolder.Content content, PluginRules.Entry plugin, Set<String> started,
      Map<String, String> named) {
    PluginJar jar;
    try {
      jar = plugin.jar() == null ? content.find(plugin.plugin())
          : folder.named(plugin.plugin(), plugin.jar());
    } catch (PluginException e) {
      String what = plugin.jar() != null ? ".jar" : plugin.plugin().equals(plugin.id()) ? ".id" : ".plugin";
      return List.of(new Mistake(plugin.path() + what, e.getMessage()));
    }
    List<Mistake> mistakes = new ArrayList<>();
    jar.requires().stream().filter(required -> !started.contains(required)).forEach(required -> mistakes.add(
        new Mistake(plugin.path(), "\"" + plugin.id() + "\" requires \"" + required + "\": name it in plugins, too"
            + (named.containsKey(required) ? "; \"" + named.get(required) + "\" is that plugin, not that id" : ""))));
    mistakes.addAll(checkSettings(jar, plugin));
    return mistakes;
  }

  private static List<Mistake> checkSettings(PluginJar jar, PluginRules.Entry plugin) {
    try {
      Optional<byte[]> schema = jar.settingsSchema();
      return schema.isEmpty() ? List.of()
          : SettingsSchema.parse(jar.file().getFileName() + "!/" + PluginJar.SCHEMA, schema.get())
              .check(plugin.settings(), plugin.path() + ".settings");
    } catch (ConfigException | PluginException e) {
      return List.of(new Mistake(plugin.path() + ".settings", "cannot be checked, the plugin is broken: "
          + e.getMessage()));
    }
  }
}
