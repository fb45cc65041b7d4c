package io.peerbus.samples.keyvalue.verticle;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.peerbus.api.Failure;
import io.peerbus.api.Host;
import io.peerbus.api.Stream;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import io.peerbus.samples.keyvalue.KeyValueOptions;
import io.peerbus.samples.keyvalue.Store;
import io.peerbus.samples.keyvalue.pb.KeyValueProto.Request;
import io.peerbus.samples.keyvalue.pb.KeyValueProto.Request.Operation;
import io.peerbus.samples.keyvalue.pb.KeyValueProto.Response;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Both sides of the protocol on a host. Belongs to the context it is made on. */
final class KeyValueProtocol {

  static final String ID = "/peerbus/samples/keyvalue/1.0.0";

  private static final Logger LOG = LoggerFactory.getLogger(KeyValueProtocol.class);

  private final Vertx vertx;
  private final Host host;
  private final KeyValueOptions options;
  private final Store store;
  private final Map<PeerId, Integer> serving = new HashMap<>();

  KeyValueProtocol(Vertx vertx, Host host, KeyValueOptions options) {
    this.vertx = vertx;
    this.host = host;
    this.options = options;
    this.store = new Store(options);
  }

  Future<?> start() {
    return host.handle(ID, this::onStream);
  }

  private void onStream(Stream stream) {
    PeerId peer = stream.peer();
    if (serving.getOrDefault(peer, 0) >= options.maxStreamsPerPeer()) {
      LOG.debug("keyvalue: {} has {} requests open, one more is refused", peer, options.maxStreamsPerPeer());
      stream.reset();
      return;
    }
    serving.merge(peer, 1, Integer::sum);
    Exchange exchange = new Exchange(vertx, stream, options);
    exchange.message().onComplete(message -> answer(exchange, peer, message),
        e -> LOG.debug("keyvalue: no request from {}: {}", peer, e.getMessage()));
    exchange.closed().onComplete(over -> serving.computeIfPresent(peer, (id, count) -> count == 1 ? null : count - 1));
  }

  private void answer(Exchange exchange, PeerId peer, byte[] message) {
    try {
      exchange.say(store.answer(peer, Request.parseFrom(message)).toByteArray());
    } catch (InvalidProtocolBufferException e) {
      LOG.debug("keyvalue: {} sent no request: {}", peer, e.getMessage());
      exchange.giveUp();
    }
  }

  /** The JSON interface, see the package. */
  Future<JsonObject> answer(JsonObject asked) {
    Request.Builder request = Request.newBuilder().setOperation(operation(asked)).setKey(bytes(asked, "key"));
    if (request.getOperation() == Operation.PUT) {
      request.setValue(bytes(asked, "value"));
    }
    PeerId peer = peer(asked);
    Future<Response> response = peer == null || peer.equals(host.id())
        ? Future.succeededFuture(store.answer(host.id(), request.build())) : ask(peer, request.build());
    return response.map(KeyValueProtocol::json);
  }

  private Future<Response> ask(PeerId peer, Request request) {
    return host.open(peer, ID).compose(stream -> {
      Exchange exchange = new Exchange(vertx, stream, options);
      exchange.say(request.toByteArray());
      return exchange.message();
    }).map(message -> {
      try {
        return Response.parseFrom(message);
      } catch (InvalidProtocolBufferException e) {
        throw Failure.PROTOCOL_ERROR.because("keyvalue: " + peer + " sent no response: " + e.getMessage());
      }
    });
  }

  private static JsonObject json(Response response) {
    return switch (response.getStatus()) {
      case OK -> response.getValue().isEmpty() ? new JsonObject()
          : new JsonObject().put("value", response.getValue().toStringUtf8());
      case NOT_FOUND -> throw Failure.NOT_FOUND.because(response.getMessage());
      case FORBIDDEN -> throw Failure.FORBIDDEN.because(response.getMessage());
      case FULL -> throw Failure.LIMIT_REACHED.because(response.getMessage());
      case BAD_REQUEST -> throw Failure.BAD_REQUEST.because(response.getMessage());
      case UNRECOGNIZED -> throw Failure.PROTOCOL_ERROR.because("unknown status " + response.getStatusValue());
    };
  }

  private static Operation operation(JsonObject asked) {
    return switch (String.valueOf(asked.getValue("op"))) {
      case "get" -> Operation.GET;
      case "put" -> Operation.PUT;
      case "delete" -> Operation.DELETE;
      default -> throw Failure.BAD_REQUEST.because(
          "keyvalue knows the ops \"get\", \"put\" and \"delete\", not \"" + asked.getValue("op") + "\"");
    };
  }

  private static ByteString bytes(JsonObject asked, String name) {
    if (asked.getValue(name) instanceof String text) {
      return ByteString.copyFromUtf8(text);
    }
    throw Failure.BAD_REQUEST.because(name + ": missing or no text");
  }

  private static PeerId peer(JsonObject asked) {
    try {
      return asked.getValue("peer") == null ? null : PeerId.parse(String.valueOf(asked.getValue("peer")));
    } catch (FormatException e) {
      throw Failure.BAD_REQUEST.because("peer: " + e.getMessage());
    }
  }
}
