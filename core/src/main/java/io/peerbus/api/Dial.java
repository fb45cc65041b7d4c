package io.peerbus.api;

import io.peerbus.multiformats.PeerId;
import io.vertx.core.Future;

/** A request for a connection that can be taken back, see {@link Host#dial}. Belongs to the context of its host. */
public interface Dial {

  /** Completes as {@link Host#connect} does, or fails with {@link Failure#CANCELLED} when it was taken back. */
  Future<PeerId> connected();

  /**
   * Takes the request back: attempts that nobody else waits for are given up, and {@link #connected} fails at once
   * when core has heard. No effect on a request that was answered, and none on a connection that is up: to close that
   * is for {@link Host#disconnect}.
   */
  void cancel();
}
