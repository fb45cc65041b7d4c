package io.peerbus.kademlia.verticle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.peerbus.api.Failure;
import io.peerbus.api.HostEvent;
import io.peerbus.api.PeerInfo;
import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.host.HostOptions;
import io.peerbus.host.Nodes;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Real nodes over TCP on 127.0.0.1 with the plugin; identify is played by the test. */
@ExtendWith(VertxExtension.class)
abstract class DhtOnNodes {

  static final String KAD = "/ipfs/kad/1.0.0";
  static final DeliveryOptions PATIENT = new DeliveryOptions().setSendTimeout(60_000);
  static final byte[] CONTENT = {0x12, 0x20, 1, 2, 3};

  @TempDir
  Path folder;
  /** Used on every event loop. */
  final Map<PeerId, Multiaddr> listening = new ConcurrentHashMap<>();
  final Set<PeerId> servers = ConcurrentHashMap.newKeySet();
  Vertx vertx;

  @BeforeEach
  void take(Vertx vertx) {
    this.vertx = vertx;
  }

  String deploy(String node, JsonObject settings) {
    JsonObject config = new JsonObject().put("node", node).put("plugin", "kademlia").put("settings", settings);
    return Nodes.await(vertx.deployVerticle(new KademliaVerticle(), new DeploymentOptions().setConfig(config)));
  }

  Node node(String name, JsonObject settings) {
    Node node = bare(name);
    if (settings.getString("mode", "").equals("server")) {
      servers.add(node.host().id());
    }
    deploy(name, settings);
    return node;
  }

  /** Without the plugin. */
  Node bare(String name) {
    return bare(Nodes.options(name));
  }

  Node bare(HostOptions options) {
    Node node = Nodes.start(vertx, options, KeyPair.generate(KeyType.ED25519, new SecureRandom()));
    listening.put(node.host().id(), node.address().withoutPeerId());
    node.on(() -> Future.succeededFuture(node.host().events(event -> {
      if (event instanceof HostEvent.Connected connected) {
        identify(node, connected);
      }
    })));
    return node;
  }

  Node rawConnectedTo(Node server) {
    Node raw = bare("raw");
    Multiaddr address = server.address();
    raw.on(() -> raw.host().connect(address));
    return raw;
  }

  List<Node> nodes(int count, JsonObject settings) {
    List<Node> nodes = IntStream.range(0, count).mapToObj(i -> node("node" + i, settings)).toList();
    for (int i = 1; i < count; i++) {
      ask(nodes.get(i), op("addPeers").put("addresses", new JsonArray().add(nodes.get(0).address().toString())));
    }
    for (Node node : nodes) {
      awaitTable(node, count - 1);
    }
    return nodes;
  }

  JsonObject ask(Node node, JsonObject request) {
    return Nodes.await(
        vertx.eventBus().<JsonObject>request("peerbus." + node.name() + ".kademlia", request, PATIENT), 60).body();
  }

  static JsonObject op(String op) {
    return new JsonObject().put("op", op);
  }

  static JsonObject op(String op, byte[] key) {
    return op(op).put("key", Buffer.buffer(key));
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  void identify(Node node, HostEvent.Connected connected) {
    PeerId peer = connected.peer();
    List<String> protocols = List.of(servers.contains(peer) ? KAD : "/something/else");
    node.host().identified(new PeerInfo(peer, true, connected.inbound(), List.of(listening.get(peer)), protocols,
        "peerbus/test", ""));
  }

  void awaitTable(Node node, int size) {
    Nodes.eventually(node, node.name() + " knows " + size,
        () -> ask(node, op("stats")).getInteger("tableSize") >= size);
  }

  static JsonObject server() {
    return new JsonObject().put("mode", "server").put("strict", false);
  }

  void assertRefused(Node node, Failure failure, String message, JsonObject request) {
    ReplyException refused = assertThrows(ReplyException.class, () -> ask(node, request));
    assertEquals(message, refused.getMessage());
    assertEquals(failure.code(), refused.failureCode());
  }
}
