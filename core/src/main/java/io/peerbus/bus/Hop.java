package io.peerbus.bus;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Objects;
import java.util.function.Supplier;

/** From one context to another and back. */
final class Hop {

  private Hop() {}

  /** Works on another context; completes on this one. What is thrown fails the future. */
  static <T> Future<T> call(Context there, Supplier<Future<T>> work) {
    Context here = Objects.requireNonNull(Vertx.currentContext(), "on no context");
    Promise<T> done = Promise.promise();
    there.runOnContext(now -> begin(work).onComplete(
        (value, failure) -> here.runOnContext(back -> done.complete(value, failure))));
    return done.future();
  }

  private static <T> Future<T> begin(Supplier<Future<T>> work) {
    try {
      return Objects.requireNonNull(work.get(), "the work gave no future");
    } catch (RuntimeException | Error e) {
      return Future.failedFuture(e);
    }
  }
}
