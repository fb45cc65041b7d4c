package io.peerbus.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.HostEvent;
import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.GateRule;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.swarm.Gater;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whom a running node has to do with, by its options and over the bus. */
@ExtendWith(VertxExtension.class)
class GatedNodeTest {

  private static JsonObject gate(Vertx vertx, Node node, String list, Object... rules) {
    JsonObject request = rules.length == 0 ? new JsonObject() : new JsonObject().put(list, new JsonArray(List.of(rules)));
    return Nodes.await(vertx.eventBus().<JsonObject>request("peerbus." + node.name() + ".gater", request)).body();
  }

  private static JsonObject rules(List<String> deny, List<String> allow, int closed) {
    return new JsonObject().put("deny", new JsonArray(deny)).put("allow", new JsonArray(allow)).put("closed", closed);
  }

  @Test
  void aDeniedPeerLosesItsConnectionAndGetsNoOtherUntilTheRuleGoes(Vertx vertx) {
    Node alice = Nodes.start(vertx, "alice");
    Node bob = Nodes.start(vertx, "bob");
    Multiaddr address = bob.address();
    alice.on(() -> alice.host().connect(address));
    Nodes.eventually(bob, "alice is there", () -> bob.on(bob.host()::peers).size() == 1);
    Multiaddr alices = alice.address();
    String id = alice.host().id().toString();
    Promise<String> gone = Promise.promise();
    bob.on(() -> {
      bob.host().events(event -> {
        if (event instanceof HostEvent.Disconnected disconnected) {
          gone.tryComplete(disconnected.reason());
        }
      });
      return bob.host().info();
    });
    Promise<JsonObject> refused = Promise.promise();
    vertx.eventBus().<JsonObject>consumer("peerbus.bob.refusals.events", event -> refused.tryComplete(event.body()));
    assertEquals(rules(List.of(id), List.of(), 1), gate(vertx, bob, "deny", id));
    assertEquals("gater: " + id + " is denied", Nodes.await(gone.future()));

    Nodes.eventually(alice, "alice hears of the end", () -> alice.on(alice.host()::peers).isEmpty());
    FailureException failure = assertThrows(FailureException.class, () -> {
      bob.on(() -> bob.host().connect(alices));
    });
    assertEquals(Failure.FORBIDDEN, failure.failure());
    JsonObject event = Nodes.await(refused.future());
    assertEquals("gater", event.getString("limit"));
    assertEquals("gater: " + id + " is denied", event.getString("message"));
    assertTrue(event.getLong("refused") >= 1 && event.getLong("total") >= 1, event.encode());

    alice.on(() -> alice.host().connect(address).otherwiseEmpty()); // its handshake is done before it is sent away
    Nodes.eventually(bob, "alice is sent away", () -> bob.on(bob.host()::peers).isEmpty());
    Nodes.eventually(alice, "and hears of it", () -> alice.on(alice.host()::peers).isEmpty());
    assertEquals(rules(List.of(), List.of(), 0), gate(vertx, bob, "remove", id));
    alice.on(() -> alice.host().connect(address));
  }

  @Test
  void aDeniedSubnetComesToNoHandshakeInEitherDirection(Vertx vertx) throws Exception {
    Node alice = Nodes.start(vertx, "alice");
    Node bob = Nodes.start(vertx, Nodes.options("bob")
        .setGater(Gater.OPEN.with(List.of(GateRule.parse("127.0.0.0/8")), List.of(), List.of())),
        KeyPair.generate(KeyType.ED25519, new SecureRandom()));
    Multiaddr address = bob.address();
    Multiaddr alices = alice.address();
    assertEquals(rules(List.of("127.0.0.0/8"), List.of(), 0), gate(vertx, bob, "deny"));
    assertEquals(Failure.DIAL_FAILED,
        assertThrows(FailureException.class, () -> alice.on(() -> alice.host().connect(address))).failure());
    assertEquals(Failure.FORBIDDEN,
        assertThrows(FailureException.class, () -> bob.on(() -> bob.host().connect(alices))).failure());
    Multiaddr named = Multiaddr.parse("/dns4/localhost/tcp/" + alices.hostPort().orElseThrow().port());
    FailureException resolved =
        assertThrows(FailureException.class, () -> bob.on(() -> bob.host().connect(named)));
    assertEquals(Failure.DIAL_FAILED, resolved.failure());
    assertTrue(resolved.getMessage().contains("gater: 127.0.0.0/8 is denied"), resolved.getMessage());
    gate(vertx, bob, "allow", "127.0.0.1");
    alice.on(() -> alice.host().connect(address));
  }

  @Test
  void theRulesOfAChangedConfigReplaceItsOwnAndNotThoseOfTheBus(Vertx vertx) throws Exception {
    HostOptions options = Nodes.options("bob")
        .setGater(Gater.OPEN.with(List.of(GateRule.parse("10.0.0.0/8")), List.of(), List.of()));
    HostVerticle verticle = new HostVerticle(options, KeyPair.generate(KeyType.ED25519, new SecureRandom()));
    Node bob = Nodes.attach(vertx, "bob", Nodes.await(vertx.deployVerticle(verticle)));
    gate(vertx, bob, "allow", "10.1.2.3");
    Nodes.await(verticle.setLimits(new HostOptions(options)
        .setGater(Gater.OPEN.with(List.of(GateRule.parse("11.0.0.0/8")), List.of(), List.of()))));
    assertEquals(rules(List.of("11.0.0.0/8"), List.of("10.1.2.3"), 0), gate(vertx, bob, "deny"));
    Nodes.await(verticle.setLimits(options.setGater(Gater.OPEN)));
    assertEquals(rules(List.of(), List.of("10.1.2.3"), 0), gate(vertx, bob, "deny"));
  }

  @Test
  void whatIsNoRuleIsRefusedWithTheReasonAndChangesNothing(Vertx vertx) {
    Node bob = Nodes.start(vertx, "bob");
    assertMistake(vertx, bob, "\"deny\": \"10.0.0.1/8\": it has bits beyond its prefix; the subnet is 10.0.0.0/8",
        new JsonObject().put("allow", new JsonArray().add("*")).put("deny", new JsonArray().add("10.0.0.1/8")));
    assertMistake(vertx, bob, "\"*\" cannot be both denied and allowed",
        new JsonObject().put("allow", new JsonArray().add("*")).put("deny", new JsonArray().add("*")));
    assertMistake(vertx, bob, "\"remove\" must be a list, was x", new JsonObject().put("remove", "x"));
    assertEquals(rules(List.of(), List.of(), 0), gate(vertx, bob, "deny"));
  }

  private static void assertMistake(Vertx vertx, Node node, String message, JsonObject request) {
    ReplyException failure = assertThrows(ReplyException.class,
        () -> Nodes.await(vertx.eventBus().request("peerbus." + node.name() + ".gater", request)));
    assertEquals(Failure.BAD_REQUEST.code(), failure.failureCode());
    assertEquals(message, failure.getMessage());
  }
}
