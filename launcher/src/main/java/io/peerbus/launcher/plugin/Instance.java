package io.peerbus.launcher.plugin;

import io.peerbus.launcher.config.PluginConfig;
import io.peerbus.launcher.plugin.jar.PluginException;
import io.peerbus.launcher.plugin.jar.PluginLoader;
import io.peerbus.launcher.plugin.jar.WorkingCopy;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One deployment of one version of a plugin. Made, and asked for its end, on the manager's context, where its futures
 * complete.
 */
final class Instance {

  private static final Logger LOG = LoggerFactory.getLogger(Instance.class);

  /** Threads of a plugin that may block: its own, so that it cannot use up those of the others. */
  private static final int WORKERS = 4;

  /**
   * How long these threads outlast the plugin: what was on its way to it when it went would find a pool that refuses,
   * which is an error at the sender's, and a publish to several would not come to those behind it.
   */
  private static final long POOL_MILLIS = 1_000;

  private final Context context;
  private final Start start;
  private final Loaded loaded;
  private final PluginShell shell;
  private final WorkerExecutor pool; // held together with Vert.x, which closes its own part; null without workers
  private String deployment;
  private Future<Void> stopping;

  private Instance(Context context, Start start, Loaded loaded, PluginShell shell) {
    this.context = context;
    this.start = start;
    this.loaded = loaded;
    this.shell = shell;
    this.pool = start.config().threading() == ThreadingModel.WORKER
        ? context.owner().createSharedWorkerExecutor(poolName(), WORKERS) : null;
  }

  private String poolName() {
    return start.place().node() + "/" + loaded.loader().getName() + "/" + start.number();
  }

  /** @param work in the node's folder; beside it, each plugin may have a folder of its own */
  record Place(String node, Path work) {

    Path folder(String id) {
      return work.resolveSibling("state").resolve(id);
    }
  }

  /**
   * How a plugin is to be started.
   *
   * @param place of the node it is for
   * @param config its entry
   * @param number of this start in its node: no two instances share a thread pool
   * @param replaces whether it takes the place of an instance that runs
   */
  record Start(Place place, PluginConfig config, long number, boolean replaces) {

    private TimeLimits limits() {
      return TimeLimits.of(config.supervision());
    }
  }

  /**
   * Deploys; when it fails, nothing is left but the copy.
   *
   * @param onError told in words of each error that the plugin does not catch, on the plugin's own thread
   */
  static Future<Instance> start(Context context, Start start, Loaded loaded, Consumer<String> onError) {
    String name = "plugin \"" + start.config().id() + "\"";
    TimeLimits limits = start.limits();
    PluginShell shell = new PluginShell(name, loaded.type(), limits, onError);
    Instance instance = new Instance(context, start, loaded, shell);
    return TopLevel.deploy(context, shell, instance.options())
        .onSuccess(instance::onDeployed)
        .timeout(limits.startAtMost(), TimeUnit.MILLISECONDS)
        .recover(error -> Future.failedFuture(error instanceof TimeoutException
            ? new PluginException(name + " did not start within " + TimeLimits.text(limits.startAtMost()) + ": "
                + BlockedThreads.in(loaded.loader().getName()))
            : PluginException.of(name + " did not start", error)))
        .compose(id -> shell.outcome())
        .map(instance)
        .recover(error -> instance.stop().transform(done -> Future.failedFuture(error)));
  }

  /** May come after the end, when the start was not waited for any longer. */
  private void onDeployed(String id) {
    deployment = id;
    if (stopping != null) {
      context.owner().undeploy(id);
    }
  }

  private DeploymentOptions options() {
    PluginConfig config = start.config();
    DeploymentOptions options = new DeploymentOptions()
        .setThreadingModel(config.threading())
        .setClassLoader(loaded.loader())
        .setConfig(new JsonObject().put("node", start.place().node()).put("plugin", config.id())
            .put("folder", start.place().folder(config.id()).toString()).put("settings", config.settings().copy()));
    if (config.supervision().containsKey("stopMillis")) {
      options.getConfig().put("drainMillis", start.limits().drain());
    }
    if (!config.budget().isEmpty()) {
      options.getConfig().put("budget", config.budget().copy());
    }
    if (start.replaces()) {
      options.getConfig().put("replaces", true);
    }
    if (pool != null) {
      options.setWorkerPoolName(poolName()).setWorkerPoolSize(WORKERS);
    }
    return options;
  }

  PluginConfig config() {
    return start.config();
  }

  /** Of its start. */
  long number() {
    return start.number();
  }

  WorkingCopy copy() {
    return loaded.copy();
  }

  PluginLoader loader() {
    return loaded.loader();
  }

  /** Whether it has given its streams away to a newer instance: then it cannot go on. */
  boolean isHandedOver() {
    return shell.isHandedOver();
  }

  /** Undeploys and lets go of the classes. Always completes, also when the plugin does not come back from its stop. */
  Future<Void> stop() {
    if (stopping == null) {
      Future<Void> undeployed = deployment == null ? Future.succeededFuture()
          : context.owner().undeploy(deployment).timeout(start.limits().stopAtMost(), TimeUnit.MILLISECONDS);
      stopping = undeployed
          .onFailure(error -> LOG.warn("{}", error instanceof PluginException ? error.getMessage()
              : loader().getName() + " does not stop, its classes stay until it does: "
                  + BlockedThreads.in(loader().getName())))
          .transform(done -> context.<Void>executeBlocking(() -> {
            loaded.unload();
            return null;
          }, false));
      if (pool != null) {
        stopping.onComplete(stopped -> context.owner().setTimer(POOL_MILLIS, id -> pool.close()));
      }
    }
    return stopping;
  }
}
