package io.peerbus.launcher.plugin;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.launcher.config.PluginConfig;
import io.peerbus.launcher.logs.LogRequest;
import io.peerbus.launcher.logs.PluginLogs;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plugins of one node: deploys them from their jars, takes them away, and tells which there are at
 * {@code peerbus.<node>.plugins}.
 *
 * <p>Not thread safe: owned by the context of the node's verticle, where it is made and called and where its futures
 * complete. They fail with a {@link PluginException}.
 */
public final class PluginManager {

  private static final Logger LOG = LoggerFactory.getLogger(PluginManager.class);

  /** A start that does not even reach its own limit blocks its thread; then nobody may wait for it. */
  private static final long DEPLOY_MILLIS = PluginShell.START_MILLIS + 2_000;

  private final Context context;
  private final String node;
  private final PluginFolder folder;
  private final Path work;
  private final PluginLogs logs = PluginLogs.ofProcess();
  private final Map<String, Deployed> deployed = new LinkedHashMap<>();
  private final List<Future<Void>> leaving = new ArrayList<>();

  private record Deployed(PluginConfig config, Loaded loaded, String deploymentId) {}

  private record Loaded(WorkingCopy copy, PluginLoader loader, Class<?> type) {}

  /** {@code work} is for copies of jars and nothing else: it is emptied. */
  public PluginManager(Context context, String node, PluginFolder folder, Path work) {
    this.context = context;
    this.node = node;
    this.folder = folder;
    this.work = work;
  }

  /** To be called once, before the first plugin. */
  public Future<Void> start() {
    PluginThreads.startAll(context.owner());
    return blocking(this::emptyWork).compose(done -> context.owner().eventBus()
        .<JsonObject>consumer("peerbus." + node + ".plugins", this::onRequest).completion());
  }

  /** Finds, verifies, loads and starts a plugin. When it fails nothing is left of it. */
  public Future<Void> deploy(PluginConfig config) {
    if (deployed.containsKey(config.id())) {
      return Future.failedFuture(new PluginException("plugin \"" + config.id() + "\" is deployed already"));
    }
    return blocking(() -> load(config)).compose(loaded -> start(config, loaded).recover(error ->
        unload(loaded).transform(done -> Future.failedFuture(error))));
  }

  /** Stops a plugin and lets go of its classes. */
  public Future<Void> undeploy(String id) {
    Deployed plugin = deployed.remove(id);
    if (plugin == null) {
      return Future.failedFuture(new PluginException("there is no plugin \"" + id + "\""));
    }
    return context.owner().undeploy(plugin.deploymentId())
        .onFailure(error -> LOG.warn("{}", error.getMessage()))
        .transform(done -> unload(plugin.loaded()))
        .onSuccess(done -> LOG.debug("Undeployed {}", plugin.loaded().loader().getName()));
  }

  /**
   * Stops all, the last deployed first. One that takes longer than {@code patience} milliseconds does not hold up the
   * others; {@link #whenGone()} waits for it.
   */
  public Future<Void> undeployAll(long patience) {
    List<String> ids = new ArrayList<>(deployed.keySet());
    Collections.reverse(ids);
    Future<Void> turn = Future.succeededFuture();
    for (String id : ids) {
      turn = turn.compose(done -> {
        Future<Void> gone = undeploy(id);
        leaving.add(gone);
        gone.onComplete(result -> leaving.remove(gone)); // it would hold the plugin's classes
        return gone.timeout(patience, TimeUnit.MILLISECONDS).otherwiseEmpty();
      });
    }
    return turn;
  }

  /** Completes when what {@link #undeployAll} did not wait for is gone. */
  public Future<Void> whenGone() {
    return Future.join(List.copyOf(leaving)).mapEmpty();
  }

  /** What is deployed, in the order it was: id, version, jar, sha256, threading. */
  public JsonArray list() {
    JsonArray list = new JsonArray();
    deployed.values().forEach(plugin -> list.add(new JsonObject()
        .put("id", plugin.config().id())
        .put("version", plugin.loaded().copy().jar().version())
        .put("jar", plugin.loaded().copy().source())
        .put("sha256", plugin.loaded().copy().sha256())
        .put("threading", plugin.config().threadingName())));
    return list;
  }

