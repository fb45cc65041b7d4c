package io.peerbus.samples.keyvalue.verticle;

import io.peerbus.api.Host;
import io.peerbus.api.ProtocolVerticle;
import io.vertx.core.Future;

/** The sample plugin keyvalue: a store that peers ask, and a way to ask theirs. */
public final class KeyValueVerticle extends ProtocolVerticle {

  @Override
  protected Future<?> start(Host host) {
    KeyValueProtocol protocol = new KeyValueProtocol(vertx, host, KeyValueSettings.of(settings()));
    return protocol.start().compose(started -> serve(protocol::answer));
  }
}
