package io.peerbus.identify.verticle;

import io.peerbus.api.Host;
import io.peerbus.multiformats.PeerId;
import io.peerbus.tck.ProtocolTck;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Identify keeps to the contract of plugins. */
class IdentifyTckTest extends ProtocolTck {

  @Override
  protected Deployable plugin() {
    return new IdentifyVerticle();
  }

  @Override
  protected List<String> protocols() {
    return List.of(IdentifyProtocol.ID, IdentifyProtocol.PUSH);
  }

  @Override
  protected String name() {
    return "identify";
  }

  @Override
  protected JsonObject settings() {
    return new JsonObject().put("debounceMillis", 20);
  }

  @Override
  protected Future<?> honestExchange(Host peer, PeerId node) {
    return ask(peer, node, IdentifyProtocol.ID, Buffer.buffer()).compose(
        told -> told.length() > 0 ? Future.succeededFuture() : Future.failedFuture("nothing was told"));
  }
}
