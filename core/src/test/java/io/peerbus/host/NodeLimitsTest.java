package io.peerbus.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.Stream;
import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Options of a node that reach what they limit. */
@ExtendWith(VertxExtension.class)
class NodeLimitsTest {

  private static Node start(Vertx vertx, HostOptions options) {
    return Nodes.start(vertx, options, KeyPair.generate(KeyType.ED25519, new SecureRandom()));
  }

  @Test
  void streamsOfAllConnectionsOfAnEventLoopAreLimited(Vertx vertx) {
    Node server = start(vertx, Nodes.options("server").setShards(1).setMaxStreamsPerShard(2));
    Promise<Stream> third = Promise.promise();
    server.on(() -> server.host().handle(List.of("/a", "/b"), stream -> { }));
    server.on(() -> server.host().handle("/c", third::complete));
    Multiaddr address = server.address();
    for (int i = 0; i < 2; i++) {
      Node client = Nodes.start(vertx, "client" + i);
      client.on(() -> client.host().connect(address));
      client.on(() -> client.host().open(server.host().id(), "/a"));
    }
    Node late = Nodes.start(vertx, "late");
    late.on(() -> late.host().connect(address));
    FailureException refused = assertThrows(FailureException.class,
        () -> late.on(() -> late.host().open(server.host().id(), "/c")));
    assertEquals(Failure.RESET_BY_PEER, refused.failure());
    assertEquals(false, third.future().isComplete());
  }

  @Test
  void connectionsFromOneSiteAreLimited(Vertx vertx) throws Exception {
    Node server = start(vertx, Nodes.options("server").setLoopbackExempt(false).setMaxPerSite(1)
        .setListen(List.of(Multiaddr.parse("/ip6/::1/tcp/0"))));
    Multiaddr address = server.address();
    Node first = Nodes.start(vertx, "first");
    first.on(() -> first.host().connect(address));
    Node second = Nodes.start(vertx, "second");
    assertEquals(Failure.DIAL_FAILED, assertThrows(FailureException.class,
        () -> second.on(() -> second.host().connect(address))).failure());
  }
}
