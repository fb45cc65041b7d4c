package io.peerbus.kademlia.verticle;

import io.peerbus.kademlia.Validator;
import io.peerbus.kademlia.Verdict;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;

/**
 * A validator at the other end of the bus. It is asked {@code {"key","value"}} and answers {@code {"valid","rank"?,
 * "reason"?,"validUntil"?}}; one that does not answer within 5 s finds nothing valid.
 */
record BusValidator(String address) implements Validator {

  private static final DeliveryOptions OPTIONS = new DeliveryOptions().setSendTimeout(5_000);

  @Override
  public Verdict check(long now, byte[] name, byte[] value) {
    throw new IllegalStateException("it is asked over the bus");
  }

  /** Never fails. */
  Future<Verdict> ask(Vertx vertx, byte[] key, byte[] value) {
    JsonObject record = new JsonObject().put("key", Buffer.buffer(key)).put("value", Buffer.buffer(value));
    return vertx.eventBus().<JsonObject>request(address, record, OPTIONS).map(reply -> verdict(reply.body()))
        .otherwise(e -> Verdict.bad("the validator at " + address + ": " + e.getMessage()));
  }

  private static Verdict verdict(JsonObject answer) {
    if (!answer.getBoolean("valid", false)) {
      return Verdict.bad(answer.getString("reason", "its validator says so"));
    }
    byte[] rank = answer.getBinary("rank", new byte[0]);
    return Verdict.good(rank, answer.getLong("validUntil", Long.MAX_VALUE));
  }
}
