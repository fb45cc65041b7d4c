package io.peerbus.launcher.plugin;

import io.peerbus.launcher.plugin.PluginEvents.Kind;
import io.peerbus.launcher.plugin.jar.FolderContents;
import io.peerbus.launcher.plugin.jar.FolderContents.Stamp;
import io.peerbus.launcher.plugin.jar.PluginException;
import io.peerbus.launcher.plugin.jar.PluginFolder;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keeps a node's plugins to what is in the plugin folder: looks at it twice a second, and has what changed deployed,
 * replaced or undeployed. Asking the file system again and again sees what is moved, copied over a network or mounted,
 * which change notices do not.
 *
 * <p>Owned by the manager's context; the folder is read on worker threads.
 */
final class FolderKeeper {

  private static final long POLL_MILLIS = 500;

  /**
   * How often a jar that looks complete but cannot be used is tried before it is refused: a copy that is stopped for
   * less than 2 s is none yet.
   */
  private static final int TRIES = 4;

  private final PluginManager manager;
  private final Context context;
  private final FolderContents folder;
  private final PluginEvents events;
  private final FolderWatch watch = new FolderWatch();
  private final Map<String, String> ids = new LinkedHashMap<>(); // which plugin a file held when last seen
  private final Map<String, Integer> tries = new LinkedHashMap<>();
  private Future<List<String>> scanning = Future.succeededFuture(List.of());
  private long timer = -1;

  FolderKeeper(PluginManager manager, Context context, PluginFolder folder, PluginEvents events) {
    this.manager = manager;
    this.context = context;
    this.folder = new FolderContents(folder);
    this.events = events;
  }

  /** What a look at the folder finds. */
  private record Sight(Map<String, Stamp> files, Map<String, String> ids) {}

  private Sight look() {
    return new Sight(folder.stamps(), folder.ids());
  }

  /** Starts what starts by itself; what changes from now on counts. */
  Future<Void> start() {
    return manager.blocking(this::look).compose(sight -> {
      watch.begin(sight.files());
      ids.putAll(sight.ids());
      timer = context.owner().setPeriodic(POLL_MILLIS, id -> scan());
      return manager.blocking(folder::startingByThemselves);
    }).compose(own -> settleAll(own, new ArrayList<>())).mapEmpty();
  }

  void stop() {
    context.owner().cancelTimer(timer);
  }

  /** The folder was changed by ourselves: that is no news. */
  Future<Void> acknowledge() {
    return manager.blocking(this::look).onSuccess(sight -> {
      watch.begin(sight.files());
      ids.clear();
      ids.putAll(sight.ids());
    }).mapEmpty();
  }

  /** One look; answers what came of it. */
  Future<List<String>> scan() {
    if (!scanning.isComplete()) {
      return scanning;
    }
    scanning = manager.blocking(folder::stamps).compose(files -> {
      List<FolderWatch.Change> changes = watch.onScan(files);
      return changes.isEmpty() ? Future.succeededFuture(List.of()) : manager.blocking(() -> read(changes))
          .compose(this::act);
    });
    return scanning;
  }

  private record Found(String file, String id, String problem) {}

  private List<Found> read(List<FolderWatch.Change> changes) {
    List<Found> found = new ArrayList<>();
    for (FolderWatch.Change change : changes) {
      try {
        found.add(new Found(change.file(), change.there() ? folder.idOf(change.file()) : null, null));
      } catch (PluginException e) {
        found.add(new Found(change.file(), null, e.getMessage()));
      }
    }
    return found;
  }

  private Future<List<String>> act(List<Found> found) {
    Set<String> concerned = new LinkedHashSet<>();
    List<String> done = new ArrayList<>();
    for (Found each : found) {
      if (each.problem() != null) {
        refuse(each, done);
        continue;
      }
      tries.remove(each.file());
      String before = each.id() == null ? ids.remove(each.file()) : ids.put(each.file(), each.id());
      if (each.id() != null) {
        concerned.add(each.id());
      }
      if (before != null) {
        concerned.add(before);
      }
    }
    return settleAll(new ArrayList<>(concerned), done);
  }

  private void refuse(Found unusable, List<String> done) {
    if (tries.merge(unusable.file(), 1, Integer::sum) < TRIES) {
      watch.forget(unusable.file());
      return;
    }
    tries.remove(unusable.file());
    String id = ids.getOrDefault(unusable.file(), unusable.file());
    events.tell(Kind.REFUSED, id, null, unusable.problem());
    done.add("refused " + unusable.problem());
  }

  private Future<List<String>> settleAll(List<String> concerned, List<String> done) {
    Future<Void> all = Future.succeededFuture();
    for (String id : concerned) {
      all = all.compose(before -> manager.settle(id))
          .onSuccess(settled -> done.add("settled " + id))
          .recover(error -> {
            events.tell(Kind.REFUSED, id, null, error.getMessage());
            done.add("refused " + error.getMessage());
            return Future.succeededFuture();
          });
    }
    return all.map(done);
  }
}
