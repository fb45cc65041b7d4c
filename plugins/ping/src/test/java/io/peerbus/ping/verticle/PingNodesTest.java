package io.peerbus.ping.verticle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.api.Stream;
import io.peerbus.host.Nodes;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
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

  private static String deploy(Vertx vertx, Node node, boolean replaces) {
    return Nodes.await(vertx.deployVerticle(new PingVerticle(), new DeploymentOptions().setConfig(new JsonObject()
        .put("node", node.name()).put("plugin", "ping").put("replaces", replaces))));
  }

  @Test
  void aStreamOfPingsGoesOnWhileThePluginIsReplaced(Vertx vertx) {
    Node a = Nodes.start(vertx, "a");
    Node b = Nodes.start(vertx, "b");
    String deployed = deploy(vertx, b, false);
    Multiaddr address = b.address();
    a.on(() -> a.host().connect(address));
    Buffer read = Buffer.buffer();
    Promise<Void> ended = Promise.promise();
    Stream stream = a.on(() -> a.host().open(b.host().id(), "/ipfs/ping/1.0.0").onSuccess(opened -> {
      opened.handler(read::appendBuffer);
      opened.endHandler(end -> ended.tryComplete());
      opened.resetHandler(ended::tryFail);
    }));
    Buffer sent = Buffer.buffer();
    for (int i = 0; i < 20; i++) {
      Buffer part = Buffer.buffer(new byte[1 + 7 * i]).setByte(0, (byte) i);
      sent.appendBuffer(part);
      a.on(() -> stream.write(part));
      String newer = deploy(vertx, b, true);
      Nodes.await(vertx.undeploy(deployed));
      deployed = newer;
    }
    a.on(stream::end);
    Nodes.await(ended.future());
    assertEquals(sent.slice(0, sent.length() / 32 * 32), read);
  }

  @Test
  void aSeriesOfPingsEndsEarlyWhenThePluginIsReplaced(Vertx vertx) {
    Node a = Nodes.start(vertx, "a");
    Node b = Nodes.start(vertx, "b");
    String first = deploy(vertx, a, false);
    deploy(vertx, b, false);
    Future<JsonObject> series = vertx.eventBus().<JsonObject>request("peerbus.a.ping", new JsonObject()
        .put("op", "ping").put("address", b.address().toString()).put("count", 1000).put("intervalMillis", 60_000))
        .map(Message::body);
    Nodes.eventually(a, "the first ping is answered",
        () -> !request(vertx, "a", new JsonObject().put("op", "rtts")).isEmpty());
    deploy(vertx, a, true);
    Nodes.await(vertx.undeploy(first));
    JsonObject answer = Nodes.await(series);
    assertEquals(1, answer.getJsonArray("rttMicros").size(), answer::encode);
    assertEquals(0, answer.getInteger("lost"));
  }
}
