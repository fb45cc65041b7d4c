package io.peerbus.ping.verticle;

import io.peerbus.api.Driver;
import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.ping.PingOptions;
import io.vertx.core.Future;
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
   * @param cut when it completes, no more pings are begun
   */
  Future<JsonObject> run(Vertx vertx, Supplier<Future<Long>> ping, Future<Void> cut) {
    JsonObject result = new JsonObject().put("rttMicros", new JsonArray()).put("lost", 0);
    return run(vertx, ping, cut, count, result);
  }

  private Future<JsonObject> run(Vertx vertx, Supplier<Future<Long>> ping, Future<Void> cut, int left,
      JsonObject result) {
    long began = Driver.now();
    return ping.get().transform(answer -> {
      if (answer.succeeded()) {
        result.getJsonArray("rttMicros").add(answer.result() / 1_000);
      } else {
        FailureException failure = Failure.of(answer.cause());
        if (isFinal(failure.failure()) && result.getJsonArray("rttMicros").isEmpty()) {
          return Future.failedFuture(failure);
        }
        result.put("lost", result.getInteger("lost") + 1).put("reason", failure.getMessage());
      }
      if (left == 1 || cut.isComplete()) {
        return Future.succeededFuture(result);
      }
      long pause = interval - TimeUnit.NANOSECONDS.toMillis(Driver.now() - began);
      return (pause > 0 ? Future.any(vertx.timer(pause, TimeUnit.MILLISECONDS), cut) : Future.succeededFuture())
          .compose(next -> cut.isComplete() ? Future.succeededFuture(result)
              : run(vertx, ping, cut, left - 1, result));
    });
  }

  private static boolean isFinal(Failure failure) {
    return failure == Failure.UNSUPPORTED_PROTOCOL || failure == Failure.DIAL_FAILED || failure == Failure.UNAVAILABLE;
  }
}
