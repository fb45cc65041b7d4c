package io.peerbus.launcher.plugin;

import io.peerbus.launcher.config.PluginPolicy;
import io.peerbus.launcher.plugin.jar.FolderContents;
import io.peerbus.launcher.plugin.jar.FolderContents.Installed;
import io.peerbus.launcher.plugin.jar.PluginException;
import io.peerbus.launcher.plugin.jar.WorkingCopy;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes into the plugin folder for the manager, on whose context its futures complete. */
record Installer(PluginManager manager, FolderContents folder, Path work) {

  private static final Logger LOG = LoggerFactory.getLogger(Installer.class);

  /**
   * Puts a jar into the folder, in the place of the one that holds the plugin now, and deploys it, under all its ids.
   * What cannot be used does not stay. All of it is one turn of the plugin: of two at once, each would set aside what
   * the other has put there.
   *
   * @param idOrNull of the plugin that the jar must hold
   * @return what runs under this id, or the plugin's own; the first, where that is not among its ids
   */
  Future<Plugin> install(Path file, String idOrNull, PluginPolicy policy) {
    String expected = idOrNull == null ? null : manager.entries().of(idOrNull).plugin();
    return manager.blocking(() -> verified(file, expected, policy))
        .compose(plugin -> manager.inTurnOf(plugin, () -> installNow(file, plugin)).compose(done -> {
          List<String> ids = manager.entries().idsOf(plugin);
          String asked = idOrNull == null ? plugin : idOrNull;
          return manager.require(ids.contains(asked) || ids.isEmpty() ? asked : ids.get(0));
        }));
  }

  private String verified(Path file, String expected, PluginPolicy policy) throws PluginException {
    try (WorkingCopy verified = WorkingCopy.of(file, work, policy)) {
      if (expected != null && !expected.equals(verified.jar().id())) {
        throw new PluginException(file + " holds plugin \"" + verified.jar().id() + "\", not \"" + expected + "\"");
      }
      return verified.jar().id();
    }
  }

  private Future<Void> installNow(Path file, String plugin) {
    List<String> ids = manager.entries().idsOf(plugin);
    if (ids.isEmpty()) {
      return Future.failedFuture(new PluginException("the id \"" + plugin + "\" is that of a plugin \""
          + manager.entries().of(plugin).plugin() + "\" in the config: add an entry with another id and \"plugin\": \""
          + plugin + "\""));
    }
    Map<String, Boolean> done = new LinkedHashMap<>(); // which have the new version, and whether they ran before
    return manager.blocking(() -> folder.install(file))
        .compose(installed -> manager.acknowledge(plugin)
            .compose(known -> installed.id().equals(plugin)
                ? each(ids, id -> {
                  boolean ran = manager.entries().isWanted(id);
                  return manager.deployNow(id).onSuccess(deployed -> done.put(id, ran));
                })
                : Future.failedFuture(new PluginException(file + " was changed while it was read: try again")))
            .compose(deployed -> settle(installed))
            .recover(error -> manager.blocking(() -> {
              folder.undo(installed);
              return null;
            }).transform(undone -> manager.acknowledge(plugin))
                .transform(known -> each(done.keySet(), id -> takeBack(id, done.get(id))))
                .transform(back -> Future.failedFuture(error))));
  }

  /** Another of the plugin's ids cannot run the version that this one has: it is as it was before, or does not run. */
  private Future<Void> takeBack(String id, boolean ran) {
    return ran ? follow(id, manager.entries().shaOf(id)) : manager.leave(id);
  }

  /** Goes with the others of the plugin to what is in the folder, and from {@code refused} for good. Never fails. */
  private Future<Void> follow(String id, String refused) {
    return manager.settleNow(id)
        .onSuccess(done -> manager.entries().forgetPrevious(id, refused))
        .onFailure(error -> LOG.warn("plugin {} stays as it is: {}", id, error.getMessage()))
        .otherwiseEmpty();
  }

  private static Future<Void> each(Collection<String> ids, Function<String, Future<Void>> step) {
    Future<Void> all = Future.succeededFuture();
    for (String id : ids) {
      all = all.compose(done -> step.apply(id));
    }
    return all;
  }

  /** Never fails: the jar is of use, whatever is left of others. */
  private Future<Void> settle(Installed installed) {
    return manager.<Void>blocking(() -> {
      folder.settle(installed);
      return null;
    }).onFailure(error -> LOG.warn("{}", error.getMessage())).otherwiseEmpty();
  }

  /** Why there can be no rollback. */
  static PluginException nothingBefore(String id) {
    return new PluginException("there is no version of \"" + id + "\" to go back to");
  }

  /** The version before the one that runs, from the folder: for a node that was started anew in between. */
  Future<WorkingCopy> kept(Plugin plugin, PluginPolicy policy) {
    return manager.blocking(() -> folder.kept(plugin.config().plugin(), work, policy)).compose(kept -> {
      if (kept == null) {
        return Future.failedFuture(nothingBefore(plugin.id()));
      }
      if (plugin.copy() == null || !plugin.copy().sha256().equals(kept.sha256())) {
        return Future.succeededFuture(kept);
      }
      return discard(kept).compose(done -> Future.failedFuture(nothingBefore(plugin.id())));
    });
  }

  Future<Void> discard(WorkingCopy copy) {
    return manager.blocking(() -> {
      copy.close();
      return null;
    });
  }

  /**
   * A version runs again: the folder is to hold it, and what runs of this plugin under other ids follows. That it runs
   * counts more than that it stays so.
   */
  Future<Void> putBack(Plugin plugin) {
    String named = manager.entries().of(plugin.id()).jar();
    WorkingCopy copy = plugin.copy();
    String from = plugin.previous() == null ? null : plugin.previous().sha256();
    if (copy == null) {
      return Future.succeededFuture();
    }
    return manager.<Void>blocking(() -> {
      folder.putBack(copy, from, named);
      return null;
    }).transform(done -> {
      if (done.failed()) {
        LOG.warn("plugin {} runs version {} again, but the node's next start will not: {}", plugin.id(),
            copy.jar().version(), done.cause().getMessage());
      }
      return manager.acknowledge(plugin.config().plugin());
    }).compose(known -> each(manager.entries().besides(plugin), id -> follow(id, from)));
  }
}
