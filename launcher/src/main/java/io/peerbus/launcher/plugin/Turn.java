package io.peerbus.launcher.plugin;

import io.vertx.core.Future;
import java.util.function.Supplier;

/** Operations that come one after the other, whatever becomes of each. Not thread safe, owned by its owner's context. */
final class Turn {

  private Future<?> last = Future.succeededFuture();

  /** Begins when all that was asked for before is over. */
  <T> Future<T> next(Supplier<Future<T>> operation) {
    Future<T> mine = last.transform(before -> operation.get());
    last = mine;
    return mine;
  }
}
