package io.peerbus.bus;

import io.peerbus.api.Host;
import io.peerbus.api.HostFactory;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** Gives plugins their {@link Host} over the event bus. */
public final class BusHostFactory implements HostFactory {

  @Override
  public Future<Host> attach(Vertx vertx, Context context, String node, String plugin, boolean successor) {
    return BusHost.attach(vertx, node, plugin, successor).map(host -> host);
  }
}
