package io.peerbus.chat.verticle;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The chat's addresses on the event bus, and time.
 *
 * @param address where its JSON interface is
 * @param instance tells this deployment from one that replaces it
 */
record ChatBus(Vertx vertx, String address, String instance) {

  /** Publishes a line to be printed. */
  void print(String line) {
    vertx.eventBus().publish(address + ".lines", new JsonObject().put("line", line));
  }

  /** Where gossipsub delivers the topic's messages. */
  String delivery() {
    return address + ".messages." + instance;
  }

  /** Receives those messages. Each is answered, since gossipsub counts what is not. */
  Future<Void> receive(Consumer<JsonObject> handler) {
    return vertx.eventBus().<JsonObject>consumer(delivery(), message -> {
      message.reply(new JsonObject());
      handler.accept(message.body());
    }).completion();
  }

  /** Listens to the events that another plugin of the node publishes. */
  Future<Void> onEvents(String plugin, Consumer<JsonObject> handler) {
    String node = address.substring(0, address.lastIndexOf('.'));
    return vertx.eventBus().<JsonObject>consumer(node + "." + plugin + ".events",
        message -> handler.accept(message.body())).completion();
  }

  /** Completes after so many milliseconds. */
  Future<Void> pause(long millis) {
    return vertx.timer(millis, TimeUnit.MILLISECONDS);
  }
}
