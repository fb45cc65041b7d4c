package io.peerbus.identify.verticle;

import io.peerbus.api.Host;
import io.peerbus.api.ProtocolVerticle;
import io.vertx.core.Future;

/** The identify plugin: tells peers who we are, asks them who they are, and tells the node what they said. */
public final class IdentifyVerticle extends ProtocolVerticle {

  private IdentifyProtocol protocol;

  @Override
  protected Future<?> start(Host host) {
    protocol = new IdentifyProtocol(vertx, host, IdentifySettings.ALL.read(settings()));
    return protocol.start().compose(started -> serve(protocol::answer));
  }

  @Override
  protected Future<?> stop(Host host) {
    return protocol == null ? super.stop(host) : protocol.stop();
  }
}
