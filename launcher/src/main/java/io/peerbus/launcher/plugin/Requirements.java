package io.peerbus.launcher.plugin;

import io.peerbus.launcher.plugin.jar.PluginException;
import io.peerbus.launcher.plugin.jar.WorkingCopy;
import java.util.List;
import java.util.Map;

/** Which plugins need which others to run, by the others' ids in the node. A view of the manager's plugins. */
record Requirements(Map<String, Plugin> plugins) {

  /** Those that require the plugin, whatever they do now. */
  List<Plugin> dependentsOf(String id) {
    return plugins.values().stream()
        .filter(each -> each.copy() != null && each.copy().jar().requires().contains(id)).toList();
  }

  /** What a version requires that does not run. */
  List<String> missing(WorkingCopy copy) {
    return copy.jar().requires().stream()
        .filter(id -> !plugins.containsKey(id) || !plugins.get(id).isRunning()).toList();
  }

  /** A plugin is refused for want of others: with them it may be taken. */
  static final class Lacking extends PluginException {

    private static final long serialVersionUID = 1L;

    private Lacking(String message) {
      super(message);
    }
  }

  /** Why a plugin cannot be deployed without those. */
  static Lacking lacks(String id, List<String> missing) {
    return new Lacking("plugin \"" + id + "\" requires " + String.join(", ", missing)
        + ", which does not run: deploy it first");
  }
}
