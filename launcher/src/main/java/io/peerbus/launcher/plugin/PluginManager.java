package io.peerbus.launcher.plugin;

import io.peerbus.launcher.config.NearestName;
import io.peerbus.launcher.config.PluginConfig;
import io.peerbus.launcher.config.PluginPolicy;
import io.peerbus.launcher.plugin.Plugin.State;
import io.peerbus.launcher.plugin.PluginEvents.Kind;
import io.peerbus.launcher.plugin.jar.FolderContents;
import io.peerbus.launcher.plugin.jar.PluginException;
import io.peerbus.launcher.plugin.jar.PluginFolder;
import io.peerbus.launcher.plugin.jar.WorkingCopy;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The plugins of one node: which there are, in what order they come and go, and where their jars are.
 *
 * <p>A plugin runs when those that it requires run. One whose requirement goes is stopped before it and waits; it
 * comes back with it.
 *
 * <p>Not thread safe: owned by the context of the node's verticle, where it is made and called and where its futures
 * complete. They fail with a {@link PluginException}.
 */
public final class PluginManager {

  private final Context context;
  private final PluginFolder folder;
  private final Path work;
  private final PluginEvents events;
  private final Plugin.Surroundings surroundings;
  private final Map<String, Plugin> plugins = new LinkedHashMap<>();
  private final Requirements requirements = new Requirements(plugins);
  private final Entries entries = new Entries(plugins);
  private final List<Future<Void>> leaving = new ArrayList<>();
  private final PluginsEndpoint endpoint;
  private final FolderKeeper keeper;
  private final Installer installer;
  private final Configurer configurer;
  private final BusBudgets budgets;
  private Supplier<Future<JsonObject>> reload = () -> Future.failedFuture(
      new PluginException("this node was not started from a config file: there is none to be read again"));
  private final Map<String, Turn> turns = new HashMap<>();
  private PluginPolicy policy;
  private MessageConsumer<?> blockedThreads;
  private boolean closing;

  /** {@code work}, in the node's folder, is for copies of jars and nothing else: it is emptied. */
  public PluginManager(Context context, String node, PluginFolder folder, Path work, PluginPolicy policy) {
    this.context = context;
    this.folder = folder;
    this.work = work;
    this.policy = policy;
    events = new PluginEvents(context.owner().eventBus(), node);
    budgets = new BusBudgets(context.owner().eventBus());
    surroundings = new Plugin.Surroundings(context, new Instance.Place(node, work), events, new Owner(), budgets);
    endpoint = new PluginsEndpoint(this, context.owner().eventBus(), node);
    keeper = new FolderKeeper(this, context, folder, events);
    installer = new Installer(this, contents(), work);
    configurer = new Configurer(this, entries, contents());
  }

  /** To be called once, before the first plugin. */
  public Future<Void> start() {
    PluginThreads.startAll(context.owner());
    budgets.start();
    blockedThreads = BlockedThreads.watch(context.owner(), this::onBlocked);
    return blocking(() -> WorkingCopy.deleteAll(work)).compose(done -> endpoint.start());
  }

  /**
   * Starts the plugins of the config, each after those it requires; then those in the folder that start without being
   * asked for, whose failure is only reported. From then on the folder is watched.
   */
  public Future<Void> begin(List<PluginConfig> wanted) {
    wanted.forEach(entries::put);
    return blocking(() -> contents().inOrder(wanted))
        .compose(ordered -> {
          Future<Void> all = Future.succeededFuture();
          for (PluginConfig each : ordered) {
            all = all.compose(done -> deploy(each));
          }
          return all;
        })
        .compose(done -> keeper.start());
  }

  /** Finds, verifies, loads and starts a plugin. When it fails nothing is left of it. */
  public Future<Void> deploy(PluginConfig config) {
    Plugin plugin = plugins.get(config.id());
    if (plugin != null && plugin.isRunning()) {
      return Future.failedFuture(new PluginException("plugin \"" + config.id() + "\" is deployed already"));
    }
    return copy(config).compose(copy -> {
      List<String> missing = requirements.missing(copy);
      if (!missing.isEmpty()) {
        return installer.discard(copy).compose(gone -> Future.failedFuture(Requirements.lacks(config.id(), missing)));
      }
      return deploy(config, copy);
    });
  }

  /**
   * Brings a plugin to what is in the folder: deployed, replaced, or undeployed when no jar holds it any more. One
   * whose requirements do not run waits for them.
   */
  Future<Void> settle(String id) {
    return inTurn(id, () -> settleNow(id));
  }

