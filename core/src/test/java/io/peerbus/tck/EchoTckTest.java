package io.peerbus.tck;

import io.peerbus.api.Host;
import io.peerbus.api.ProtocolVerticle;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/** The least plugin there is keeps to the contract. */
class EchoTckTest extends ProtocolTck {

  static final String ECHO = "/echo/1.0.0";

  static final class EchoVerticle extends ProtocolVerticle {
    @Override
    protected Future<?> start(Host host) {
      return host.handle(ECHO, stream -> stream.pipeTo(stream));
    }
  }

  @Override
  protected Deployable plugin() {
    return new EchoVerticle();
  }

  @Override
  protected List<String> protocols() {
    return List.of(ECHO);
  }

  @Override
  protected Future<?> honestExchange(Host peer, PeerId node) {
    return echo(peer, node);
  }

  static Future<?> echo(Host peer, PeerId node) {
    return ask(peer, node, ECHO, Buffer.buffer("honest")).compose(
        answer -> answer.toString().equals("honest") ? Future.succeededFuture()
        : Future.failedFuture("the echo said " + answer));
  }
}
