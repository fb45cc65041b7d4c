package io.peerbus.host;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.bus.BusJson;
import io.peerbus.bus.Consumers;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.GateRule;
import io.peerbus.swarm.Gater;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers who asks for the gater's rules or changes them (BUS.md, "Gater"), at an address of its own, which commands
 * reach as well. Owned by the host's context.
 */
final class GaterEndpoint {

  private final HostState state;
  private final MessageConsumer<JsonObject> consumer;

  GaterEndpoint(Vertx vertx, HostState state) {
    this.state = state;
    this.consumer = Consumers.of(vertx, state.addresses().gater(), this::onRequest);
  }

  Future<Void> ready() {
    return consumer.completion();
  }

  Future<Void> close() {
    return consumer.unregister();
  }

  private void onRequest(Message<JsonObject> message) {
    try {
      message.reply(answer(message.body()));
    } catch (FailureException e) {
      message.fail(e.failure().code(), e.getMessage());
    }
  }

  /** All rules as they are after the change that was asked for, and how many connections it has closed. */
  private JsonObject answer(JsonObject request) {
    List<GateRule> deny = rules(request, "deny");
    List<GateRule> allow = rules(request, "allow");
    List<GateRule> remove = rules(request, "remove");
    for (GateRule rule : deny) {
      if (allow.contains(rule)) {
        throw Failure.BAD_REQUEST.because("\"" + rule + "\" cannot be both denied and allowed");
      }
    }
    int closed;
    try {
      closed = state.swarm().setGater(state.gater().with(deny, allow, remove));
    } catch (IllegalArgumentException e) {
      throw Failure.LIMIT_REACHED.because(e.getMessage());
    }
    Gater now = state.gater();
    return new JsonObject().put("deny", BusJson.array(now.denied())).put("allow", BusJson.array(now.allowed()))
        .put("closed", closed);
  }

  private static List<GateRule> rules(JsonObject request, String field) {
    List<GateRule> rules = new ArrayList<>();
    for (String text : BusJson.texts(request, field)) {
      try {
        rules.add(GateRule.parse(text));
      } catch (FormatException e) {
        throw Failure.BAD_REQUEST.because("\"" + field + "\": \"" + text + "\": " + e.getMessage());
      }
    }
    return rules;
  }
}
