package io.peerbus.launcher.plugin;

import io.peerbus.launcher.config.PluginPolicy;
import io.peerbus.launcher.plugin.jar.FolderContents;
import io.peerbus.launcher.plugin.jar.FolderContents.Installed;
import io.peerbus.launcher.plugin.jar.PluginException;
import io.peerbus.launcher.plugin.jar.WorkingCopy;
import io.vertx.core.Future;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes into the plugin folder for the manager, on whose context its futures complete. */
record Installer(PluginManager manager, FolderContents folder, Path work) {

  private static final Logger LOG = LoggerFactory.getLogger(Installer.class);

  /**
   * Puts a jar into the folder, in the place of the one that holds the plugin now, and deploys it. What cannot be used
   * does not stay. All of it is one turn of the plugin: of two at once, each would set aside what the other has put
   * there.
   *
   * @param expected the id that the jar must hold, or {@code null}
   */
  Future<Plugin> install(Path file, String expected, PluginPolicy policy) {
    return manager.blocking(() -> verified(file, expected, policy))
        .compose(id -> manager.inTurn(id, () -> installNow(file, id)).compose(done -> manager.require(id)));
  }

  private String verified(Path file, String expected, PluginPolicy policy) throws PluginException {
    try (WorkingCopy verified = WorkingCopy.of(file, work, policy)) {
      if (expected != null && !expected.equals(verified.jar().id())) {
        throw new PluginException(file + " holds plugin \"" + verified.jar().id() + "\", not \"" + expected + "\"");
      }
      return verified.jar().id();
    }
  }

  private Future<Void> installNow(Path file, String id) {
    return manager.blocking(() -> folder.install(file))
        .compose(installed -> manager.acknowledge(id)
            .compose(known -> installed.id().equals(id) ? manager.deployNow(id) : Future.failedFuture(
                new PluginException(file + " was changed while it was read: try again")))
            .compose(deployed -> settle(installed))
            .recover(error -> manager.blocking(() -> {
              folder.undo(installed);
              return null;
            }).transform(done -> manager.acknowledge(id)).transform(done -> Future.failedFuture(error))));
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
    return manager.blocking(() -> folder.kept(plugin.id(), work, policy)).compose(kept -> {
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

  /** A version runs again: the folder is to hold it. That it runs counts more than that it stays so. */
  Future<Void> putBack(Plugin plugin, String named) {
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
      return manager.acknowledge(plugin.id());
    });
  }
}
