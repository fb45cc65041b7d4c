package io.peerbus.bus;

import io.peerbus.api.FailureException;
import io.peerbus.api.LoopRegistration;
import io.peerbus.api.Loops;
import io.peerbus.api.Opener;
import io.peerbus.api.Stream;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A plugin's places on the event loops of its node's connections. None are taken before somebody asks. Owned by the
 * plugin's context; each {@link Seat} belongs to its own.
 */
final class BusLoops implements Loops {

  private final BusHost host;
  private final Control control;
  private final Lease lease;
  private final Map<Object, Seat> seats = new LinkedHashMap<>(); // by Netty's loops
  private final Map<String, Seat> byData = new LinkedHashMap<>();
  private Future<Loops> taken;

  BusLoops(BusHost host, Control control, Lease lease) {
    this.host = host;
    this.control = control;
    this.lease = lease;
  }

  private Vertx vertx() {
    return control.vertx();
  }

  /**
   * Takes a place on each loop, once. None for a plugin on threads of its own: it is there because it may block, and a
   * loop that is blocked serves none of its connections.
   */
  Future<Loops> take() {
    if (taken == null) {
      Promise<Loops> done = Promise.promise();
      taken = done.future(); // before anything else asks
      boolean onLoops = vertx().getOrCreateContext().isEventLoopContext();
      for (Context each : new ShardLoops(vertx(), control.addresses()).all().values()) {
        if (onLoops && seats.size() < Addresses.MAX_SEAT) {
          seats.computeIfAbsent(LoopContext.loop(each), loop -> new Seat(host, vertx(), each, seats.size() + 1));
        }
      }
      attach().map((Loops) this).onComplete(done);
    }
    return taken;
  }

  /**
   * Also for a new lease: core knows the plugin by another number then, and may be on other loops, of which it has a
   * place on some. The future never fails: what has no inbox is served on the plugin's context.
   */
  Future<Void> attach() {
    byData.clear();
    long client = lease.client();
    List<Future<Void>> all = new ArrayList<>();
    seats.forEach((loop, seat) -> all.add(Hop.call(seat.context(), () -> seat.attach(vertx(), client, inbox(seat)))
        .onSuccess(attached -> addDataOf(loop, seat))));
    return Future.join(all).<Void>mapEmpty().otherwiseEmpty();
  }

  private void addDataOf(Object loop, Seat seat) {
    new ShardLoops(vertx(), control.addresses()).all().forEach((data, context) -> {
      if (LoopContext.loop(context) == loop) {
        byData.put(data, seat);
      }
    });
  }

  private String inbox(Seat seat) {
    return control.addresses().inbox(lease.client(), seat.number());
  }

  private Future<Void> onEach(Function<Seat, Future<Void>> work) {
    List<Future<Void>> all = new ArrayList<>();
    seats.values().forEach(seat -> all.add(Hop.call(seat.context(), () -> work.apply(seat))));
    return Future.join(all).mapEmpty();
  }

  private Future<Void> onEachStreams(Consumer<BusStreams> work) {
    return onEach(seat -> {
      work.accept(seat.streams());
      return Future.succeededFuture();
    });
  }

  void onLost(FailureException reason) {
    onEach(seat -> {
      seat.onLost(reason);
      return Future.succeededFuture();
    });
  }

  /** The numbers of the seats for core's data addresses. */
  JsonObject numbers() {
    JsonObject numbers = new JsonObject();
    byData.forEach((data, seat) -> numbers.put(data, seat.number()));
    return numbers;
  }

  @Override
  public <H extends Handler<Stream>> Future<LoopRegistration<H>> handle(List<String> protocols, Supplier<H> handlers) {
    H own = handlers.get();
    SeatedRegistration<H> registration = new SeatedRegistration<>(own);
    seats.values().forEach(seat -> registration.add(seat, protocols, handlers.get()));
    return registration.serve()
        .compose(ready -> host.handleSeated(protocols, own))
        .<LoopRegistration<H>>map(registration::with)
        .onFailure(e -> registration.unserve());
  }

  @Override
  public <T> Future<T> at(PeerId peer, Function<Opener, Future<T>> work) {
    return host.route(peer, false).compose(route -> {
      Seat seat = byData.get(route.data());
      return seat == null ? work.apply(host) : Hop.call(seat.context(), () -> {
        seat.streams().remember(peer, route);
        return work.apply(seat);
      });
    });
  }

  /** Streams that come wait until {@link #release} or {@link #bounceTo}: it is being asked what is left to whom. */
  Future<Void> hold() {
    return onEachStreams(BusStreams::hold);
  }

  void release() {
    onEachStreams(BusStreams::release);
  }

  /** Streams that come from now on, or waited, go to the successor. */
  void bounceTo(long successor, String itsInbox) {
    onEachStreams(streams -> streams.bounceTo(successor, itsInbox));
  }

  /** No more streams, and those that are there end within {@code drain}. */
  Future<Void> drain(Duration drain, FailureException reason) {
    return onEach(seat -> seat.streams().close(drain, reason));
  }

  /** The plugin's lease is given back. The future never fails. */
  Future<Void> close() {
    return onEach(Seat::close).otherwiseEmpty();
  }
}
