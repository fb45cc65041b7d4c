package io.peerbus.identify.verticle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.HostEvent;
import io.peerbus.api.PeerInfo;
import io.peerbus.host.Nodes;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Identify between real nodes over TCP on 127.0.0.1. */
@ExtendWith(VertxExtension.class)
class IdentifyNodesTest {

  private static void deployIdentify(Vertx vertx, Node node) {
    Nodes.await(vertx.deployVerticle(new IdentifyVerticle(), new DeploymentOptions().setConfig(new JsonObject()
        .put("node", node.name()).put("plugin", "identify")
        .put("settings", new JsonObject().put("debounceMillis", 20)))));
  }

  /** What a node says it knows of a peer, once it is what is waited for. */
  private static Future<PeerInfo> identified(Node node, Predicate<PeerInfo> wanted) {
    Promise<PeerInfo> promise = Promise.promise();
    node.on(() -> {
      node.host().events(event -> {
        if (event instanceof HostEvent.Identified identified && wanted.test(identified.peer())) {
          promise.tryComplete(identified.peer());
        }
      });
      return Future.succeededFuture();
    });
    return promise.future();
  }

  @Test
  void twoNodesLearnOfEachOtherAndOfWhatChanges(Vertx vertx) {
    Node a = Nodes.start(vertx, "a");
    Node b = Nodes.start(vertx, "b");
    deployIdentify(vertx, a);
    deployIdentify(vertx, b);
    Future<PeerInfo> ofB = identified(a, peer -> true);
    Future<PeerInfo> ofA = identified(b, peer -> true);
    Future<PeerInfo> changed = identified(a, peer -> peer.protocols().contains("/echo/1.0.0"));
    Future<PeerInfo> changedBack = identified(a,
        peer -> changed.succeeded() && !peer.protocols().contains("/echo/1.0.0"));
    Multiaddr address = b.address();
    PeerId connected = a.on(() -> a.host().connect(address));
    assertEquals(b.host().id(), connected);
    PeerInfo first = Nodes.await(ofB);
    assertEquals(List.of("/ipfs/id/1.0.0", "/ipfs/id/push/1.0.0"), first.protocols());
    assertEquals(List.of(address.withoutPeerId()), first.addresses());
    assertEquals(b.on(b.host()::info).agentVersion(), first.agentVersion());
    assertEquals(a.host().id(), Nodes.await(ofA).peer());
    assertEquals(first.protocols(), a.on(() -> a.host().peer(b.host().id())).protocols(), "core keeps it");

    Promise<Void> closed = Promise.promise();
    b.on(() -> b.host().handle("/echo/1.0.0", stream -> { }).map(registration -> {
      changed.onSuccess(told -> registration.close().onComplete(closed));
      return null;
    }));
    Nodes.await(changed);
    Nodes.await(closed.future());
    Nodes.await(changedBack);
  }

  @Test
  void aPeerIsIdentifiedOnDemandAndManyAtOnce(Vertx vertx) {
    Node hub = Nodes.start(vertx, "hub");
    deployIdentify(vertx, hub);
    Multiaddr address = hub.address();
    List<Future<JsonObject>> answers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Node leaf = Nodes.start(vertx, "leaf" + i);
      deployIdentify(vertx, leaf);
      // The dialler is done before the listener has read the end of the handshake.
      Future<PeerInfo> there = identified(hub, peer -> peer.peer().equals(leaf.host().id()));
      leaf.on(() -> leaf.host().connect(address));
      Nodes.await(there);
      for (int j = 0; j < 4; j++) {
        answers.add(vertx.eventBus().<JsonObject>request("peerbus.hub.identify",
            new JsonObject().put("op", "identify").put("peer", leaf.host().id().toString()))
            .map(reply -> reply.body()));
      }
    }
    Nodes.await(Future.all(List.copyOf(answers)));
    for (Future<JsonObject> answer : answers) {
      assertTrue(answer.result().getBoolean("connected"));
      assertTrue(answer.result().getJsonArray("protocols").contains("/ipfs/id/1.0.0"));
      assertTrue(answer.result().getString("observedAddress").startsWith("/ip4/127.0.0.1/tcp/"));
    }
  }

  @Test
  void whoAsksWhileThePluginIsReplacedIsAnsweredAndPeersStayIdentified(Vertx vertx) {
    Node a = Nodes.start(vertx, "a");
    Node b = Nodes.start(vertx, "b");
    String deployed = deploy(vertx, a, false);
    deploy(vertx, b, false);
    Future<PeerInfo> known = identified(b, peer -> true);
    Multiaddr address = a.address();
    b.on(() -> b.host().connect(address));
    Nodes.await(known);
    JsonObject request = new JsonObject().put("op", "identify").put("peer", b.host().id().toString());
    List<Future<?>> answers = new CopyOnWriteArrayList<>();
    long asking = vertx.setPeriodic(5, id -> answers.add(vertx.eventBus().request("peerbus.a.identify", request)));
    for (int i = 0; i < 20; i++) {
      String newer = deploy(vertx, a, true);
      Nodes.await(vertx.undeploy(deployed));
      deployed = newer;
      assertTrue(!b.on(() -> b.host().peer(a.host().id())).protocols().isEmpty());
      assertTrue(!a.on(() -> a.host().peer(b.host().id())).protocols().isEmpty());
    }
    vertx.cancelTimer(asking);
    Nodes.await(vertx.timer(1).compose(last -> Future.all(List.copyOf(answers))));
    assertTrue(answers.size() > 20, "it was asked all the time");
  }

  private static String deploy(Vertx vertx, Node node, boolean replaces) {
    return Nodes.await(vertx.deployVerticle(new IdentifyVerticle(), new DeploymentOptions().setConfig(new JsonObject()
        .put("node", node.name()).put("plugin", "identify").put("replaces", replaces))));
  }
}
