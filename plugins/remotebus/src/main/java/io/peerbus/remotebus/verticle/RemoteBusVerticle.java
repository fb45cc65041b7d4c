package io.peerbus.remotebus.verticle;

import io.peerbus.api.Host;
import io.peerbus.api.ProtocolVerticle;
import io.vertx.core.Future;

/** The remotebus plugin: the event bus of another peer, as far as that peer allows it. */
public final class RemoteBusVerticle extends ProtocolVerticle {

  @Override
  protected Future<?> start(Host host) {
    RemoteBusSettings settings = RemoteBusSettings.of(settings());
    Inbound inbound = new Inbound(vertx, settings);
    Outbound outbound = new Outbound(vertx, host, settings.options());
    return host.handle(Inbound.ID, inbound::onStream).compose(handled -> serve(outbound::answer));
  }
}
