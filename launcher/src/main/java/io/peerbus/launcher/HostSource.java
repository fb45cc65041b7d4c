package io.peerbus.launcher;

import io.peerbus.launcher.data.NodeClaim;
import io.vertx.core.Deployable;
import io.vertx.core.json.JsonObject;

/** Makes the verticle that owns the wire. A node uses core's; tests of the launcher use one without sockets. */
@FunctionalInterface
public interface HostSource {

  /**
   * {@code options} is the JSON form of core's {@code HostOptions}, and {@code claim} has the secrets that are not in
   * it.
   */
  Deployable create(JsonObject options, NodeClaim claim);
}
