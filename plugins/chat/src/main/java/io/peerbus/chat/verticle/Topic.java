package io.peerbus.chat.verticle;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.Host;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** The chat's topic, through gossipsub's JSON interface. */
final class Topic {

  private static final String GOSSIPSUB = "gossipsub";
  private static final long RETRY_MILLIS = 200;
  /** How long gossipsub may take to come up beside us: plugins start in any order. */
  static final long PATIENCE_MILLIS = 10_000;
  /** How often we subscribe again: a gossipsub that replaced another knows nothing of its subscribers. */
  private static final long RENEW_MILLIS = 2_000;

  private final ChatBus bus;
  private final Host host;
  private final String name;
  private boolean left;

  Topic(ChatBus bus, Host host, String name) {
    this.bus = bus;
    this.host = host;
    this.name = name;
  }

  /** Joins, waiting for gossipsub up to {@code patience} milliseconds. */
  Future<Void> join(long patience) {
    return subscribe().onSuccess(joined -> renewLater()).recover(error -> {
      FailureException failure = Failure.of(error);
      if (failure.failure() != Failure.UNAVAILABLE) {
        return Future.failedFuture(failure);
      }
      if (patience <= 0) {
        return Future.failedFuture(Failure.UNAVAILABLE.because("chat needs the plugin \"" + GOSSIPSUB
            + "\", which does not answer in node \"" + host.node() + "\": add it to the node's plugins"));
      }
      return bus.pause(RETRY_MILLIS).compose(later -> join(patience - RETRY_MILLIS));
    });
  }

  private Future<Void> subscribe() {
    return host.call(GOSSIPSUB, request("subscribe").put("deliver", bus.delivery())).mapEmpty();
  }

  private void renewLater() {
    bus.pause(RENEW_MILLIS).onSuccess(later -> {
      if (!left) {
        subscribe().onComplete(done -> renewLater());
      }
    });
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
