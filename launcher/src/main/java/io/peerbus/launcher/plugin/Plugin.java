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
   * @param place of the node
   * @param budgets of bus messages
   */
  record Surroundings(Context context, Instance.Place place, PluginEvents events, Owner owner, BusBudgets budgets) {}

  /** What a plugin tells its manager. */
  interface Owner {

    /** Counts the starts. */
    long nextStart();

    /** An instance was replaced and still drains, until this completes. */
    void leaves(Future<Void> gone);

    /** It runs, and did not before. */
    void runs(String id);

    /** It has gone back to the version before, by itself. */
    void rolledBack(Plugin plugin);

    /** It will not start again by itself. */
    void gaveUp(String id);
  }

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
  private WorkingCopy pending; // what the next restart is of
  private WorkingCopy previous;
  private PluginConfig previousConfig;
  private long probationUntil;
  private long restartTimer = NO_TIMER;
  private long errors;
  private long blocked;
  private final Turn turn = new Turn();

  Plugin(Surroundings surroundings, PluginConfig config) {
    this.surroundings = surroundings;
    this.context = surroundings.context();
    this.id = config.id();
    configure(config);
  }

  private void configure(PluginConfig next) {
    config = next;
    restarts = new Restarts(Supervision.of(next.supervision()));
    meter.setBudget(System.nanoTime(), next);
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

  /** Whether it runs, or will as soon as it can. */
  boolean isWanted() {
    return isRunning() || state == State.RESTARTING || state == State.WAITING;
  }

  /** The version that runs, or that is to be restarted; {@code null} when there is none. */
  WorkingCopy copy() {
    return current == null ? pending : current.copy();
  }

  WorkingCopy previous() {
    return previous;
  }

  ClassLoader loader() {
    return current == null ? null : current.loader();
  }

  private <T> Future<T> inTurn(Supplier<Future<T>> operation) {
    return turn.next(operation);
  }

  /** Waits for another plugin, until {@link #deploy}. */
  void await(PluginConfig next, String reason) {
    configure(next);
    set(State.WAITING, reason);
    surroundings.events().tell(Kind.WAITING, id, null, reason);
  }

  /** Its jar cannot be used. The version that runs stays. */
  void refuse(String reason) {
    if (copy() == null) {
      set(State.FAILED, reason);
    }
  }

  /** Starts a version; the one that runs is replaced by it. */
  Future<Void> deploy(PluginConfig next, WorkingCopy copy) {
    return inTurn(() -> {
      cancelRestart();
      return current == null ? begin(next, copy, Kind.DEPLOYED)
          : replace(next, copy).onSuccess(done -> tell(Kind.REPLACED, null));
    });
  }

  private Future<Void> begin(PluginConfig next, WorkingCopy copy, Kind kind) {
    WorkingCopy dropped = pending;
    pending = null;
    configure(next);
    set(State.STARTING, null);
    return discard(dropped).compose(gone -> start(copy, false)).compose(done -> {
      runs(kind, null);
      return Future.succeededFuture();
    }, error -> {
      set(State.FAILED, error.getMessage());
      return discard(copy).compose(gone -> Future.failedFuture(error));
    });
  }

  /** Puts the version before in the place of the one that runs. */
  Future<Void> rollback() {
    return inTurn(() -> {
      cancelRestart();
      return previous == null ? Future.failedFuture(Installer.nothingBefore(id)) : rollback(null);
    });
  }

  /** Stops it. Nothing is left of it but its name. */
  Future<Void> undeploy() {
    return inTurn(() -> {
      cancelRestart();
      WorkingCopy last = copy();
      WorkingCopy older = previous;
      Future<Void> stopped = current == null ? Future.succeededFuture() : current.stop();
      current = null;
      pending = null;
      previous = null;
      return stopped.compose(done -> discard(last)).compose(done -> discard(older)).onSuccess(done -> {
        set(State.STOPPED, null);
        if (last != null) {
          surroundings.events().tell(Kind.UNDEPLOYED, id, last.jar().version(), null);
        }
      });
    });
  }

  /** Runs the version there is with another config; with the same there is nothing to do. */
  Future<Void> reconfigure(PluginConfig next) {
    return inTurn(() -> next.equals(config) ? Future.succeededFuture() : reconfigureNow(next));
  }

  private Future<Void> reconfigureNow(PluginConfig next) {
    if (current == null) {
      configure(next);
      return Future.succeededFuture();
    }
    return replace(next, current.copy()).onSuccess(done -> tell(Kind.REPLACED, "its config has changed"));
  }

  private Future<Void> start(WorkingCopy copy, boolean replaces) {
    long number = surroundings.owner().nextStart();
    Instance.Start start = new Instance.Start(surroundings.place(), config, number, replaces);
    return Loaded.load(context, id, copy, TimeLimits.of(config.supervision()).start())
        .compose(loaded -> {
          surroundings.budgets().charge(loaded.loader(), id, meter);
          return Instance.start(context, start, loaded, error -> onError(number, error));
        })
        .onSuccess(started -> {
          current = started;
          pending = null;
        })
        .mapEmpty();
  }

  /** The new version beside the old, then the old one drains. When the new one does not start the old one stays. */
  private Future<Void> replace(PluginConfig next, WorkingCopy copy) {
    Instance old = current;
    PluginConfig before = config;
    config = next;
    return start(copy, true).compose(done -> {
      configure(next);
      if (copy != old.copy()) {
        keep(old.copy(), before);
        probationUntil = now() + Supervision.of(next.supervision()).probation();
      }
      set(State.RUNNING, null);
      surroundings.owner().leaves(old.stop());
      return Future.succeededFuture();
    }, error -> {
      config = before;
      return (copy == old.copy() ? Future.<Void>succeededFuture() : discard(copy))
          .compose(done -> recover(old, error.getMessage()))
          .transform(done -> Future.failedFuture(error));
    });
  }

  /** An old instance that has already given its streams to a new one, which failed, must begin anew. */
  private Future<Void> recover(Instance old, String reason) {
    if (!old.isHandedOver()) {
      return Future.succeededFuture();
    }
    current = null;
    pending = old.copy();
    set(State.RESTARTING, reason);
    return old.stop().compose(gone -> restart());
  }

  private Future<Void> rollback(String reason) {
    WorkingCopy back = previous;
    PluginConfig backConfig = previousConfig;
    previous = null;
    if (current == null) {
      return begin(backConfig, back, Kind.ROLLED_BACK);
    }
    return replace(backConfig, back).onSuccess(done -> {
      probationUntil = 0; // or two bad versions would take turns
      tell(Kind.ROLLED_BACK, reason);
    });
  }

  private void keep(WorkingCopy copy, PluginConfig itsConfig) {
    discard(previous);
    previous = copy;
    previousConfig = itsConfig;
  }

  /** A version was taken back everywhere: this plugin does not go to it again by itself. */
  void forgetPrevious(String sha256) {
    if (previous != null && previous.sha256().equals(sha256)) {
      discard(previous);
      previous = null;
    }
  }

  private Future<Void> discard(WorkingCopy copy) {
    return copy == null ? Future.succeededFuture() : context.executeBlocking(() -> {
      copy.close();
      return null;
    }, false);
  }

  /** An error that the plugin did not catch, in the start of this number. Called on the plugin's thread. */
  private void onError(long number, String error) {
    context.runOnContext(v -> {
      errors++;
      if (current == null || current.number() != number || state != State.RUNNING) {
        return; // a version that goes, or one that counts as crashed already
      }
      surroundings.events().tell(Kind.FAILED, id, null, error);
      if (restarts.onError(now())) {
        crash("too many errors, the last one: " + error);
      }
    });
  }

  /** It holds up its thread. One on an event loop holds up others there too, so it moves to threads of its own. */
  void onBlocked(String where) {
    blocked++;
    surroundings.events().tell(Kind.BLOCKED, id, null, where);
    if (isOnEventLoop()) {
      inTurn(() -> isOnEventLoop() ? reconfigureNow(config.on(ThreadingModel.WORKER)) : Future.succeededFuture());
    }
  }

  private boolean isOnEventLoop() {
    return state == State.RUNNING && current != null && current.config().threading() == ThreadingModel.EVENT_LOOP;
  }

  /** Whatever it is, it cannot go on: another start follows, the version before, or nothing. */
  private void crash(String reason) {
    set(State.RESTARTING, reason);
    inTurn(() -> {
      if (current == null || state != State.RESTARTING) {
        return Future.succeededFuture(); // undeployed or replaced in the meantime
      }
      if (previous == null || now() >= probationUntil) {
        return stopAndRestart(reason);
      }
      Future<Void> back = rollback(reason).onSuccess(done -> surroundings.owner().rolledBack(this));
      return back.recover(e -> current == null || state != State.RESTARTING ? Future.failedFuture(e)
          : stopAndRestart(reason + "; nor does the version before run: " + e.getMessage()));
    });
  }

  private Future<Void> stopAndRestart(String reason) {
    Instance stopping = current;
    current = null;
    pending = stopping.copy();
    return stopping.stop().onSuccess(stopped -> restartLater(reason));
  }

  private void restartLater(String reason) {
    restarts.onCrash(now()).ifPresentOrElse(millis -> restartIn(millis, reason), () -> giveUp(reason));
  }

  private void restartIn(long millis, String reason) {
    surroundings.events().tell(Kind.RESTARTING, id, pending.jar().version(), "in " + millis + " ms, " + reason);
    restartTimer = context.owner().setTimer(Math.max(1, millis), timer -> {
      restartTimer = NO_TIMER;
      inTurn(() -> state == State.RESTARTING && pending != null ? restart() : Future.succeededFuture());
    });
  }

  private Future<Void> restart() {
    return start(pending, false).onComplete(
        done -> runs(Kind.DEPLOYED, "restart " + restarts.total()),
        error -> restartLater(error.getMessage()));
  }

  private void giveUp(String reason) {
    WorkingCopy copy = pending;
    pending = null;
    set(State.FAILED, reason);
    surroundings.events().tell(Kind.GIVEN_UP, id, copy.jar().version(), "after " + restarts.total()
        + " restarts, the last time: " + reason + "; start it again with: peerbus plugin deploy " + id);
    discard(copy);
    surroundings.owner().gaveUp(id);
  }

  private void cancelRestart() {
    if (restartTimer != NO_TIMER) {
      context.owner().cancelTimer(restartTimer);
      restartTimer = NO_TIMER;
    }
  }

  private void runs(Kind kind, String reason) {
    set(State.RUNNING, null);
    tell(kind, reason);
    surroundings.owner().runs(id);
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
        .put("id", id).put("plugin", config.plugin())
        .put("version", copy == null ? null : copy.jar().version())
        .put("jar", copy == null ? null : copy.source()).put("sha256", copy == null ? null : copy.sha256())
        .put("publisher", copy == null || copy.publisher() == null ? null : copy.publisher().toString())
        .put("threading", config.threadingName()).put("state", state.name().toLowerCase(Locale.ROOT))
        .put("restarts", restarts.total()).put("errors", errors)
        .put("blocked", blocked).put("refusals", meter.refused())
        .put("previous", previous == null ? null : previous.jar().version());
    return problem == null ? json : json.put("problem", problem);
  }
}
