package io.peerbus.samples.echo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.peerbus.api.Host;
import io.peerbus.multiformats.PeerId;
import io.peerbus.tck.ProtocolTck;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/** The echo keeps to the contract of plugins, and says what it was told. */
class EchoTckTest extends ProtocolTck {

  @Override
  protected Deployable plugin() {
    return new EchoVerticle();
  }

  @Override
  protected List<String> protocols() {
    return List.of(EchoVerticle.ID);
  }

  @Override
  protected Future<?> honestExchange(Host peer, PeerId node) {
    return ask(peer, node, EchoVerticle.ID, Buffer.buffer("hello"))
        .onSuccess(answer -> assertEquals("hello", answer.toString()));
  }
}