  /** The plugins with their versions, for a person to read. */
  @Override
  public String toString() {
    return deployed.isEmpty() ? "no plugins" : deployed.values().stream()
        .map(plugin -> plugin.config().id() + " " + plugin.loaded().copy().jar().version())
        .collect(Collectors.joining(", "));
  }

  /** For tests of what becomes of it; {@code null} when there is no such plugin. */
  ClassLoader loaderOf(String id) {
    Deployed plugin = deployed.get(id);
    return plugin == null ? null : plugin.loaded().loader();
  }

  private void onRequest(Message<JsonObject> message) {
    String op = message.body() == null ? null : String.valueOf(message.body().getValue("op"));
    if ("list".equals(op)) {
      message.reply(new JsonObject().put("plugins", list()));
    } else if ("logs".equals(op)) {
      LogRequest.answer(message, logs, deployed::containsKey);
    } else {
      FailureException failure = Failure.BAD_REQUEST.because("op \"" + op + "\" is not known; there is: list, logs");
      message.fail(failure.failure().code(), failure.getMessage());
    }
  }

  private Loaded load(PluginConfig config) throws PluginException {
    PluginJar found = folder.find(config);
    WorkingCopy copy = WorkingCopy.of(found.file(), work);
    PluginLoader loader = null;
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try {
      loader = new PluginLoader(copy.jar().id(), copy.jar().version(), copy.jar().file());
      thread.setContextClassLoader(loader);
      Class<?> type = Class.forName(copy.jar().verticle(), true, loader);
      if (!Deployable.class.isAssignableFrom(type)) {
        throw new PluginException(type.getName() + " in " + copy.source() + " is no verticle");
      }
      Loaded loaded = new Loaded(copy, loader, type);
      loader = null;
      return loaded;
    } catch (PluginException e) {
      throw e;
    } catch (Throwable e) { // a LinkageError for instance: anything may happen while a stranger's class is initialised
      throw PluginException.of("plugin \"" + config.id() + "\" cannot be loaded from " + copy.source(), e);
    } finally {
      thread.setContextClassLoader(before);
      if (loader != null) {
        close(loader, copy);
      }
    }
  }

  private Future<Void> start(PluginConfig config, Loaded loaded) {
    String name = "plugin \"" + config.id() + "\"";
    PluginShell shell = new PluginShell(name, loaded.type());
    DeploymentOptions options = new DeploymentOptions()
        .setThreadingModel(config.threading())
        .setClassLoader(loaded.loader())
        .setConfig(new JsonObject().put("node", node).put("plugin", config.id())
            .put("settings", config.settings().copy()));
    return TopLevel.deploy(context, shell, options)
        .timeout(DEPLOY_MILLIS, TimeUnit.MILLISECONDS)
        .recover(error -> Future.failedFuture(PluginException.of(name + " did not start", error)))
        .compose(id -> shell.outcome().transform(outcome -> {
          if (outcome.succeeded()) {
            deployed.put(config.id(), new Deployed(config, loaded, id));
            LOG.debug("Deployed {} ({})", loaded.loader().getName(), config.threadingName());
            return Future.succeededFuture();
          }
          return context.owner().undeploy(id).transform(gone -> Future.failedFuture(outcome.cause()));
        }));
  }

  private Future<Void> unload(Loaded loaded) {
    return blocking(() -> {
      close(loaded.loader(), loaded.copy());
      return null;
    });
  }

  private static void close(PluginLoader loader, WorkingCopy copy) {
    try {
      loader.close();
    } catch (IOException e) {
      LOG.warn("{} was not closed: {}", loader.getName(), e.toString());
    }
    copy.close();
  }

  /** Copies that a crash left behind; the folder is ours alone as long as we hold the node's data folder. */
  private Void emptyWork() throws PluginException {
    try {
      Files.createDirectories(work);
      try (DirectoryStream<Path> files = Files.newDirectoryStream(work)) {
        for (Path file : files) {
          Files.deleteIfExists(file);
        }
      }
      return null;
    } catch (IOException e) {
      throw PluginException.of("folder " + work + " cannot be emptied", e);
    }
  }

  private <T> Future<T> blocking(Callable<T> task) {
    return context.executeBlocking(task, false);
  }
}