  /** The same as a part of a turn. */
  Future<Void> settleNow(String id) {
    PluginConfig config = entries.of(id);
    return blocking(() -> contents().holds(config.plugin()))
        .compose(there -> there ? settle(config, true) : leave(id));
  }

  /** What is asked for a plugin, under whichever id, while something is under way for it comes after that. */
  Future<Void> inTurn(String id, Supplier<Future<Void>> operation) {
    return inTurnOf(entries.of(id).plugin(), operation);
  }

  /** The same by the plugin's own id, which may be that of an entry of another plugin. */
  Future<Void> inTurnOf(String plugin, Supplier<Future<Void>> operation) {
    return turns.computeIfAbsent(plugin, first -> new Turn()).next(operation);
  }

  Future<Void> settle(PluginConfig config, boolean waits) {
    return copy(config).compose(copy -> {
      Plugin plugin = plugins.get(config.id());
      boolean running = plugin != null && plugin.isRunning();
      if (running && plugin.copy().sha256().equals(copy.sha256())) {
        return installer.discard(copy);
      }
      List<String> missing = requirements.missing(copy);
      if (missing.isEmpty()) {
        return deploy(config, copy);
      }
      if (!waits || running) {
        return installer.discard(copy)
            .compose(gone -> Future.failedFuture(Requirements.lacks(config.id(), missing)));
      }
      plugin(config).await(config, "for " + String.join(", ", missing));
      return installer.discard(copy);
    });
  }

  private Future<Void> deploy(PluginConfig config, WorkingCopy copy) {
    return !closing ? plugin(config).deploy(config, copy) : installer.discard(copy)
        .compose(gone -> Future.failedFuture(new PluginException("the node is stopping")));
  }

  /** What its plugins tell. */
  private final class Owner implements Plugin.Owner {

    private long starts;

    @Override
    public long nextStart() {
      return ++starts;
    }

    @Override
    public void leaves(Future<Void> gone) {
      leaving.add(gone);
      gone.onComplete(result -> leaving.remove(gone)); // it would hold the plugin's classes
    }

    /** Those that wait for it may run now. */
    @Override
    public void runs(String id) {
      for (Plugin plugin : List.copyOf(plugins.values())) {
        if (plugin.state() == State.WAITING) {
          settle(plugin.id()).onFailure(e -> events.tell(Kind.FAILED, plugin.id(), null, e.getMessage()));
        }
      }
      keeper.onRunning();
    }

    @Override
    public void rolledBack(Plugin plugin) {
      inTurn(plugin.id(), () -> installer.putBack(plugin));
    }

    @Override
    public void gaveUp(String id) {
      leaveDependents(id);
    }
  }

  private FolderContents contents() {
    return new FolderContents(folder);
  }

  /** Deploys a jar from elsewhere, see {@link Installer#install}. */
  Future<Plugin> install(Path file, String idOrNull) {
    return installer.install(file, idOrNull, policy);
  }

  /** The jars of this plugin were changed by the node itself. */
  Future<Void> acknowledge(String plugin) {
    return keeper.acknowledge(plugin);
  }

  Entries entries() {
    return entries;
  }

  /** Deploys what is in the folder. */
  Future<Plugin> deploy(String id) {
    return inTurn(id, () -> deployNow(id)).compose(done -> require(id));
  }

  /** The same as a part of a turn. */
  Future<Void> deployNow(String id) {
    return settle(entries.of(id), false);
  }

  Future<Plugin> rollback(String id) {
    return require(id).compose(plugin -> inTurn(id, () -> (plugin.previous() == null
        ? installer.kept(plugin, policy).compose(kept -> deploy(entries.of(id), kept)) : plugin.rollback())
        .compose(done -> installer.putBack(plugin))).map(plugin));
  }

  /** Stops a plugin and lets go of its classes; those that require it are stopped before and wait for it. */
  public Future<Void> undeploy(String id) {
    keeper.forget(id);
    return require(id).compose(plugin -> plugin.isWanted() ? inTurn(id, () -> leave(id))
        : Future.failedFuture(new PluginException("plugin \"" + id + "\" does not run")));
  }

  Future<Void> leave(String id) {
    Plugin plugin = plugins.get(id);
    if (plugin == null) {
      return Future.succeededFuture();
    }
    return leaveDependents(id).compose(done -> plugin.undeploy());
  }

  private Future<Void> leaveDependents(String id) {
    Future<Void> dependents = Future.succeededFuture();
    for (Plugin each : requirements.dependentsOf(id)) {
      dependents = dependents.compose(done -> leave(each.id()))
          .onSuccess(done -> each.await(each.config(), "for " + id));
    }
    return dependents;
  }

