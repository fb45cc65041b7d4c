package io.peerbus.chat.verticle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.host.Nodes;
import io.peerbus.host.Nodes.Node;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Chat on real nodes; gossipsub is played by a consumer that hands every message to the other node's chat. Unlike the
 * real one its messages do not travel with the connection, so they wait until the other chat knows of that.
 */
@ExtendWith(VertxExtension.class)
class ChatNodesTest {

  private final Map<String, String> deliver = new ConcurrentHashMap<>();

  private void playGossipsub(Vertx vertx, Node node, Node other) {
    Future<?> met = line(vertx, other, "Connected to: " + node.host().id());
    vertx.eventBus().<JsonObject>consumer("peerbus." + node.name() + ".gossipsub", message -> {
      JsonObject request = message.body();
      JsonArray peers = new JsonArray();
      if (deliver.containsKey(other.name())) {
        peers.add(other.host().id().toString());
      }
      if (request.getString("op").equals("subscribe")) {
        deliver.put(node.name(), request.getString("deliver"));
      } else if (request.getString("op").equals("publish") && !peers.isEmpty()) {
        JsonObject said = new JsonObject().put("topic", request.getString("topic"))
            .put("from", node.host().id().toString()).put("data", request.getBuffer("data"));
        met.onSuccess(known -> vertx.eventBus().request(deliver.get(other.name()), said));
      }
      message.reply(new JsonObject().put("peers", peers));
    });
  }

  private static Future<String> line(Vertx vertx, Node node, String wanted) {
    Promise<String> printed = Promise.promise();
    vertx.eventBus().<JsonObject>consumer("peerbus." + node.name() + ".chat.lines", message -> {
      if (message.body().getString("line").equals(wanted)) {
        printed.tryComplete(wanted);
      }
    });
    return printed.future();
  }

  private static Future<List<String>> lines(Vertx vertx, Node node, int count) {
    List<String> lines = new CopyOnWriteArrayList<>();
    Promise<List<String>> all = Promise.promise();
    vertx.eventBus().<JsonObject>consumer("peerbus." + node.name() + ".chat.lines", message -> {
      lines.add(message.body().getString("line"));
      if (lines.size() == count) {
        all.complete(lines);
      }
    });
    return all.future();
  }

  private static void deployChat(Vertx vertx, Node node, JsonObject settings) {
    Nodes.await(vertx.deployVerticle(new ChatVerticle(), new DeploymentOptions().setConfig(new JsonObject()
        .put("node", node.name()).put("plugin", "chat").put("settings", settings))));
  }

  @Test
  void twoTerminalsChat(Vertx vertx) {
    Node a = Nodes.start(vertx, "a");
    Node b = Nodes.start(vertx, "b");
    playGossipsub(vertx, a, b);
    playGossipsub(vertx, b, a);
    Future<List<String>> linesOfA = lines(vertx, a, 5);
    Future<List<String>> linesOfB = lines(vertx, b, 6);
    deployChat(vertx, a, new JsonObject().put("intro", false));
    String address = a.address().toString();
    deployChat(vertx, b, new JsonObject().put("connect", new JsonArray().add(address)));
    List<String> ofA = Nodes.await(linesOfA);
    String idOfB = b.host().id().toString();
    assertEquals(List.of("Starting Universal Connectivity Application...", "Local peer id: " + a.host().id(),
        "Listening on: " + address, "Connected to: " + idOfB,
        "Received chat message from " + idOfB.substring(0, 8) + ": Hello from the Universal Connectivity Workshop!"),
        ofA);
    JsonObject said = Nodes.await(vertx.eventBus().<JsonObject>request("peerbus.a.chat",
        new JsonObject().put("op", "say").put("text", "welcome"))).body();
    assertEquals(1, said.getInteger("peers"));
    List<String> ofB = Nodes.await(linesOfB);
    assertEquals(List.of("Connected to: " + address, "Connected to: " + a.host().id(),
        "Received chat message from " + a.host().id().toString().substring(0, 8) + ": welcome"), ofB.subList(3, 6));
    assertTrue(ofB.get(2).startsWith("Listening on: /ip4/127.0.0.1/tcp/"), ofB::toString);
  }
}
