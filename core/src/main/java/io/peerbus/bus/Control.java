package io.peerbus.bus;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;

/** Requests of a plugin, in JSON (BUS.md, "Control"). A future fails with a {@link FailureException}. */
record Control(Vertx vertx, Addresses addresses) {

  private static final DeliveryOptions QUICK = new DeliveryOptions().setSendTimeout(5_000);
  // Core has its own deadline for dialling; this one is only for a core that went away.
  private static final DeliveryOptions DIAL = new DeliveryOptions().setSendTimeout(60_000);

  /** Asks core something that it answers at once. */
  Future<JsonObject> request(JsonObject request) {
    return request(addresses.control(), request, QUICK);
  }

  /** Asks core for a connection. */
  Future<JsonObject> connect(JsonObject request) {
    return request(addresses.control(), request, DIAL);
  }

  /** Asks another plugin; the desk is told how long the answer is waited for. */
  Future<JsonObject> call(String plugin, JsonObject request, Duration limit) {
    return request(addresses.plugin(plugin), request, Patience.options(limit.toMillis()));
  }

  private Future<JsonObject> request(String address, JsonObject request, DeliveryOptions options) {
    return vertx.eventBus().<JsonObject>request(address, request, options)
        .map(reply -> reply.body())
        .recover(e -> Future.failedFuture(Failure.of(e)));
  }
}
