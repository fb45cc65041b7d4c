package io.peerbus.perf.verticle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.host.Nodes;
import io.peerbus.host.Nodes.Node;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Perf between real nodes over TCP on 127.0.0.1. */
@ExtendWith(VertxExtension.class)
class PerfNodesTest {

  private static final long MIB = 1 << 20;

  private Vertx vertx;
  private Node a;
  private Node b;

  @BeforeEach
  void start(Vertx vertx) {
    this.vertx = vertx;
    a = Nodes.start(vertx, "a");
    b = Nodes.start(vertx, "b");
    deploy(a);
    deploy(b);
  }

  private void deploy(Node node) {
    Nodes.await(vertx.deployVerticle(new PerfVerticle(), new DeploymentOptions().setConfig(new JsonObject()
        .put("node", node.name()).put("plugin", "perf").put("settings", new JsonObject().put("maxMebibytes", 100)))));
  }

  private JsonObject ask(JsonObject request) {
    return Nodes.await(vertx.eventBus().<JsonObject>request("peerbus.a.perf", request,
        new DeliveryOptions().setSendTimeout(100_000))).body();
  }

  private JsonObject request(String op) {
    return new JsonObject().put("op", op).put("address", b.address().toString());
  }

  @Test
  void bytesAreMovedBothWays() {
    JsonObject answer = ask(request("run").put("uploadBytes", 20 * MIB + 7).put("downloadBytes", 30 * MIB + 5));
    assertEquals(b.host().id().toString(), answer.getString("peer"));
    assertEquals(20 * MIB + 7, answer.getLong("uploadBytes"));
    assertTrue(answer.getLong("uploadMicros") > 0 && answer.getLong("downloadMicros") > 0, answer::encode);
    answer = ask(new JsonObject().put("op", "run").put("peer", b.host().id().toString()));
    assertEquals(0, answer.getLong("downloadBytes"));
  }

  @Test
  void streamsAreCounted() {
    JsonObject answer = ask(request("streams").put("count", 500).put("inFlight", 50));
    assertEquals(500, answer.getInteger("count"));
    assertTrue(answer.getLong("micros") > 0, answer::encode);
  }

  @Test
  void whatIsAskedForWronglyIsSaid() {
    for (JsonObject wrong : new JsonObject[] {new JsonObject().put("op", "run"), request("walk"),
        request("run").put("uploadBytes", -1), request("run").put("downloadBytes", 101 * MIB),
        request("streams").put("count", 0), request("streams").put("inFlight", "all"),
        new JsonObject().put("op", "run").put("peer", "nobody")}) {
      ReplyException refused = assertThrows(ReplyException.class, () -> ask(wrong), wrong::encode);
      assertEquals(Failure.BAD_REQUEST.code(), refused.failureCode(), refused.getMessage());
    }
  }
}
