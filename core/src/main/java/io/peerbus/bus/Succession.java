package io.peerbus.bus;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.Handover;
import io.peerbus.api.Inheritance;
import io.peerbus.api.Stream;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One version of a plugin after another (BUS.md, "Succession"): asks the one before for what it has, and gives to the
 * one after. Not thread safe, owned by the plugin's context.
 */
final class Succession {

  private static final Logger LOG = LoggerFactory.getLogger(Succession.class);

  /** How long the older version may take to give everything away, in milliseconds. */
  private static final long PATIENCE_MILLIS = 15_000;

  /** How long core may take for one stream; it answers at once unless the stream is over. */
  private static final long MOVE_MILLIS = 2_000;

  private final Control control;
  private final Lease lease;
  private final BusStreams streams;
  private Supplier<Future<Handover>> leave;
  private MessageConsumer<JsonObject> consumer;
  private boolean handedOver;

  Succession(Control control, Lease lease) {
    this.control = control;
    this.lease = lease;
    this.streams = lease.streams();
  }

  /** Whether a newer version has what was here. */
  boolean isHandedOver() {
    return handedOver;
  }

  /** {@code leave} is asked, once, for what a newer version shall have. */
  void onSuccessor(Supplier<Future<Handover>> leave) {
    this.leave = leave;
    listen();
  }

  /** Also when there is a new lease: core knows the plugin by another number then. */
  void listen() {
    close();
    if (leave != null) {
      consumer = Consumers.of(control.vertx(), control.addresses().succession(lease.client()), this::answer);
    }
  }

  void close() {
    if (consumer != null) {
      consumer.unregister();
      consumer = null;
    }
  }

  private void answer(Message<JsonObject> message) {
    long successor = message.body().getLong("client");
    request("yield")
        .compose(yielded -> leave.get())
        .compose(handover -> handover.isNothing() ? request("serve") : give(handover, successor))
        .onSuccess(message::reply)
        .onFailure(e -> {
          LOG.warn("nothing is handed over: {}", e.getMessage());
          FailureException failure = Failure.of(e);
          message.fail(failure.failure().code(), failure.getMessage());
        });
  }

  /** For a plugin that serves no JSON interface this does nothing. */
  private Future<JsonObject> request(String op) {
    return control.request(new JsonObject().put("op", op).put("client", lease.client()))
        .map(done -> new JsonObject());
  }

  private Future<JsonObject> give(Handover handover, long successor) {
    handedOver = true;
    streams.bounceTo(successor, control.addresses().inbox(successor));
    List<Future<JsonObject>> moves = new ArrayList<>();
    for (Map.Entry<Stream, Buffer> each : handover.streams().entrySet()) {
      if (each.getKey() instanceof BusStream stream) {
        moves.add(streams.move(stream, each.getValue()).timeout(MOVE_MILLIS, TimeUnit.MILLISECONDS));
      }
    }
    return Future.join(moves).transform(all -> {
      JsonArray moved = new JsonArray();
      moves.stream().filter(Future::succeeded).forEach(move -> moved.add(move.result()));
      return Future.succeededFuture(new JsonObject().put("state", handover.state()).put("streams", moved));
    });
  }

  /** Takes what the version before has; empty when that has nothing, or does not answer, or there was none. */
  Future<Optional<Inheritance>> inherit() {
    if (lease.previous() == null) {
      return Future.succeededFuture(Optional.empty());
    }
    return control.vertx().eventBus().<JsonObject>request(control.addresses().succession(lease.previous()),
            new JsonObject().put("client", lease.client()), new DeliveryOptions().setSendTimeout(PATIENCE_MILLIS))
        .compose(reply -> reply.body().containsKey("state") ? take(reply.body()).map(Optional::of)
            : Future.succeededFuture(Optional.<Inheritance>empty()))
        .recover(e -> {
          LOG.warn("the version before leaves nothing: {}", e.getMessage());
          return Future.succeededFuture(Optional.empty());
        });
  }

  private Future<Inheritance> take(JsonObject left) {
    List<Future<Stream>> arrivals = new ArrayList<>();
    for (Object each : left.getJsonArray("streams")) {
      arrivals.add(streams.adopt((JsonObject) each).timeout(MOVE_MILLIS, TimeUnit.MILLISECONDS));
    }
    return Future.join(arrivals).transform(all -> Future.succeededFuture(new Inheritance(left.getBuffer("state"),
        arrivals.stream().filter(Future::succeeded).map(Future::result).toList())));
  }
}
