package io.peerbus.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.peerbus.swarm.Watermarks;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whom a running node keeps when it has too many connections. */
@ExtendWith(VertxExtension.class)
class KeptPeersTest {

  /** What a node tells of its peers, by their ids. */
  private static JsonObject told(Vertx vertx, Node node, PeerId peer) {
    JsonArray peers = Nodes.await(vertx.eventBus().<JsonObject>request("peerbus." + node.name() + ".control",
        new JsonObject().put("op", "peers"))).body().getJsonArray("peers");
    return peers.stream().map(JsonObject.class::cast)
        .filter(each -> each.getString("peer").equals(peer.toString())).findFirst().orElseThrow();
  }

  @Test
  void protectedPeersThoseOfWorthAndThoseWithStreamsStay(Vertx vertx) {
    HostOptions options = Nodes.options("server");
    HostVerticle verticle = new HostVerticle(options, KeyPair.generate(KeyType.ED25519, new SecureRandom()));
    Node server = Nodes.attach(vertx, "server", Nodes.await(vertx.deployVerticle(verticle)));
    server.on(() -> server.host().handle("/idle", stream -> { }));
    Multiaddr address = server.address();
    List<Node> clients = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Node client = Nodes.start(vertx, "client" + i);
      client.on(() -> client.host().connect(address));
      clients.add(client);
    }
    Nodes.eventually(server, "all are there", () -> server.on(server.host()::peers).size() == 6);
    List<PeerId> ids = clients.stream().map(client -> client.host().id()).toList();
    clients.get(3).on(() -> clients.get(3).host().open(server.host().id(), "/idle"));
    server.on(() -> server.host().protect(ids.get(4), "test"));
    server.on(() -> server.host().tag(ids.get(0), "test", 1));
    server.on(() -> server.host().tag(ids.get(4), "test", -5));
    assertEquals(new JsonObject().put("worth", -5).put("protected", true).encode(), new JsonObject()
        .put("worth", told(vertx, server, ids.get(4)).getValue("worth"))
        .put("protected", told(vertx, server, ids.get(4)).getValue("protected")).encode());

    Nodes.await(verticle.setLimits(new HostOptions(options)
        .setConnections(new Watermarks(3, 3, Duration.ZERO, Duration.ofMillis(10)))));
    Set<String> kept = new TreeSet<>();
    Nodes.eventually(server, "three are left", () -> server.on(server.host()::peers).size() == 3);
    server.on(server.host()::peers).forEach(peer -> kept.add(peer.peer().toString()));
    assertEquals(new TreeSet<>(List.of(ids.get(0).toString(), ids.get(3).toString(), ids.get(4).toString())), kept);
    Nodes.eventually(clients.get(1), "it hears of it",
        () -> clients.get(1).on(clients.get(1).host()::peers).isEmpty());
  }

  @Test
  void whatAPluginSaidGoesWithIt(Vertx vertx) {
    Node server = Nodes.start(vertx, "server");
    Node client = Nodes.start(vertx, "client");
    Multiaddr address = server.address();
    client.on(() -> client.host().connect(address));
    PeerId id = client.host().id();
    Nodes.eventually(server, "the client is there", () -> server.on(server.host()::peers).size() == 1);
    Node second = Nodes.attach(vertx, "server", server.deployment());
    server.on(() -> server.host().tag(id, "a", 2));
    second.on(() -> second.host().tag(id, "a", 3));
    second.on(() -> second.host().protect(id, "a"));
    assertEquals(5, told(vertx, server, id).getInteger("worth"));
    second.on(() -> second.host().unprotect(id, "b"));
    assertTrue(told(vertx, server, id).getBoolean("protected"));
    second.on(() -> second.host().close(Duration.ZERO));
    assertEquals(2, told(vertx, server, id).getInteger("worth"));
    assertEquals(false, told(vertx, server, id).getBoolean("protected"));
    server.on(() -> server.host().untag(id, "a"));
    assertEquals(0, told(vertx, server, id).getInteger("worth"));
  }

  @Test
  void nonsenseIsRefusedByName(Vertx vertx) {
    Node server = Nodes.start(vertx, "server");
    PeerId id = server.host().id();
    assertRefused("\"tag\": 1 to 64 characters are allowed, has 0", () -> server.on(() -> server.host().tag(id, "", 1)));
    assertRefused("\"tag\": 1 to 64 characters are allowed, has 65",
        () -> server.on(() -> server.host().protect(id, "x".repeat(65))));
    ReplyException failure = assertThrows(ReplyException.class, () -> Nodes.await(vertx.eventBus().request(
        "peerbus.server.control", new JsonObject().put("op", "tag").put("client", -1))));
    assertEquals(Failure.NOT_FOUND.code(), failure.failureCode());
  }

  private static void assertRefused(String message, Runnable request) {
    FailureException failure = assertThrows(FailureException.class, request::run);
    assertEquals(Failure.BAD_REQUEST, failure.failure());
    assertEquals(message, failure.getMessage());
  }
}
