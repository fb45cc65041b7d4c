package io.peerbus.ping.verticle;

import io.peerbus.api.Driver;
import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.ping.PingOptions;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Timer;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A number of pings, one after the other.
 *
 * @param count how many, 1 to 1000
 * @param interval from the start of one to the start of the next, in milliseconds; longer when an answer takes longer
 * @param timeout of each, in nanoseconds
 */
record PingSeries(int count, int interval, long timeout) {

  private static final int MAX_COUNT = 1_000;
  private static final int MAX_INTERVAL = 60_000;
  private static final int MAX_TIMEOUT = 3_600_000;
  private static final int DEFAULT_INTERVAL = 1_000;

  static PingSeries of(JsonObject request, PingOptions options) {
    int timeout = (int) Math.min(MAX_TIMEOUT, TimeUnit.NANOSECONDS.toMillis(options.getTimeout()));
    return new PingSeries(number(request, "count", 1, MAX_COUNT, 1),
        number(request, "intervalMillis", 0, MAX_INTERVAL, DEFAULT_INTERVAL),
        TimeUnit.MILLISECONDS.toNanos(number(request, "timeoutMillis", 1, MAX_TIMEOUT, Math.max(1, timeout))));
  }

  private static int number(JsonObject request, String name, int min, int max, int otherwise) {
    Object value = request.getValue(name);
    if (value == null) {
      return otherwise;
    }
    // In one JVM a number arrives as its sender made it, int or long.
    if ((value instanceof Integer || value instanceof Long) && ((Number) value).longValue() >= min
        && ((Number) value).longValue() <= max) {
      return ((Number) value).intValue();
    }
    throw Failure.BAD_REQUEST.because(name + ": " + value + " is no number from " + min + " to " + max);
  }

  /**
   * Runs it. Completes with {@code rttMicros}, {@code lost} and the last {@code reason}; fails when the peer cannot be
   * reached at all or does not serve ping, since more pings would tell no more.
   *
   * @param cut when it completes, on any context, no more pings are begun
   */
  Future<JsonObject> run(Vertx vertx, Supplier<Future<Long>> ping, Future<Void> cut) {
    Run run = new Run(vertx, ping, cut);
    next(run, count);
    return run.done.future();
  }

  /** One that is under way. Its end is one promise's: a chain of a thousand futures would overflow the stack. */
  private static final class Run {
    private final Vertx vertx;
    private final Context context;
    private final Supplier<Future<Long>> ping;
    private final Future<Void> cut;
    private final Promise<JsonObject> done = Promise.promise();
    private final JsonArray micros = new JsonArray();
    private int lost;
    private String reason;

    private Run(Vertx vertx, Supplier<Future<Long>> ping, Future<Void> cut) {
      this.vertx = vertx;
      this.context = vertx.getOrCreateContext();
      this.ping = ping;
      this.cut = cut;
    }

    private void complete() {
      JsonObject result = new JsonObject().put("rttMicros", micros).put("lost", lost);
      done.complete(reason == null ? result : result.put("reason", reason));
    }
  }

  private void next(Run run, int left) {
    long began = Driver.now();
    run.ping.get().onComplete(answer -> {
      if (answer.succeeded()) {
        run.micros.add(answer.result() / 1_000);
      } else {
        FailureException failure = Failure.of(answer.cause());
        if (isFinal(failure.failure()) && run.micros.isEmpty()) {
          run.done.fail(failure);
          return;
        }
        run.lost++;
        run.reason = failure.getMessage();
      }
      if (left == 1 || run.cut.isComplete()) {
        run.complete();
        return;
      }
      long pause = interval - TimeUnit.NANOSECONDS.toMillis(Driver.now() - began);
      if (pause > 0) {
        Timer timer = run.vertx.timer(pause, TimeUnit.MILLISECONDS);
        Future.any(timer, run.cut).onComplete(paused -> {
          timer.cancel(); // or it would outlive the plugin
          goOn(run, left - 1);
        });
      } else {
        goOn(run, left - 1);
      }
    });
  }

  /** Not from within, since the stack has an end, and {@code cut} may be another context's. */
  private void goOn(Run run, int left) {
    run.context.runOnContext(now -> nextUnlessCut(run, left));
  }

  private void nextUnlessCut(Run run, int left) {
    if (run.cut.isComplete()) {
      run.complete();
    } else {
      next(run, left);
    }
  }

  private static boolean isFinal(Failure failure) {
    return failure == Failure.UNSUPPORTED_PROTOCOL || failure == Failure.DIAL_FAILED || failure == Failure.UNAVAILABLE;
  }
}