  private Plugin plugin(PluginConfig config) {
    Plugin plugin = plugins.getOrDefault(config.id(), new Plugin(surroundings, config));
    if (plugin.copy() == null) { // who comes later comes after those it requires
      plugins.remove(config.id());
    }
    plugins.put(config.id(), plugin);
    return plugin;
  }

  /** Brings a plugin to this entry of the config: deployed, or replaced by itself while its streams go on. */
  public Future<Void> configure(PluginConfig config) {
    return configurer.configure(config);
  }

  /**
   * A plugin is not in the config any more: it goes, unless its jar starts without being asked for.
   *
   * @param left the entries of the new config, all of them
   */
  public Future<Void> forget(String id, List<PluginConfig> left) {
    return configurer.forget(id, left);
  }

  /** Which jars are taken from now on. */
  public void setPolicy(PluginPolicy next) {
    policy = next;
    keeper.onPolicy();
  }

  /**
   * Why the jars of these plugins, or of those that run besides, would be refused under a policy; empty when none is.
   * Nothing is changed.
   */
  public Future<List<String>> refusals(PluginPolicy other, List<PluginConfig> wanted) {
    Collection<PluginConfig> all = entries.with(wanted);
    return blocking(() -> contents().refusals(all, work, other));
  }

  /** What a request to read the config again does. */
  public void onReload(Supplier<Future<JsonObject>> action) {
    reload = action;
  }

  /** Tells whoever listens to events of plugins what became of a changed config. */
  public void publish(JsonObject event) {
    events.tellConfig(event);
  }

  Future<JsonObject> reload() {
    return reload.get();
  }

  Future<Plugin> require(String id) {
    Plugin plugin = plugins.get(id);
    return plugin == null ? Future.failedFuture(new PluginException("there is no plugin \"" + id + "\""
        + NearestName.hint(id, plugins.keySet())))
        : Future.succeededFuture(plugin);
  }

  private Future<WorkingCopy> copy(PluginConfig config) {
    return blocking(() -> folder.find(config).file())
        .compose(file -> blocking(() -> WorkingCopy.of(file, work, policy))
            .onFailure(error -> plugin(config).refuse(error.getMessage())));
  }

  /** Looks at the folder now; answers what it did. */
  Future<List<String>> rescan() {
    return keeper.rescan();
  }

  private void onBlocked(String id, String where) {
    context.runOnContext(v -> {
      Plugin plugin = plugins.get(id);
      if (plugin != null) {
        plugin.onBlocked(where);
      }
    });
  }

  /**
   * Stops all, the last deployed first. One that takes longer than {@code patience} milliseconds does not hold up the
   * others; {@link #whenGone()} waits for it.
   */
  public Future<Void> undeployAll(long patience) {
    closing = true;
    keeper.stop();
    endpoint.stop();
    if (blockedThreads != null) {
      blockedThreads.unregister();
    }
    List<Plugin> all = new ArrayList<>(plugins.values());
    Collections.reverse(all);
    Future<Void> turn = Future.succeededFuture();
    for (Plugin plugin : all) {
      turn = turn.compose(done -> {
        Future<Void> gone = plugin.undeploy();
        surroundings.owner().leaves(gone);
        return gone.timeout(patience, TimeUnit.MILLISECONDS).otherwiseEmpty();
      });
    }
    return turn.onComplete(done -> whenGone().onComplete(gone -> budgets.stop())); // who floods may do so to the end
  }

  /** Completes when what {@link #undeployAll} did not wait for is gone. */
  public Future<Void> whenGone() {
    return Future.join(List.copyOf(leaving)).mapEmpty();
  }

  /** What there is, in the order of deployment: id, version, jar, sha256, threading, state and counts. */
  public JsonArray list() {
    return new JsonArray(plugins.values().stream().map(Plugin::toJson).toList());
  }

  /** The plugins with their versions, for a person to read. */
  @Override
  public String toString() {
    String text = plugins.values().stream().filter(Plugin::isRunning)
        .map(plugin -> plugin.id() + " " + plugin.copy().jar().version()).collect(Collectors.joining(", "));
    return text.isEmpty() ? "no plugins" : text;
  }

  boolean knows(String id) {
    return plugins.containsKey(id);
  }

  /** For tests of what becomes of it; {@code null} when there is no such plugin. */
  ClassLoader loaderOf(String id) {
    Plugin plugin = plugins.get(id);
    return plugin == null ? null : plugin.loader();
  }

  <T> Future<T> blocking(Callable<T> task) {
    return context.executeBlocking(task, false);
  }
}
