package io.peerbus.ping.verticle;

import io.peerbus.api.Host;
import io.peerbus.multiformats.PeerId;
import io.peerbus.tck.ProtocolTck;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Ping keeps to the contract of plugins. */
class PingTckTest extends ProtocolTck {

  @Override
  protected Deployable plugin() {
    return new PingVerticle();
  }

  @Override
  protected List<String> protocols() {
    return List.of(PingProtocol.ID);
  }

  @Override
  protected String name() {
    return "ping";
  }

  @Override
  protected JsonObject settings() {
    return new JsonObject().put("intervalSeconds", 1);
  }

  @Override
  protected Future<?> honestExchange(Host peer, PeerId node) {
    return ask(peer, node, PingProtocol.ID, Buffer.buffer(new byte[32])).compose(
        answer -> answer.length() == 32 ? Future.succeededFuture()
        : Future.failedFuture(answer.length() + " bytes came back"));
  }
}
