package io.peerbus.launcher.plugin;

import io.peerbus.launcher.config.PluginConfig;
import io.peerbus.launcher.plugin.jar.WorkingCopy;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The config's entries of plugins, by id; and under which ids the plugin of a jar is to run, which may be several. On
 * the manager's context.
 */
final class Entries {

  private final Map<String, Plugin> plugins;
  private final Map<String, PluginConfig> entries = new LinkedHashMap<>();

  /** {@code plugins} are the manager's. */
  Entries(Map<String, Plugin> plugins) {
    this.plugins = plugins;
  }

  void put(PluginConfig entry) {
    entries.put(entry.id(), entry);
  }

  void remove(String id) {
    entries.remove(id);
  }

  /** The entry with this id; without one it is the plugin of that name, as it is by itself. */
  PluginConfig of(String id) {
    return entries.getOrDefault(id, PluginConfig.of(id));
  }

  /** Whether nothing is said of a plugin: then it may run by itself, under its own id. */
  boolean isUnnamed(String plugin) {
    return !entries.containsKey(plugin) && entries.values().stream().noneMatch(each -> each.plugin().equals(plugin));
  }

  /** The ids under which a plugin runs or is to run: those of its entries and, without any, its own. */
  List<String> idsOf(String plugin) {
    Set<String> ids = new LinkedHashSet<>();
    entries.values().stream().filter(each -> each.plugin().equals(plugin)).forEach(each -> ids.add(each.id()));
    plugins.values().stream().filter(each -> each.isWanted() && each.config().plugin().equals(plugin))
        .forEach(each -> ids.add(each.id()));
    if (isUnnamed(plugin)) {
      ids.add(plugin);
    }
    return List.copyOf(ids);
  }

  /** The plugin with this id, if it runs; or {@code null}. */
  Plugin running(String id) {
    Plugin plugin = plugins.get(id);
    return plugin != null && plugin.isRunning() ? plugin : null;
  }

  /** Whether what has the entry's id so far is another plugin. */
  boolean isOfAnother(PluginConfig entry) {
    Plugin before = plugins.get(entry.id());
    return before != null && !before.config().plugin().equals(entry.plugin());
  }

  /** Whether what has this id runs, or will as soon as it can. */
  boolean isWanted(String id) {
    return plugins.containsKey(id) && plugins.get(id).isWanted();
  }

  /** Of the version that has this id; or {@code null}. */
  String shaOf(String id) {
    WorkingCopy copy = plugins.containsKey(id) ? plugins.get(id).copy() : null;
    return copy == null ? null : copy.sha256();
  }

  /** See {@link Plugin#forgetPrevious}. */
  void forgetPrevious(String id, String sha256) {
    if (plugins.containsKey(id)) {
      plugins.get(id).forgetPrevious(sha256);
    }
  }

  /** The other ids under which the same plugin runs, or will as soon as it can. */
  List<String> besides(Plugin one) {
    return plugins.values().stream().filter(each -> each != one && each.isWanted()
        && each.config().plugin().equals(one.config().plugin())).map(Plugin::id).toList();
  }

  /** These entries, after those of the plugins that run without one. */
  Collection<PluginConfig> with(List<PluginConfig> wanted) {
    Map<String, PluginConfig> all = new LinkedHashMap<>();
    plugins.values().stream().filter(each -> each.isRunning() && !entries.containsKey(each.id()))
        .forEach(each -> all.put(each.id(), each.config()));
    wanted.forEach(each -> all.put(each.id(), each));
    return all.values();
  }
}
