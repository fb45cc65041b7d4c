package io.peerbus.launcher.plugin;

import io.peerbus.api.ProtocolVerticle;
import io.peerbus.launcher.plugin.jar.PluginException;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.reflect.InvocationTargetException;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The verticle that Vert.x sees in a plugin's place. It never fails to deploy: Vert.x 5.0 keeps failed deployments, and
 * with them the plugin's class loader, for good. What came of the start is in {@link #outcome()} instead, and a failed
 * shell is undeployed like any other. It also gives starting and stopping a time limit.
 *
 * <p>Deployed and undeployed on the plugin's context; made, and asked for its outcome, by the plugin manager.
 */
final class PluginShell implements Deployable {

  private final String name;
  private final TimeLimits limits;
  private final Consumer<String> onError;
  private final Promise<Void> outcome = Promise.promise();
  private Class<?> type;
  private volatile Deployable plugin; // the manager asks whether it has handed over

  /** @param onError told in words of each error that the plugin does not catch, on the plugin's thread */
  PluginShell(String name, Class<?> type, TimeLimits limits, Consumer<String> onError) {
    this.name = name;
    this.limits = limits;
    this.type = type;
    this.onError = onError;
  }

  /** Whether the plugin started. Complete as soon as the shell is deployed; fails with a {@link PluginException}. */
  Future<Void> outcome() {
    return outcome.future();
  }

  /** Whether the plugin has given its streams away to a newer version. */
  boolean isHandedOver() {
    return plugin instanceof ProtocolVerticle verticle && verticle.isHandedOver();
  }

  @Override
  public Future<?> deploy(Context context) {
    Promise<Void> deployed = Promise.promise();
    context.exceptionHandler(e -> onError.accept(PluginException.of(name, e).getMessage()));
    Future<?> started;
    try {
      plugin = instance();
      started = Objects.requireNonNull(plugin.deploy(context), "start() gave no future");
    } catch (Throwable e) {
      plugin = null;
      started = Future.failedFuture(e);
    }
    long timer = context.owner().setTimer(limits.start(), id -> {
      if (outcome.tryFail(new PluginException(name + " did not start within " + TimeLimits.text(limits.start())))) {
        deployed.complete();
      }
    });
    started.onComplete(result -> {
      context.owner().cancelTimer(timer);
      boolean first = result.succeeded()
          ? outcome.tryComplete() : outcome.tryFail(PluginException.of(name + " did not start", result.cause()));
      if (first) {
        plugin = result.succeeded() ? plugin : null; // Vert.x does not stop what did not start
        deployed.complete();
      }
    });
    return deployed.future();
  }

  @Override
  public Future<?> undeploy(Context context) {
    Deployable stopping = plugin;
    plugin = null;
    type = null;
    if (stopping == null) {
      return Future.succeededFuture();
    }
    Promise<Void> done = Promise.promise();
    long timer = context.owner().setTimer(limits.stop(), id ->
        done.tryFail(new PluginException(name + " did not stop within " + TimeLimits.text(limits.stop()))));
    Future<?> stopped;
    try {
      stopped = Objects.requireNonNull(stopping.undeploy(context), "stop() gave no future");
    } catch (Throwable e) {
      stopped = Future.failedFuture(e);
    }
    stopped.onComplete(result -> {
      context.owner().cancelTimer(timer);
      if (result.succeeded()) {
        done.tryComplete();
      } else {
        done.tryFail(PluginException.of(name + " failed to stop", result.cause()));
      }
    });
    return done.future();
  }

  private Deployable instance() throws Throwable {
    try {
      return (Deployable) type.getDeclaredConstructor().newInstance();
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
