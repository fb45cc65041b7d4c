package io.peerbus.host;

import io.peerbus.bus.BusJson;
import io.peerbus.bus.Consumers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Answers who asks what the node does (BUS.md, "Stats"). Owned by the host's context. */
final class StatsEndpoint {

  /** An event loop that takes longer is held up, which is told, and has no figures then. */
  private static final long PATIENCE_MILLIS = 1_000;

  private final HostState state;
  private final MessageConsumer<JsonObject> consumer;

  StatsEndpoint(Vertx vertx, HostState state) {
    this.state = state;
    this.consumer = Consumers.of(vertx, state.addresses().stats(), this::onRequest);
  }

  Future<Void> ready() {
    return consumer.completion();
  }

  Future<Void> close() {
    return consumer.unregister();
  }

  private void onRequest(Message<JsonObject> message) {
    List<Future<Figures>> loops = state.swarm().shards().stream()
        .map(shard -> shard.figures().timeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).toList();
    Future.join(loops).onComplete(all -> message.reply(describe(loops)));
  }

  private JsonObject describe(List<Future<Figures>> loops) {
    Figures sum = new Figures();
    loops.stream().filter(Future::succeeded).map(Future::result).forEach(sum::addAll);
    Scopes scopes = state.scopes();
    return sum.toJson()
        .put("refusals", state.refusals().toJson())
        .put("streams", scopes.node().streams())
        .put("bytes", scopes.node().bytes())
        .put("capacity", scopes.capacity().toJson())
        .put("listening", BusJson.array(state.describe().listenAddresses()))
        .put("loops", loops.size())
        .put("loopsAnswered", loops.stream().filter(Future::succeeded).count());
  }
}
