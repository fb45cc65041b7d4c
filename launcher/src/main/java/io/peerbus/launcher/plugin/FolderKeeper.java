package io.peerbus.launcher.plugin;

import io.peerbus.launcher.plugin.PluginEvents.Kind;
import io.peerbus.launcher.plugin.jar.FolderContents;
import io.peerbus.launcher.plugin.jar.FolderContents.Stamp;
import io.peerbus.launcher.plugin.jar.PluginException;
import io.peerbus.launcher.plugin.jar.PluginFolder;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a node's plugins to what is in the plugin folder: looks at it twice a second, and has what changed deployed,
 * replaced or undeployed. Asking the file system again and again sees what is moved, copied over a network or mounted,
 * which change notices do not.
 *
 * <p>Owned by the manager's context; the folder is read on worker threads.
 */
final class FolderKeeper {

  private static final Logger LOG = LoggerFactory.getLogger(FolderKeeper.class);

  /** Two looks settle a change: 1 s at the most, which leaves as much again of 2 s for the plugin's own start. */
  static final long POLL_MILLIS = 500;

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
  private final Map<String, Try> tries = new LinkedHashMap<>();
  private final Map<String, Throwable> refused = new LinkedHashMap<>(); // ids whose jar in the folder is not in use
  private Future<List<Found>> looking = Future.succeededFuture(List.of());
  private boolean unreadable;
  private long timer = -1;

  FolderKeeper(PluginManager manager, Context context, PluginFolder folder, PluginEvents events) {
    this.manager = manager;
    this.context = context;
    this.folder = new FolderContents(folder);
    this.events = events;
  }

  /** What a look at the folder finds. */
  private record Sight(Map<String, Stamp> files, Map<String, String> ids) {

    private static final Sight NOTHING = new Sight(Map.of(), Map.of());
  }

  /** How often a file with this stamp was tried; one that grows begins anew. */
  private record Try(Stamp stamp, int count) {}

  private Sight look() throws PluginException {
    return new Sight(folder.stamps(), folder.ids());
  }

  /** Starts what starts by itself; what changes from now on counts. */
  Future<Void> start() {
    Future<Sight> sight = manager.blocking(this::look);
    Future<List<String>> own = manager.blocking(folder::startingByThemselves);
    sight.onComplete(this::onLook);
    return sight.otherwise(Sight.NOTHING).compose(seen -> {
      watch.begin(seen.files());
      ids.putAll(seen.ids());
      timer = context.owner().setPeriodic(POLL_MILLIS, id -> poll());
      return own.otherwise(List.of());
    }).compose(starting -> settleAll(starting.stream().filter(manager.entries()::isUnnamed).toList(),
        new ArrayList<>())).mapEmpty();
  }

  void stop() {
    context.owner().cancelTimer(timer);
  }

  /** The jars of this plugin were changed by ourselves: that is no news. */
  Future<Void> acknowledge(String plugin) {
    return manager.blocking(this::look).onSuccess(sight -> {
      for (String file : List.copyOf(ids.keySet())) {
        if (ids.get(file).equals(plugin) && !sight.files().containsKey(file)) {
          watch.acknowledge(file, null);
          ids.remove(file);
        }
      }
      sight.ids().forEach((file, id) -> {
        if (id.equals(plugin) && sight.files().containsKey(file)) {
          watch.acknowledge(file, sight.files().get(file));
          ids.put(file, id);
        }
      });
    }).mapEmpty();
  }

  /** A look that is not finished is not doubled; what it finds is acted on while the next ones look. */
  private void poll() {
    if (looking.isComplete()) {
      looking = manager.blocking(folder::stamps).compose(files -> read(watch.onScan(files)));
      looking.compose(this::act);
      looking.onComplete(this::onLook);
    }
  }

  private void onLook(AsyncResult<?> look) {
    if (look.failed() && !unreadable) {
      LOG.warn("{}; plugins stay as they are", look.cause().getMessage());
    }
    unreadable = look.failed();
  }

  /** A look whose word counts at once; answers what came of it. */
  Future<List<String>> rescan() {
    return manager.blocking(folder::stamps).compose(files -> {
      List<FolderWatch.Change> changes = watch.onScan(files);
      changes.addAll(watch.onScan(files));
      return read(changes);
    }).compose(this::act);
  }

  /** A change, with the plugin that the file holds now or why that cannot be known. */
  private record Found(FolderWatch.Change change, String id, String problem) {

    private String file() {
      return change.file();
    }
  }

  private Future<List<Found>> read(List<FolderWatch.Change> changes) {
    return changes.isEmpty() ? Future.succeededFuture(List.of()) : manager.blocking(() -> {
      List<Found> found = new ArrayList<>();
      for (FolderWatch.Change change : changes) {
        try {
          found.add(new Found(change, change.there() ? folder.idOf(change.file()) : null, null));
        } catch (PluginException e) {
          found.add(new Found(change, null, e.getMessage()));
        }
      }
      return found;
    });
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
    return settleAll(concerned.stream().flatMap(id -> manager.entries().idsOf(id).stream()).toList(), done);
  }

  private void refuse(Found unusable, List<String> done) {
    Stamp stamp = unusable.change().stamp();
    Try before = tries.get(unusable.file());
    int count = before == null || !before.stamp().equals(stamp) ? 1 : before.count() + 1;
    if (count < TRIES) {
      tries.put(unusable.file(), new Try(stamp, count));
      watch.forget(unusable.file());
      return;
    }
    tries.remove(unusable.file());
    String id = ids.getOrDefault(unusable.file(), unusable.file());
    events.tell(Kind.REFUSED, id, null, unusable.problem());
    done.add("refused " + unusable.problem());
  }

  private Future<List<String>> settleAll(List<String> concerned, List<String> done) {
    List<Future<Void>> all = new ArrayList<>(); // one that takes its time does not hold up the others
    for (String id : concerned) {
      all.add(manager.settle(id)
          .onSuccess(settled -> {
            refused.remove(id);
            done.add("settled " + id);
          })
          .onFailure(error -> {
            refused.put(id, error);
            events.tell(Kind.REFUSED, id, null, error.getMessage());
            done.add("refused " + error.getMessage());
          }));
    }
    return Future.join(all).transform(joined -> Future.succeededFuture(done));
  }

  /** The plugin is not wanted: nobody is to try its jar again. */
  void forget(String id) {
    refused.remove(id);
  }

  /** Another policy holds: what was refused may be taken now. */
  void onPolicy() {
    settleAll(List.copyOf(refused.keySet()), new ArrayList<>());
  }

  /** A plugin has begun to run that others may have been refused for want of. */
  void onRunning() {
    settleAll(refused.keySet().stream().filter(id -> refused.get(id) instanceof Requirements.Lacking).toList(),
        new ArrayList<>());
  }
}
