package io.peerbus.ping.verticle;

import io.peerbus.api.Handover;
import io.peerbus.api.Host;
import io.peerbus.api.ProtocolVerticle;
import io.vertx.core.Future;

/** The ping plugin: answers pings, and measures the round trip to peers. */
public final class PingVerticle extends ProtocolVerticle {

  private PingProtocol protocol;

  @Override
  protected Future<?> start(Host host) {
    protocol = new PingProtocol(vertx, host, PingSettings.ALL.read(settings()));
    return host.inherit().compose(left -> {
      left.ifPresent(all -> protocol.adopt(all.streams()));
      return protocol.start();
    }).compose(started -> serve(protocol::answer));
  }

  @Override
  protected Future<Handover> handOver(Host host) {
    return protocol == null ? super.handOver(host) : protocol.handOver();
  }

  @Override
  protected Future<?> stop(Host host) {
    if (protocol != null) {
      protocol.stop();
    }
    return super.stop(host);
  }
}
