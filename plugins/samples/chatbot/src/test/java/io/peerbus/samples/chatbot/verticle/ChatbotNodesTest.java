package io.peerbus.samples.chatbot.verticle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.gossipsub.verticle.GossipsubVerticle;
import io.peerbus.host.Nodes;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The bot in a real node, with the real gossipsub, asked by a peer over TCP. */
@ExtendWith(VertxExtension.class)
class ChatbotNodesTest {

  private static final String TOPIC = "universal-connectivity";

  private Vertx vertx;
  private Node a;
  private Node b;

  @BeforeEach
  void start(Vertx vertx) {
    this.vertx = vertx;
    a = Nodes.start(vertx, "a");
    b = Nodes.start(vertx, "b");
  }

  private void deploy(Deployable plugin, Node node, String name, JsonObject settings) {
    Nodes.await(vertx.deployVerticle(plugin, new DeploymentOptions().setConfig(
        new JsonObject().put("node", node.name()).put("plugin", name).put("settings", settings))));
  }

  private JsonObject ask(String address, JsonObject request) {
    return Nodes.await(vertx.eventBus().<JsonObject>request(address, request)).body();
  }

  @Test
  void aPeerInTheTopicIsAnswered() {
    deploy(new GossipsubVerticle(), a, "gossipsub", new JsonObject());
    deploy(new GossipsubVerticle(), b, "gossipsub", new JsonObject());
    deploy(new ChatbotVerticle(), b, "chatbot", new JsonObject());
    Promise<String> answer = Promise.promise();
    vertx.eventBus().<JsonObject>consumer("lines", message -> {
      message.reply(new JsonObject());
      answer.tryComplete(Buffer.buffer(message.body().getBinary("data")).toString());
    });
    JsonObject topic = new JsonObject().put("topic", TOPIC);
    ask("peerbus.a.gossipsub", topic.copy().put("op", "subscribe").put("deliver", "lines"));
    Multiaddr address = b.address();
    a.on(() -> a.host().connect(address));
    for (Node node : new Node[] {a, b}) {
      Nodes.eventually(node, "both know of the other's subscription", () -> !ask(
          "peerbus." + node.name() + ".gossipsub", topic.copy().put("op", "peers")).getJsonArray("peers").isEmpty());
    }
    JsonObject line = topic.copy().put("op", "publish").put("data", Buffer.buffer("!echo hello"));
    ask("peerbus.a.gossipsub", line);
    assertEquals("echo: hello", Nodes.await(answer.future()));
    JsonObject stats = ask("peerbus.b.chatbot", new JsonObject().put("op", "stats"));
    assertEquals(1, stats.getInteger("answered"));
  }

  @Test
  void withoutGossipsubItSaysWhatIsMissing() {
    Throwable error = assertThrows(Throwable.class,
        () -> deploy(new ChatbotVerticle(), a, "chatbot", new JsonObject()));
    assertTrue(error.getMessage().contains("add it to the node's plugins"), error::getMessage);
  }

  @Test
  void wrongSettingsAreRefused() {
    for (JsonObject wrong : new JsonObject[] {new JsonObject().put("topics", "x"), new JsonObject().put("topic", 1),
        new JsonObject().put("maxAnswersPerMinute", 0)}) {
      Throwable error = assertThrows(Throwable.class, () -> deploy(new ChatbotVerticle(), a, "chatbot", wrong));
      assertTrue(error.getMessage().contains(wrong.fieldNames().iterator().next()), error::getMessage);
    }
  }
}
