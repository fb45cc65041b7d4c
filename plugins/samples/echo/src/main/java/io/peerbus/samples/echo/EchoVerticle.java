package io.peerbus.samples.echo;

import io.peerbus.api.Host;
import io.peerbus.api.ProtocolVerticle;
import io.vertx.core.Future;

/** Writes back what comes. A peer that does not read is not read from either: {@code pipeTo} sees to that. */
public final class EchoVerticle extends ProtocolVerticle {

  static final String ID = "/echo/1.0.0";

  @Override
  protected Future<?> start(Host host) {
    return host.handle(ID, stream -> stream.pipeTo(stream));
  }
}
