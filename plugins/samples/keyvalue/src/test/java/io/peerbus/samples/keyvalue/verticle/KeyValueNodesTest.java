package io.peerbus.samples.keyvalue.verticle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.host.Nodes;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two real nodes, asked through the JSON interface. */
@ExtendWith(VertxExtension.class)
class KeyValueNodesTest {

  private Vertx vertx;
  private Node a;
  private Node b;

  @BeforeEach
  void start(Vertx vertx) {
    this.vertx = vertx;
    a = Nodes.start(vertx, "a");
    b = Nodes.start(vertx, "b");
    deploy(a, new JsonObject().put("timeoutMillis", 500));
    Multiaddr address = b.address();
    a.on(() -> a.host().connect(address));
  }

  private void deploy(Node node, JsonObject settings) {
    Nodes.await(vertx.deployVerticle(new KeyValueVerticle(), new DeploymentOptions().setConfig(new JsonObject()
        .put("node", node.name()).put("plugin", "keyvalue").put("settings", settings))));
  }

  private JsonObject ask(String op, String key, String value) {
    JsonObject request = new JsonObject().put("op", op).put("key", key).put("peer", b.host().id().toString());
    return Nodes.await(vertx.eventBus().<JsonObject>request("peerbus.a.keyvalue",
        value == null ? request : request.put("value", value))).body();
  }

  private void assertFails(Failure failure, Runnable action) {
    assertEquals(failure.code(), assertThrows(ReplyException.class, action::run).failureCode());
  }

  @Test
  void whatIsPutAtAPeerIsFoundThere() {
    deploy(b, new JsonObject());
    ask("put", "k", "v");
    assertEquals("v", ask("get", "k", null).getString("value"));
    ask("delete", "k", null);
    assertFails(Failure.NOT_FOUND, () -> ask("get", "k", null));
    assertFails(Failure.BAD_REQUEST, () -> ask("steal", "k", null));
    assertFails(Failure.BAD_REQUEST, () -> ask("put", "k", null));
  }

  @Test
  void aPeerThatDoesNotServeItIsNamed() {
    assertFails(Failure.UNSUPPORTED_PROTOCOL, () -> ask("get", "k", null));
  }

  @Test
  void aPeerThatDoesNotAnswerIsGivenUp() {
    b.on(() -> b.host().handle(KeyValueProtocol.ID, stream -> stream.handler(bytes -> { })));
    assertFails(Failure.TIMED_OUT, () -> ask("get", "k", null));
  }

  @Test
  void aSettingThatDoesNotExistIsRefusedWithThoseThatDo() {
    Throwable error = assertThrows(Throwable.class, () -> deploy(b, new JsonObject().put("timeout", 1)));
    assertTrue(error.getMessage().contains("timeoutMillis"), error::getMessage);
    assertThrows(Throwable.class, () -> deploy(b, new JsonObject().put("timeoutMillis", "long")));
  }
}
