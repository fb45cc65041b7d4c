package io.peerbus.api;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Function;

/**
 * A protocol as a verticle: extend it, register protocols in {@link #start(Host)}, done.
 *
 * <p>The deployment's config is {@code {"node": name, "plugin": name, "folder": path, "replaces": boolean, "budget":
 * {…}, "drainMillis": number, "settings": {…}}}; the node's plugin manager writes all but the last. {@code folder} is
 * where it may keep files; {@code replaces} is true for a version that takes the place of one that runs; {@code budget}
 * limits what the plugin may have of core at a time. When the verticle is undeployed, what it registered is given back
 * and its open streams get {@link #drain()} to finish.
 */
public abstract class ProtocolVerticle extends VerticleBase {

  private Host host;

  /** Starts the protocol. Fails the deployment when the future fails. */
  protected abstract Future<?> start(Host host);

  /** Called before the host is given back. */
  protected Future<?> stop(Host host) {
    return Future.succeededFuture();
  }

  /** Whether a newer instance has taken over this one's streams, so that this one cannot go on. */
  public final boolean isHandedOver() {
    return host != null && host.isHandedOver();
  }

  /**
   * Called when a newer version, which has been started beside this one, calls {@link Host#inherit()}: what it shall
   * have, within 3 s. A plugin that leaves something must do nothing more by itself from then on, and
   * {@link #stop(Host)} is not called. One that leaves nothing, which is what happens unless this is overridden, goes
   * on until it is undeployed.
   */
  protected Future<Handover> handOver(Host host) {
    return Future.succeededFuture(Handover.nothing());
  }

  /** How long open streams may go on after an undeploy: {@code drainMillis} of the config or 5 s unless overridden. */
  protected Duration drain() {
    return Duration.ofMillis(config().getLong("drainMillis", 5_000L));
  }

  /** This plugin's settings from the node's config; empty, never {@code null}. */
  protected final JsonObject settings() {
    return config().getJsonObject("settings", new JsonObject());
  }

  /**
   * Where this plugin may keep files of its own, which are there again at the next start: the folder of its name in the
   * node's data folder. It need not exist yet. Empty where nobody said so, as in a test.
   */
  protected final Optional<Path> folder() {
    return Optional.ofNullable(config().getString("folder")).map(Path::of);
  }

  /** The plugin's name in this node. */
  protected final String plugin() {
    return config().getString("plugin", getClass().getSimpleName());
  }

  /**
   * Serves this plugin's JSON interface, see {@link Host#serve}.
   */
  protected final Future<Void> serve(Function<JsonObject, Future<JsonObject>> answer) {
    return host.serve(answer);
  }

  @Override
  public final Future<?> start() {
    String node = config().getString("node");
    if (node == null) {
      return Future.failedFuture(Failure.BAD_REQUEST.because(
          "config has no \"node\": deploy " + getClass().getName() + " with {\"node\": \"<name of a running node>\"}"));
    }
    HostFactory factory = ServiceLoader.load(HostFactory.class, HostFactory.class.getClassLoader()).findFirst()
        .orElseThrow(() -> new IllegalStateException("peerbus-core is not on the class path: no HostFactory"));
    return factory.attach(vertx, context, config().copy().put("plugin", plugin())).compose(attached -> {
      host = attached;
      host.onSuccessor(() -> handOver(host));
      Future<?> started;
      try {
        started = Objects.requireNonNull(start(attached), "start(host) gave no future");
      } catch (Throwable e) {
        started = Future.failedFuture(e);
      }
      return started.recover(e -> attached.close(Duration.ZERO).transform(closed -> Future.failedFuture(e)));
    });
  }

  @Override
  public final Future<?> stop() {
    if (host == null) {
      return Future.succeededFuture();
    }
    Future<?> stopped;
    try {
      stopped = isHandedOver() ? Future.succeededFuture() : Objects.requireNonNull(stop(host), "stop(host) gave no future");
    } catch (Throwable e) {
      stopped = Future.failedFuture(e);
    }
    return stopped.transform(done -> host.close(drain()).transform(
        closed -> done.failed() ? Future.failedFuture(done.cause()) : Future.<Void>succeededFuture()));
  }
}
