package io.peerbus.chat.verticle;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.Host;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The chat's topic, through gossipsub's JSON interface. */
final class Topic {

  private static final Logger LOG = LoggerFactory.getLogger(Topic.class);

  private static final String GOSSIPSUB = "gossipsub";
  private static final long RETRY_MILLIS = 200;
  /** How long gossipsub may take to come up beside us: plugins start in any order. */
  static final long PATIENCE_MILLIS = 10_000;
  private final ChatBus bus;
  private final Host host;
  private final String name;
  private boolean left;

  Topic(ChatBus bus, Host host, String name) {
    this.bus = bus;
    this.host = host;
    this.name = name;
  }

  /**
   * Joins, waiting for gossipsub up to {@code patience} milliseconds; and again whenever gossipsub says that it has
   * started, because it knows of no subscriber then.
   *
   * @param replaces where gossipsub delivers to a version before us, whose place we take; {@code null} for none
   */
  Future<Void> join(long patience, String replaces) {
    return bus.onEvents(GOSSIPSUB, this::onGossipsub).compose(listening -> subscribe(patience, replaces));
  }

  private void onGossipsub(JsonObject event) {
    if ("started".equals(event.getValue("event")) && !left) {
      subscribe(PATIENCE_MILLIS, null).onFailure(e -> LOG.error("Not in the topic any more: {}", e.getMessage()));
    }
  }

  private Future<Void> subscribe(long patience, String replaces) {
    JsonObject request = request("subscribe").put("deliver", bus.delivery());
    if (replaces != null) {
      request.put("replaces", replaces);
    }
    return host.call(GOSSIPSUB, request).<Void>mapEmpty().recover(error -> {
      FailureException failure = Failure.of(error);
      if (failure.failure() != Failure.UNAVAILABLE) {
        return Future.failedFuture(failure);
      }
      if (patience <= 0) {
        return Future.failedFuture(Failure.UNAVAILABLE.because("chat needs the plugin \"" + GOSSIPSUB
            + "\", which does not answer in node \"" + host.node() + "\": add it to the node's plugins"));
      }
      return bus.pause(RETRY_MILLIS).compose(later -> subscribe(patience - RETRY_MILLIS, replaces));
    });
  }

  /** A newer version takes our place; what still comes to our address is ours. */
  void handOver() {
    left = true;
  }

  /** Leaves; also when gossipsub is gone already. */
  Future<Void> leave() {
    left = true;
    return host.call(GOSSIPSUB, request("unsubscribe").put("deliver", bus.delivery())).<Void>mapEmpty()
        .otherwiseEmpty();
  }

  /** Sends a payload: {@code {"peers": n, "reason"?}}. */
  Future<JsonObject> publish(byte[] payload) {
    return host.call(GOSSIPSUB, request("publish").put("data", Buffer.buffer(payload))).map(published -> {
      int peers = published.getJsonArray("peers", new JsonArray()).size();
      JsonObject answer = new JsonObject().put("peers", peers);
      if (peers == 0) {
        answer.put("reason", published.getString("reason", "no peer is subscribed to " + name));
      }
      return answer;
    });
  }

  /** How many peers are known to be subscribed. */
  Future<Integer> subscribers() {
    return host.call(GOSSIPSUB, request("peers")).map(reply -> reply.getJsonArray("peers", new JsonArray()).size());
  }

  private JsonObject request(String op) {
    return new JsonObject().put("op", op).put("topic", name);
  }
}
