package io.peerbus.kademlia.verticle;

import io.peerbus.host.Nodes;
import io.peerbus.host.Nodes.Node;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** How long a stream is held that nothing is asked on, on real nodes over TCP. */
@ExtendWith(VertxExtension.class)
class IdleStreamsTest {

  private static Node node(Vertx vertx, String name) {
    Node node = Nodes.start(vertx, name);
    JsonObject config = new JsonObject().put("node", name).put("plugin", "kademlia")
        .put("settings", new JsonObject().put("mode", "server"));
    Nodes.await(vertx.deployVerticle(new KademliaVerticle(), new DeploymentOptions().setConfig(config)));
    return node;
  }

  private static JsonObject ask(Vertx vertx, Node node, JsonObject request) {
    return Nodes.await(vertx.eventBus().<JsonObject>request("peerbus." + node.name() + ".kademlia", request)).body();
  }

  private static int stat(Vertx vertx, Node node, String name) {
    return ask(vertx, node, new JsonObject().put("op", "stats")).getInteger(name);
  }

  /** A py peer has places for twelve streams, idle ones and all. */
  @Test
  @Timeout(25) // a server of ours gives one up after a minute
  void oneThatIsNotUsedIsEndedByWhoOpenedItAndSoon(Vertx vertx) {
    Node server = node(vertx, "server");
    Node other = node(vertx, "other");
    ask(vertx, other, new JsonObject().put("op", "addPeers")
        .put("addresses", new JsonArray().add(server.address().toString())));
    Nodes.eventually(server, "it is asked", () -> stat(vertx, server, "requestsServed") > 0);
    Nodes.eventually(server, "no stream is left", () -> stat(vertx, server, "inboundStreams") == 0);
  }
}
