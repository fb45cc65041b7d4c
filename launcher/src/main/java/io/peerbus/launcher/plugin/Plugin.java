package io.peerbus.launcher.plugin;

import io.peerbus.launcher.config.PluginConfig;
import io.peerbus.launcher.plugin.PluginEvents.Kind;
import io.peerbus.launcher.plugin.jar.PluginException;
import io.peerbus.launcher.plugin.jar.WorkingCopy;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The life of one plugin in one node, whatever its version: started, replaced, rolled back, restarted when it crashes,
 * stopped. One thing at a time: what is asked for while another is under way waits for its turn.
 *
 * <p>Not thread safe, owned by the manager's context. Futures fail with a {@link PluginException}.
 */
final class Plugin {

  /** Where it stands. */
  enum State { STOPPED, WAITING, STARTING, RUNNING, RESTARTING, FAILED }

  /**
   * What all plugins of a node share.
   *
   * @param context of the manager
   * @param numbers counts the starts
   * @param leaving gets the end of each instance that was replaced and still drains
   * @param budgets of bus messages
   */
  record Surroundings(Context context, String node, PluginEvents events, Supplier<Long> numbers,
      Consumer<Future<Void>> leaving, BusBudgets budgets) {}

  private static final long NO_TIMER = -1;

  private final Surroundings surroundings;
  private final Context context;
  private final String id;
  private final BusMeter meter = new BusMeter(System.nanoTime());
  private PluginConfig config;
  private Restarts restarts;
  private State state = State.STOPPED;
  private String problem;
  private Instance current;
  private WorkingCopy previous;
  private PluginConfig previousConfig;
  private long probationUntil;
  private long restartTimer = NO_TIMER;
  private long errors;
  private long blocked;
  private Future<?> turn = Future.succeededFuture();

  Plugin(Surroundings surroundings, PluginConfig config) {
    this.surroundings = surroundings;
    this.context = surroundings.context();
    this.id = config.id();
    configure(config);
  }

  private void configure(PluginConfig next) {
    config = next;
    restarts = new Restarts(Supervision.of(next.supervision()));
    meter.setBudget(System.nanoTime(), next.budget());
  }

  String id() {
    return id;
  }

  PluginConfig config() {
    return config;
  }

  State state() {
    return state;
  }

  boolean isRunning() {
    return current != null && (state == State.RUNNING || state == State.STARTING);
  }

  /** The version that runs, or the one that was last to; {@code null} when there is none. */
  WorkingCopy copy() {
    return current == null ? null : current.copy();
  }

  WorkingCopy previous() {
    return previous;
  }

  ClassLoader loader() {
    return current == null ? null : current.loader();
  }

  private <T> Future<T> inTurn(Supplier<Future<T>> operation) {
    Future<T> mine = turn.transform(before -> operation.get());
    turn = mine;
    return mine;
  }

  /** Waits for another plugin, until {@link #deploy}. */
  void await(PluginConfig next, String reason) {
    configure(next);
    set(State.WAITING, reason);
    surroundings.events().tell(Kind.WAITING, id, null, reason);
  }

  /** Starts a version; the one that runs is replaced by it. */
  Future<Void> deploy(PluginConfig next, WorkingCopy copy) {
    return inTurn(() -> {
      cancelRestart();
      if (current != null) {
        return replace(next, copy).onSuccess(done -> tell(Kind.REPLACED, null));
      }
      configure(next);
      set(State.STARTING, null);
      return start(copy, false).compose(done -> {
        set(State.RUNNING, null);
        tell(Kind.DEPLOYED, null);
        return Future.succeededFuture();
      }, error -> {
        set(State.FAILED, error.getMessage());
        return discard(copy).compose(gone -> Future.failedFuture(error));
      });
    });
  }

  /** Puts the version before in the place of the one that runs. */
  Future<Void> rollback() {
    return inTurn(() -> {
      cancelRestart();
      if (previous == null) {
        return Future.failedFuture(new PluginException("there is no version of \"" + id + "\" to go back to"));
      }
      return rollback(null);
    });
  }

  /** Stops it. Nothing is left of it but its name. */
  Future<Void> undeploy() {
    return inTurn(() -> {
      cancelRestart();
      Instance stopping = current;
      if (stopping == null) {
        set(State.STOPPED, null);
        return Future.succeededFuture();
      }
      current = null;
      return stopping.stop().compose(done -> {
        set(State.STOPPED, null);
        surroundings.events().tell(Kind.UNDEPLOYED, id, stopping.copy().jar().version(), null);
        WorkingCopy older = previous;
        previous = null;
        return discard(stopping.copy()).compose(gone -> discard(older));
      });
    });
  }

  /** Runs the version there is with another config. */
  Future<Void> reconfigure(PluginConfig next) {
    return inTurn(() -> {
      if (current == null) {
        configure(next);
        return Future.succeededFuture();
      }
      return replace(next, current.copy()).onSuccess(done -> tell(Kind.REPLACED, "its config has changed"));
    });
  }

  private Future<Void> start(WorkingCopy copy, boolean replaces) {
    long number = surroundings.numbers().get();
    return context.executeBlocking(() -> Loaded.of(copy), false)
        .compose(loaded -> {
          surroundings.budgets().charge(loaded.loader(), id, meter);
          return Instance.start(context,
              new Instance.Start(surroundings.node(), config, number, replaces), loaded, this::onError);
        })
        .onSuccess(started -> current = started)
        .mapEmpty();
  }

