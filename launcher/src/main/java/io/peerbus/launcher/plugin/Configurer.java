package io.peerbus.launcher.plugin;

import io.peerbus.launcher.config.PluginConfig;
import io.peerbus.launcher.plugin.jar.FolderContents;
import io.vertx.core.Future;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** Brings plugins to a config that has changed, for the manager, on whose context its futures complete. */
record Configurer(PluginManager manager, Entries entries, FolderContents folder) {

  /** The plugin comes to this entry; where it ran only because no entry named it, it does not any more. */
  Future<Void> configure(PluginConfig config) {
    String own = config.plugin();
    boolean ranUnnamed = entries.isUnnamed(own) && !own.equals(config.id());
    entries.put(config);
    return manager.inTurn(config.id(), () -> (ranUnnamed ? manager.leave(own) : Future.<Void>succeededFuture())
        .compose(done -> configureNow(config)));
  }

  private Future<Void> configureNow(PluginConfig config) {
    if (entries.isOfAnother(config)) { // whose state, streams and earlier versions are nothing for this one
      return manager.leave(config.id()).compose(gone -> manager.settle(config, true));
    }
    Plugin plugin = entries.running(config.id());
    boolean sameJar = plugin != null && Objects.equals(plugin.config().jar(), config.jar());
    return sameJar ? plugin.reconfigure(config) : manager.settle(config, true).compose(done -> {
      Plugin settled = entries.running(config.id());
      return settled != null && !settled.config().equals(config)
          ? settled.reconfigure(config) : Future.succeededFuture();
    });
  }

  /**
   * The entry is gone: what it named goes, unless no entry names it now and its jar starts without being asked for.
   *
   * @param left all entries that there will be: one that has another id now is not to be started under its own before
   */
  Future<Void> forget(String id, List<PluginConfig> left) {
    String plugin = entries.of(id).plugin();
    entries.remove(id);
    return manager.inTurnOf(plugin, () -> manager.blocking(folder::startingByThemselves).compose(all -> {
      Set<String> starting = all.stream().filter(entries::isUnnamed)
          .filter(each -> left.stream().noneMatch(entry -> entry.plugin().equals(each) || entry.id().equals(each)))
          .collect(Collectors.toSet());
      Future<Void> gone = starting.contains(id) ? configureNow(PluginConfig.of(id)) : manager.leave(id);
      return gone.compose(done -> starting.contains(plugin) && !plugin.equals(id)
          ? configureNow(PluginConfig.of(plugin)) : Future.succeededFuture());
    }));
  }
}
