package io.peerbus.api;

import io.vertx.core.Future;
import java.util.List;
import java.util.function.Function;

/**
 * A claim on protocol ids with a handler on each event loop, see {@link Loops#handle}. Belongs to the plugin's context.
 *
 * @param <H> the handlers
 */
public interface LoopRegistration<H> extends Registration {

  /**
   * Asks all handlers, each on its own loop.
   *
   * @return the answers; completes on the plugin's context, and fails when {@code question} throws
   */
  <T> Future<List<T>> each(Function<H, T> question);
}