  /** The new version beside the old, then the old one drains. When the new one does not start the old one stays. */
  private Future<Void> replace(PluginConfig next, WorkingCopy copy) {
    Instance old = current;
    PluginConfig before = config;
    config = next;
    return start(copy, true).compose(done -> {
      configure(next);
      keep(old.copy(), before);
      probationUntil = now() + Supervision.of(next.supervision()).probation();
      set(State.RUNNING, null);
      surroundings.leaving().accept(old.stop());
      return Future.succeededFuture();
    }, error -> {
      config = before;
      return recover(old)
          .transform(done -> copy == old.copy() ? Future.succeededFuture() : discard(copy))
          .transform(done -> Future.failedFuture(error));
    });
  }

  /** An old instance that has already given its streams to a new one, which failed, must begin anew. */
  private Future<Void> recover(Instance old) {
    if (!old.isHandedOver()) {
      return Future.succeededFuture();
    }
    current = null;
    return old.stop().compose(gone -> start(old.copy(), false))
        .onFailure(error -> set(State.FAILED, error.getMessage()));
  }

  private Future<Void> rollback(String reason) {
    WorkingCopy back = previous;
    PluginConfig backConfig = previousConfig;
    previous = null;
    probationUntil = 0;
    if (current != null) {
      return replace(backConfig, back).onSuccess(done -> {
        probationUntil = 0;
        tell(Kind.ROLLED_BACK, reason);
      });
    }
    configure(backConfig);
    return start(back, false).onSuccess(done -> {
      set(State.RUNNING, null);
      tell(Kind.ROLLED_BACK, reason);
    });
  }

  private void keep(WorkingCopy copy, PluginConfig itsConfig) {
    WorkingCopy dropped = previous;
    previous = copy;
    previousConfig = itsConfig;
    if (dropped != copy && dropped != current.copy()) {
      discard(dropped);
    }
  }

  private Future<Void> discard(WorkingCopy copy) {
    return copy == null ? Future.succeededFuture() : context.executeBlocking(() -> {
      copy.close();
      return null;
    }, false);
  }

  /** An error that the plugin did not catch. Called on the plugin's thread. */
  private void onError(String error) {
    context.runOnContext(v -> {
      errors++;
      surroundings.events().tell(Kind.FAILED, id, null, error);
      if (restarts.onError(now()) && state == State.RUNNING) {
        crash("too many errors, the last one: " + error);
      }
    });
  }

  /** It holds up its thread. One on an event loop holds up others there too, so it moves to threads of its own. */
  void onBlocked(String where) {
    blocked++;
    surroundings.events().tell(Kind.BLOCKED, id, null, where);
    if (state == State.RUNNING && current.config().threading() == ThreadingModel.EVENT_LOOP) {
      reconfigure(config.on(ThreadingModel.WORKER));
    }
  }

  /** Whatever it is, it cannot go on: another start follows, the version before, or nothing. */
  private void crash(String reason) {
    set(State.RESTARTING, reason);
    inTurn(() -> {
      if (current == null || state != State.RESTARTING) {
        return Future.succeededFuture(); // undeployed or replaced in the meantime
      }
      if (previous != null && now() < probationUntil) {
        return rollback(reason);
      }
      WorkingCopy copy = current.copy();
      OptionalLong pause = restarts.onCrash(now());
      Instance stopping = current;
      current = null;
      return stopping.stop().onSuccess(stopped -> pause.ifPresentOrElse(
          millis -> restartIn(millis, copy, reason), () -> giveUp(copy, reason)));
    });
  }

  private void restartIn(long millis, WorkingCopy copy, String reason) {
    surroundings.events().tell(Kind.RESTARTING, id, copy.jar().version(), "in " + millis + " ms, " + reason);
    restartTimer = context.owner().setTimer(Math.max(1, millis), timer -> {
      restartTimer = NO_TIMER;
      inTurn(() -> state == State.RESTARTING ? restart(copy) : Future.succeededFuture());
    });
  }

  private Future<Void> restart(WorkingCopy copy) {
    return start(copy, false).onComplete(done -> {
      set(State.RUNNING, null);
      tell(Kind.DEPLOYED, "restart " + restarts.total());
    }, error -> restarts.onCrash(now()).ifPresentOrElse(
        millis -> restartIn(millis, copy, error.getMessage()), () -> giveUp(copy, error.getMessage())));
  }

  private void giveUp(WorkingCopy copy, String reason) {
    set(State.FAILED, reason);
    surroundings.events().tell(Kind.GIVEN_UP, id, copy.jar().version(), "after " + restarts.total()
        + " restarts, the last time: " + reason + "; start it again with: peerbus plugin deploy " + id);
    discard(copy);
  }

  private void cancelRestart() {
    if (restartTimer != NO_TIMER) {
      context.owner().cancelTimer(restartTimer);
      restartTimer = NO_TIMER;
    }
  }

  private void set(State next, String why) {
    state = next;
    problem = why;
  }

  private void tell(Kind kind, String reason) {
    surroundings.events().tell(kind, id, current.copy().jar().version(), reason);
  }

  private static long now() {
    return System.nanoTime() / 1_000_000;
  }

  JsonObject toJson() {
    WorkingCopy copy = copy();
    JsonObject json = new JsonObject()
        .put("id", id)
        .put("version", copy == null ? null : copy.jar().version())
        .put("jar", copy == null ? null : copy.source())
        .put("sha256", copy == null ? null : copy.sha256())
        .put("publisher", copy == null || copy.publisher() == null ? null : copy.publisher().toString())
        .put("threading", config.threadingName())
        .put("state", state.name().toLowerCase(Locale.ROOT))
        .put("restarts", restarts.total())
        .put("errors", errors)
        .put("blocked", blocked)
        .put("refusals", meter.refused())
        .put("previous", previous == null ? null : previous.jar().version());
    return problem == null ? json : json.put("problem", problem);
  }
}
