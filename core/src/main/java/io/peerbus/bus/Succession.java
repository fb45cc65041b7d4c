package io.peerbus.bus;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.Handover;
import io.peerbus.api.Inheritance;
import io.peerbus.api.Stream;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One version of a plugin after another (BUS.md, "Succession"): asks the one before for what it has, and gives to the
 * one after. Not thread safe, owned by the plugin's context.
 */
final class Succession {

  private static final Logger LOG = LoggerFactory.getLogger(Succession.class);

  /** How long the newer version waits for the older one: longer than that may take, see below, in milliseconds. */
  private static final long PATIENCE_MILLIS = 8_000;

  /** How long the older version may take to say what it leaves; requests wait meanwhile. */
  private static final long LEAVE_MILLIS = 3_000;

  /** How long core may take for one stream; it answers at once. */
  private static final long MOVE_MILLIS = 2_000;

  private final Control control;
  private final Lease lease;
  private final BusStreams streams;
  private final BusCalls calls;
  private final BusLoops loops;
  private Supplier<Future<Handover>> leave;
  private MessageConsumer<JsonObject> consumer;
  private boolean inheriting;
  private boolean leaving;
  private boolean handedOver;

  Succession(Control control, Lease lease, BusCalls calls, BusLoops loops) {
    this.control = control;
    this.lease = lease;
    this.streams = lease.streams();
    this.calls = calls;
    this.loops = loops;
  }

  /** Whether a newer version has what was here. */
  boolean isHandedOver() {
    return handedOver;
  }

  /** {@code leave} is asked for what a newer version shall have, until it leaves something. */
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
    if (handedOver || leaving || inheriting) {
      fail(message, Failure.ALREADY_TAKEN.because(inheriting ? "this version is only taking over itself"
          : "another version takes over, or has"));
      return;
    }
    if (!(message.body().getValue("client") instanceof Number successor)) {
      fail(message, Failure.BAD_REQUEST.because("\"client\" must be a number"));
      return;
    }
    leaving = true;
    calls.yield()
        .compose(yielded -> loops.hold())
        .compose(held -> left())
        .compose(handover -> handover.isNothing() ? stay() : give(handover, successor.longValue()))
        .onComplete(done -> leaving = false)
        .onSuccess(message::reply)
        .onFailure(e -> {
          LOG.warn("nothing is handed over: {}", e.getMessage());
          stay();
          fail(message, Failure.of(e));
        });
  }

  private static void fail(Message<?> message, FailureException failure) {
    message.fail(failure.failure().code(), failure.getMessage());
  }

  private Future<Handover> left() {
    Future<Handover> asked = Objects.requireNonNull(leave.get(), "handOver(host) gave no future");
    return within(LEAVE_MILLIS, asked).onFailure(e -> asked.onSuccess(this::onLeftTooLate));
  }

  /** As {@code Future.timeout}, which fails on a thread of its own when the future belongs to no context. */
  private <T> Future<T> within(long millis, Future<T> future) {
    Promise<T> settled = Promise.promise();
    long timer = control.vertx().setTimer(millis,
        id -> settled.tryFail(Failure.TIMED_OUT.because("no answer within " + millis + " ms")));
    future.onComplete(value -> {
      control.vertx().cancelTimer(timer);
      settled.tryComplete(value);
    }, e -> {
      control.vertx().cancelTimer(timer);
      settled.tryFail(e);
    });
    return settled.future();
  }

  /** The plugin has stopped for a newer version that does not wait any more: nobody goes on with what it leaves. */
  private void onLeftTooLate(Handover handover) {
    if (!handover.isNothing()) {
      LOG.warn("what the plugin leaves came after {} ms, too late", LEAVE_MILLIS);
      handedOver = true;
      calls.leave();
      loops.release();
      for (Stream each : handover.streams().keySet()) {
        if (each instanceof BusStream stream) {
          stream.giveUp();
        }
      }
    }
  }

  /** Nothing changes here. */
  private Future<JsonObject> stay() {
    loops.release();
    return calls.resume().map(done -> new JsonObject());
  }

  private Future<JsonObject> give(Handover handover, long successor) {
    handedOver = true;
    calls.leave();
    String inbox = control.addresses().inbox(successor);
    streams.bounceTo(successor, inbox);
    loops.bounceTo(successor, inbox);
    List<Future<JsonObject>> moves = new ArrayList<>();
    for (Map.Entry<Stream, Buffer> each : handover.streams().entrySet()) {
      if (each.getKey() instanceof BusStream stream) {
        moves.add(within(MOVE_MILLIS, stream.leave(each.getValue())));
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
    if (lease.previous() == null || inheriting || handedOver) {
      return Future.succeededFuture(Optional.empty());
    }
    inheriting = true;
    streams.expectArrivals();
    return control.vertx().eventBus().<JsonObject>request(control.addresses().succession(lease.previous()),
            new JsonObject().put("client", lease.client()), new DeliveryOptions().setSendTimeout(PATIENCE_MILLIS))
        .compose(reply -> reply.body().containsKey("state") ? take(reply.body()).map(Optional::of)
            : Future.succeededFuture(Optional.<Inheritance>empty()))
        .recover(e -> {
          LOG.warn("the version before leaves nothing: {}", e.getMessage());
          return Future.succeededFuture(Optional.empty());
        })
        .onComplete(done -> {
          inheriting = false;
          streams.settleArrivals();
        });
  }

  private Future<Inheritance> take(JsonObject left) {
    List<Future<BusStream>> arrivals = new ArrayList<>();
    for (Object each : left.getJsonArray("streams")) {
      arrivals.add(streams.adopt((JsonObject) each));
    }
    long timer = control.vertx().setTimer(MOVE_MILLIS, id -> streams.settleArrivals());
    return Future.join(arrivals).transform(all -> {
      control.vertx().cancelTimer(timer);
      return Future.succeededFuture(new Inheritance(left.getBuffer("state"),
          arrivals.stream().filter(Future::succeeded).map(Future::result).filter(stream -> !stream.isClosed())
              .<Stream>map(stream -> stream).toList()));
    });
  }
}
