package io.peerbus.kademlia.verticle;

import io.peerbus.kademlia.Namespaces;
import io.peerbus.kademlia.Validator;
import io.peerbus.kademlia.Verdict;
import io.peerbus.kademlia.pb.StateProto;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A validator at the other end of the bus. It is asked {@code {"key","value"}} and answers {@code {"valid","rank"?,
 * "reason"?,"validUntil"?}}; one that does not answer within 5 s finds nothing valid.
 */
record BusValidator(String address) implements Validator {

  private static final Logger LOG = LoggerFactory.getLogger(BusValidator.class);
  private static final DeliveryOptions OPTIONS = new DeliveryOptions().setSendTimeout(5_000);

  /** Those of the namespaces that are on the bus. */
  static void leave(Namespaces namespaces, StateProto.State.Builder state) {
    for (String name : namespaces.names()) {
      if (namespaces.validator(("/" + name + "/").getBytes(StandardCharsets.US_ASCII)) instanceof BusValidator remote) {
        state.addValidators(StateProto.Validator.newBuilder().setNamespace(name).setAddress(remote.address));
      }
    }
  }

  /** One that has a namespace by now keeps it. */
  static void restore(StateProto.State state, Namespaces namespaces) {
    for (StateProto.Validator validator : state.getValidatorsList()) {
      try {
        namespaces.add(validator.getNamespace(), new BusValidator(validator.getAddress()));
      } catch (IllegalArgumentException e) {
        LOG.warn("a validator of the version before is left out: {}", e.getMessage());
      }
    }
  }

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
