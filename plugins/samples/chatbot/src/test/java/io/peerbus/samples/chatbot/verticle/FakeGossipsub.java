package io.peerbus.samples.chatbot.verticle;

import io.peerbus.api.Host;
import io.peerbus.api.ProtocolVerticle;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashSet;
import java.util.Set;

/** Gossipsub's JSON interface without a network: what is published is delivered to all that subscribed. */
final class FakeGossipsub extends ProtocolVerticle {

  static JsonObject config(String node) {
    return new JsonObject().put("node", node).put("plugin", "gossipsub");
  }

  private final Set<String> subscribers = new LinkedHashSet<>();

  @Override
  protected Future<?> start(Host host) {
    return serve(request -> {
      switch (request.getString("op")) {
        case "subscribe" -> subscribers.add(request.getString("deliver"));
        case "unsubscribe" -> subscribers.remove(request.getString("deliver"));
        default -> subscribers.forEach(address -> vertx.eventBus().request(address, new JsonObject()
            .put("topic", request.getString("topic")).put("from", request.getString("from", host.id().toString()))
            .put("data", Buffer.buffer(request.getBinary("data")))));
      }
      return Future.succeededFuture(new JsonObject());
    });
  }
}
