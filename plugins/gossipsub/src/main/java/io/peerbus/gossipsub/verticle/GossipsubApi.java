package io.peerbus.gossipsub.verticle;

import io.peerbus.api.Failure;
import io.peerbus.gossipsub.PublishResult;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** The plugin's JSON interface, see {@link GossipsubVerticle}: reads requests, writes answers. */
final class GossipsubApi {

  private static final String OPERATIONS = "subscribe, unsubscribe, publish, peers, topics, stats";

  private final GossipsubProtocol protocol;

  GossipsubApi(GossipsubProtocol protocol) {
    this.protocol = protocol;
  }

  /** Throws a failure, or fails the future with one, for a request that is wrong. */
  Future<JsonObject> answer(JsonObject request) {
    String op = text(request, "op");
    return switch (op) {
      case "subscribe" -> {
        protocol.subscribe(topic(request), text(request, "deliver"),
            request.containsKey("replaces") ? text(request, "replaces") : null);
        yield Future.succeededFuture(new JsonObject());
      }
      case "unsubscribe" -> {
        protocol.unsubscribe(topic(request), text(request, "deliver"));
        yield Future.succeededFuture(new JsonObject());
      }
      case "publish" -> protocol.publish(topic(request), data(request)).map(GossipsubApi::json);
      case "peers" -> Future.succeededFuture(new JsonObject()
          .put("peers", json(protocol.machine().peers(topic(request))))
          .put("mesh", json(protocol.machine().mesh(topic(request)))));
      case "topics" -> Future.succeededFuture(
          new JsonObject().put("topics", new JsonArray(protocol.machine().topics())));
      case "stats" -> Future.succeededFuture(protocol.stats());
      default -> throw Failure.BAD_REQUEST.because("op \"" + op + "\": unknown; there are " + OPERATIONS);
    };
  }

  private String topic(JsonObject request) {
    String topic = text(request, "topic");
    String problem = protocol.machine().problemWith(topic);
    if (problem != null) {
      throw Failure.BAD_REQUEST.because(problem);
    }
    return topic;
  }

  private static String text(JsonObject request, String name) {
    if (request.getValue(name) instanceof String text && !text.isEmpty()) {
      return text;
    }
    throw Failure.BAD_REQUEST.because(name + ": missing, empty or no text");
  }

  private static byte[] data(JsonObject request) {
    try {
      byte[] data = request.getBinary("data");
      if (data != null) {
        return data;
      }
    } catch (ClassCastException | IllegalArgumentException e) {
      throw Failure.BAD_REQUEST.because("data: not the base64url text of bytes");
    }
    throw Failure.BAD_REQUEST.because("data: missing");
  }

  private static JsonObject json(PublishResult result) {
    JsonObject json = new JsonObject()
        .put("id", Buffer.buffer(result.id().toBytes()))
        .put("peers", json(result.peers()))
        .put("subscribers", result.subscribers());
    return result.reason() == null ? json : json.put("reason", result.reason());
  }

  private static JsonArray json(List<PeerId> peers) {
    return new JsonArray(peers.stream().map(PeerId::toString).toList());
  }
}
