package io.peerbus.perf.verticle;

import io.peerbus.api.Host;
import io.peerbus.api.ProtocolVerticle;
import io.vertx.core.Future;

/** The perf plugin: lets peers measure how fast bytes move, and measures it. */
public final class PerfVerticle extends ProtocolVerticle {

  @Override
  protected Future<?> start(Host host) {
    PerfProtocol protocol = new PerfProtocol(
        vertx, host, PerfSettings.ALL.read(settings()), "peerbus." + host.node() + "." + plugin() + ".events");
    return protocol.start().compose(started -> serve(protocol::answer));
  }
}
