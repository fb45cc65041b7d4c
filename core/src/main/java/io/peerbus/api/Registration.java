package io.peerbus.api;

import io.vertx.core.Future;
import java.time.Duration;

/** A claim: on protocol ids, or on events. It ends when it is closed or when its plugin is undeployed. */
public interface Registration {

  /**
   * Gives the claim back. New streams are refused at once; open ones may finish.
   *
   * @param drain how long open streams may go on before they are reset, 0 for not at all
   * @return completes when the last stream is gone or the drain is over
   */
  Future<Void> close(Duration drain);

  /** {@link #close(Duration)} without a drain. */
  default Future<Void> close() {
    return close(Duration.ZERO);
  }
}
