package io.peerbus.launcher;

import io.peerbus.api.Failure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what was typed: by the JSON interface of the chat plugin, so that the launcher knows no class of it. Any thread
 * may call it.
 */
final class ChatInput {

  private static final Logger LOG = LoggerFactory.getLogger(ChatInput.class);

  private static final long REQUEST_MILLIS = 5_000;
  /** How long the first line of a pipe waits for somebody to hear it. */
  private static final long PATIENCE_MILLIS = 15_000;
  private static final long POLL_MILLIS = 50;
  /** How much of a line the log repeats: enough to know it by. */
  private static final int MAX_LOGGED = 80;

  private final Vertx vertx;
  private final String node;
  private final String topic;

  ChatInput(Vertx vertx, String node, String topic) {
    this.vertx = vertx;
    this.node = node;
    this.topic = topic;
  }

  /** Says one line. Completes when it is on its way, also when it is not; then the log says why. */
  Future<?> say(String text) {
    return request("chat", new JsonObject().put("op", "say").put("text", text))
        .onSuccess(reply -> {
          if (reply.getInteger("peers", 0) == 0) {
            LOG.info("Nobody is there to hear it yet: {}", shortened(text));
          }
        })
        .onFailure(error -> LOG.warn("Not said: {}: {}", shortened(text), Failure.of(error).getMessage()))
        .otherwiseEmpty();
  }

  /** For the log. A line of 64 Ki characters would be one there, too. */
  static String shortened(String text) {
    return text.length() <= MAX_LOGGED ? text : text.substring(0, text.offsetByCodePoints(0, MAX_LOGGED / 2)) + "…";
  }

  /** Completes when a peer listens to the topic, or when it has waited long enough. */
  Future<Void> untilHeard() {
    return untilHeard(PATIENCE_MILLIS);
  }

  private Future<Void> untilHeard(long patience) {
    return request("gossipsub", new JsonObject().put("op", "peers").put("topic", topic))
        .transform(asked -> {
          boolean heard = asked.succeeded() && !asked.result().getJsonArray("peers", new JsonArray()).isEmpty();
          if (heard || patience <= 0 || isWithoutGossip(asked.cause())) {
            return Future.succeededFuture();
          }
          return vertx.timer(POLL_MILLIS, TimeUnit.MILLISECONDS).transform(t -> untilHeard(patience - POLL_MILLIS));
        });
  }

  private static boolean isWithoutGossip(Throwable error) {
    return error != null && Failure.of(error).failure() == Failure.UNAVAILABLE;
  }

  private Future<JsonObject> request(String plugin, JsonObject body) {
    return vertx.eventBus().<JsonObject>request("peerbus." + node + "." + plugin, body,
        new DeliveryOptions().setSendTimeout(REQUEST_MILLIS)).map(reply -> reply.body());
  }
}
