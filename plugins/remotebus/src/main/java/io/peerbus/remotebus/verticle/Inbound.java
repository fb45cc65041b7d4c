package io.peerbus.remotebus.verticle;

import com.google.protobuf.ByteString;
import io.peerbus.api.Driver;
import io.peerbus.api.Stream;
import io.peerbus.multiformats.PeerId;
import io.peerbus.remotebus.RemoteBusOptions;
import io.peerbus.remotebus.Serving;
import io.peerbus.remotebus.pb.RemoteBusProto.Response;
import io.peerbus.remotebus.pb.RemoteBusProto.Response.Status;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.EncodeException;
import io.vertx.core.json.Json;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What peers send to our bus. Belongs to the context of the verticle. */
final class Inbound {

  static final String ID = "/peerbus/bus/1.0.0";

  /** Tells a handler which peer a message is from; written by us, so that it can be believed. */
  static final String PEER = "peerbus-peer";

  private static final Logger LOG = LoggerFactory.getLogger(Inbound.class);

  private final Vertx vertx;
  private final RemoteBusSettings settings;
  private final Map<PeerId, Integer> serving = new HashMap<>();

  Inbound(Vertx vertx, RemoteBusSettings settings) {
    this.vertx = vertx;
    this.settings = settings;
  }

  void onStream(Stream stream) {
    PeerId peer = stream.peer();
    RemoteBusOptions options = settings.options();
    if (serving.getOrDefault(peer, 0) >= options.maxInboundPerPeer()) {
      LOG.debug("remotebus: {} messages of {} are served now, one more is refused", options.maxInboundPerPeer(), peer);
      stream.reset();
      return;
    }
    serving.merge(peer, 1, Integer::sum);
    Served served = new Served(stream, new Serving(options, settings.allowed(), peer, Driver.now()));
    stream.closeHandler(closed -> {
      served.driver.close();
      serving.computeIfPresent(peer, (id, count) -> count == 1 ? null : count - 1);
    });
    stream.endHandler(ended -> served.driver.run(now -> served.machine.onEnd()));
    stream.handler(bytes -> served.driver.run(now -> served.machine.onBytes(now, bytes.getBytes())));
    served.driver.run(now -> { }); // arms the deadline
  }

  private final class Served {
    private final Stream stream;
    private final Serving machine;
    private final Driver<Serving.Action> driver;

    Served(Stream stream, Serving machine) {
      this.stream = stream;
      this.machine = machine;
      this.driver = new Driver<>(vertx, machine, this::act);
    }

    private void act(Serving.Action action) {
      if (action instanceof Serving.Action.Deliver deliver) {
        deliver(deliver);
      } else if (action instanceof Serving.Action.Answer answer) {
        stream.write(Buffer.buffer(answer.bytes()));
        stream.end();
      } else if (action instanceof Serving.Action.Cut cut) {
        LOG.debug("remotebus: cut off {}: {}", stream.peer(), cut.reason());
        stream.reset();
      }
    }

    private void deliver(Serving.Action.Deliver message) {
      Object body;
      try {
        body = message.body().length == 0 ? null : Json.decodeValue(Buffer.buffer(message.body()));
      } catch (DecodeException e) {
        reply(refusal(Status.BAD_REQUEST, "body: no JSON value"));
        return;
      }
      DeliveryOptions delivery = new DeliveryOptions().setSendTimeout(message.timeoutMillis())
          .addHeader(PEER, stream.peer().toString());
      if (message.reply()) {
        vertx.eventBus().request(message.address(), body, delivery).onComplete(
            answered -> reply(response(answered)), e -> reply(failure(e)));
      } else {
        vertx.eventBus().sender(message.address(), delivery).write(body).onComplete(
            sent -> reply(Response.getDefaultInstance()), e -> reply(failure(e)));
      }
    }

    private void reply(Response response) {
      driver.run(now -> machine.onReply(now, response));
    }
  }

  private static Response response(Message<Object> answered) {
    if (answered.body() == null) {
      return Response.getDefaultInstance();
    }
    try {
      return Response.newBuilder()
          .setBody(ByteString.copyFrom(Json.encodeToBuffer(answered.body()).getBytes())).build();
    } catch (EncodeException e) {
      return refusal(Status.HANDLER_FAILED, "the reply is no JSON value but a " + answered.body().getClass().getName());
    }
  }

  private static Response failure(Throwable error) {
    if (!(error instanceof ReplyException reply)) {
      return refusal(Status.HANDLER_FAILED, error.toString());
    }
    return switch (reply.failureType()) {
      case NO_HANDLERS -> refusal(Status.NO_HANDLERS, "nobody is at that address");
      case TIMEOUT -> refusal(Status.TIMED_OUT, "the handler did not reply in time");
      default -> refusal(Status.HANDLER_FAILED, String.valueOf(reply.getMessage())).toBuilder()
          .setFailureCode(reply.failureCode()).build();
    };
  }

  private static Response refusal(Status status, String message) {
    return Response.newBuilder().setStatus(status).setMessage(message).build();
  }
}
