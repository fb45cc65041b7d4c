package io.peerbus.ping.verticle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.host.Nodes;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Ping between real nodes over TCP on 127.0.0.1. */
@ExtendWith(VertxExtension.class)
class PingNodesTest {

  private static void deployPing(Vertx vertx, Node node) {
    Nodes.await(vertx.deployVerticle(new PingVerticle(), new DeploymentOptions().setConfig(new JsonObject()
        .put("node", node.name()).put("plugin", "ping")
        .put("settings", new JsonObject().put("intervalSeconds", 0)))));
  }

  private static JsonObject request(Vertx vertx, String node, JsonObject request) {
    return Nodes.await(vertx.eventBus().<JsonObject>request("peerbus." + node + ".ping", request)).body();
  }

  @Test
  void anAddressIsPingedOverTcp(Vertx vertx) {
    Node a = Nodes.start(vertx, "a");
    Node b = Nodes.start(vertx, "b");
    deployPing(vertx, a);
    JsonObject ping = new JsonObject().put("op", "ping").put("address", b.address().toString())
        .put("count", 20).put("intervalMillis", 0);
    ReplyException none = assertThrows(ReplyException.class, () -> request(vertx, "a", ping));
    assertEquals(Failure.UNSUPPORTED_PROTOCOL.code(), none.failureCode());
    deployPing(vertx, b);
    JsonObject answer = request(vertx, "a", ping);
    assertEquals(20, answer.getJsonArray("rttMicros").size(), answer::encode);
    assertEquals(0, answer.getInteger("lost"));
    JsonObject rtts = request(vertx, "a", new JsonObject().put("op", "rtts"));
    assertTrue(rtts.getLong(b.host().id().toString()) > 0, rtts::encode);
    JsonObject back = request(vertx, "b", new JsonObject().put("op", "ping").put("peer", a.host().id().toString()));
    assertEquals(1, back.getJsonArray("rttMicros").size(), back::encode);
  }

  /** js sends its ping and the end of its direction at once. */
  @Test
  void aPingWithTheEndBehindItIsAnsweredOverTcp(Vertx vertx) {
    Node a = Nodes.start(vertx, "a");
    Node b = Nodes.start(vertx, "b");
    deployPing(vertx, b);
    Multiaddr address = b.address();
    a.on(() -> a.host().connect(address));
    Buffer answer = a.on(() -> a.host().open(b.host().id(), "/ipfs/ping/1.0.0").compose(stream -> {
      Promise<Buffer> all = Promise.promise();
      Buffer read = Buffer.buffer();
      stream.handler(read::appendBuffer);
      stream.endHandler(end -> all.tryComplete(read));
      stream.resetHandler(all::tryFail);
      stream.write(Buffer.buffer(new byte[32]));
      stream.end();
      return all.future();
    }));
    assertEquals(32, answer.length());
  }
}
