package io.peerbus.launcher;

import io.peerbus.api.Failure;
import io.peerbus.launcher.config.ConfigChange;
import io.peerbus.launcher.config.ConfigDiff;
import io.peerbus.launcher.config.ConfigException;
import io.peerbus.launcher.config.NodeConfig;
import io.peerbus.launcher.config.PluginPolicy;
import io.peerbus.launcher.logs.LogLevels;
import io.peerbus.launcher.plugin.PluginManager;
import io.peerbus.launcher.plugin.jar.PluginException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a node to its config file: looks at it every second, and when it has changed and stays as it is for one more
 * look, reads it, checks it as at the start, and applies what differs. A config with a mistake in it is refused as a
 * whole, and the one before stays. The mistake may be that a jar is missing: whenever something becomes of a plugin, a
 * config that is refused is tried again, without a word unless something else comes of it.
 *
 * <p>Owned by the context of the node's verticle; the file is read on worker threads. One reload at a time.
 */
final class ConfigReload {

  private static final Logger LOG = LoggerFactory.getLogger(ConfigReload.class);

  private static final long POLL_MILLIS = 1_000;

  /** The parts of a running node that a config concerns; {@code limits} takes the form of core's options, and the gater's
   * rules with them. */
  record Parts(PluginManager plugins, LogLevels levels, Function<JsonObject, Future<Void>> limits) {}

  private final Context context;
  private final ConfigFile file;
  private final NodeConfig started;
  private final Parts parts;
  private NodeConfig current;
  private String seen;
  private String last;
  private String refusal; // why the last one was not taken, or null
  private boolean again; // whether it is about to be tried again
  private MessageConsumer<JsonObject> pluginEvents;
  private long timer = -1;
  private Future<?> turn = Future.succeededFuture();

  /** {@code started} is what the node was started with. */
  ConfigReload(Context context, ConfigFile file, NodeConfig started, Parts parts) {
    this.context = context;
    this.file = file;
    this.started = started;
    this.parts = parts;
    current = started;
  }

  /** What changes in the file from now on counts. */
  Future<Void> start() {
    parts.plugins().onReload(this::reload);
    pluginEvents = context.owner().eventBus().localConsumer(
        "peerbus." + started.node() + ".plugins.events", event -> onPlugin(event.body()));
    return context.<String>executeBlocking(file::stamp, false).onSuccess(stamp -> {
      seen = stamp;
      last = stamp;
      timer = context.owner().setPeriodic(POLL_MILLIS, id -> look());
    }).mapEmpty();
  }

  void stop() {
    context.owner().cancelTimer(timer);
    if (pluginEvents != null) {
      pluginEvents.unregister();
    }
  }

  /** A refusal counts too: by the config that is refused that jar may be good. */
  private void onPlugin(JsonObject event) {
    if (refusal != null && !again && event.getString("id") != null) {
      again = true;
      reload(true);
    }
  }

  private void look() {
    context.<String>executeBlocking(file::stamp, false).onSuccess(stamp -> {
      boolean changed = stamp != null && stamp.equals(last) && !stamp.equals(seen);
      last = stamp;
      if (changed) {
        seen = stamp;
        reload(); // which tells what came of it
      }
    });
  }

  /** Reads the file now; completes with what was changed and what needs a restart, or fails with all mistakes. */
  Future<JsonObject> reload() {
    return reload(false);
  }

  private Future<JsonObject> reload(boolean onceMore) {
    Future<JsonObject> mine = turn.transform(before -> read(onceMore))
        .compose(next -> check(next).compose(sound -> {
          refusal = null;
          return apply(next);
        }))
        .onFailure(error -> refused(error, onceMore));
    turn = mine;
    return mine;
  }

  private Future<NodeConfig> read(boolean onceMore) {
    again &= !onceMore; // what becomes of a plugin from now on calls for another try
    return context.<String>executeBlocking(file::stamp, false).compose(stamp -> {
      seen = stamp == null ? seen : stamp; // who asked is told what comes of it: the next look need not say it again
      return context.executeBlocking(this::read, false);
    });
  }

  private NodeConfig read() {
    try {
      NodeConfig next = file.reader().read();
      return next.isNamed() ? next : next.with("node name", new JsonObject().put("node", started.node()));
    } catch (ConfigException | StartException e) {
      throw Failure.BAD_REQUEST.because(e.getMessage());
    }
  }

  /** A node would not start with a plugin that is refused. */
  private Future<Void> check(NodeConfig next) {
    PluginPolicy policy = next.pluginPolicy();
    if (next.plugins().equals(current.plugins()) && policy.equals(current.pluginPolicy())) {
      return Future.succeededFuture();
    }
    return parts.plugins().refusals(policy, next.plugins()).compose(refusals -> refusals.isEmpty()
        ? Future.succeededFuture()
        : Future.failedFuture(Failure.BAD_REQUEST.because(file.path() + ": " + String.join("; ", refusals))));
  }

  private void refused(Throwable error, boolean onceMore) {
    String reason = words(error);
    if (onceMore && reason.equals(refusal)) {
      return;
    }
    refusal = reason;
    LOG.warn("The config is refused, the one before stays: {}", reason);
    parts.plugins().publish(new JsonObject().put("event", "configRefused").put("reason", reason));
  }

  private static String words(Throwable error) {
    return error instanceof PluginException ? error.getMessage() : Failure.of(error).getMessage();
  }

  private Future<JsonObject> apply(NodeConfig next) {
    List<String> done = new ArrayList<>();
    List<String> failed = new ArrayList<>();
    Future<Void> all = Future.succeededFuture();
    for (ConfigChange change : ConfigDiff.between(current, next)) {
      all = all.compose(before -> apply(change, next)).onSuccess(applied -> done.add(change.text())).recover(error -> {
        failed.add(change.text() + ": " + words(error));
        return Future.succeededFuture();
      });
    }
    current = next;
    return all.map(applied -> tell(done, ConfigDiff.restart(started, next), failed));
  }

  private Future<Void> apply(ConfigChange change, NodeConfig next) {
    if (change instanceof ConfigChange.Logging logging) {
      parts.levels().apply(logging.levels());
    } else if (change instanceof ConfigChange.Limits limits) {
      return parts.limits().apply(limits.hostOptions());
    } else if (change instanceof ConfigChange.Gater gater) {
      return parts.limits().apply(gater.hostOptions());
    } else if (change instanceof ConfigChange.Policy policy) {
      parts.plugins().setPolicy(policy.policy());
    } else if (change instanceof ConfigChange.Removed removed) {
      return parts.plugins().forget(removed.id(), next.plugins());
    } else if (change instanceof ConfigChange.Added added) {
      return parts.plugins().configure(added.plugin());
    } else if (change instanceof ConfigChange.Changed changed) {
      return parts.plugins().configure(changed.plugin());
    }
    return Future.succeededFuture();
  }

  private JsonObject tell(List<String> done, List<String> restart, List<String> failed) {
    JsonObject answer = new JsonObject().put("changes", new JsonArray(done)).put("restart", new JsonArray(restart));
    if (!failed.isEmpty()) {
      answer.put("failed", new JsonArray(failed));
      LOG.warn("Not all of the config could be applied: {}", String.join("; ", failed));
    }
    if (!done.isEmpty() || !restart.isEmpty()) {
      LOG.info("The config has changed: {}{}", done.isEmpty() ? "nothing applies" : String.join("; ", done),
          restart.isEmpty() ? "" : "; needs a restart: " + String.join(", ", restart));
    }
    parts.plugins().publish(answer.copy().put("event", "configApplied"));
    return answer;
  }
}
