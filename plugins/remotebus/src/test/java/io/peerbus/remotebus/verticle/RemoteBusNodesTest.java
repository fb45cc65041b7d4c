package io.peerbus.remotebus.verticle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.host.Nodes;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Real nodes over TCP; the one that is asked has an event bus of its own. */
@ExtendWith(VertxExtension.class)
class RemoteBusNodesTest {

  private final Vertx far = Vertx.vertx();
  private Vertx vertx;
  private Node alice;
  private Node mallory;
  private Node server;

  @BeforeEach
  void start(Vertx vertx) {
    this.vertx = vertx;
    alice = Nodes.start(vertx, "alice");
    mallory = Nodes.start(vertx, "mallory");
    server = Nodes.start(far, "server");
    deploy(vertx, alice, new JsonObject().put("maxOutboundPerPeer", 8));
    deploy(vertx, mallory, new JsonObject());
    deploy(far, server, new JsonObject().put("maxInboundPerPeer", 4).put("allow", new JsonArray().add(new JsonObject()
        .put("peer", alice.host().id().toString()).put("addresses", new JsonArray().add("orders.")))));
    Multiaddr address = server.address();
    alice.on(() -> alice.host().connect(address));
    mallory.on(() -> mallory.host().connect(address));
  }

  @AfterEach
  void stop() {
    Nodes.await(far.close());
  }

  private static void deploy(Vertx vertx, Node node, JsonObject settings) {
    Nodes.await(vertx.deployVerticle(new RemoteBusVerticle(), new DeploymentOptions().setConfig(new JsonObject()
        .put("node", node.name()).put("plugin", "remotebus").put("settings", settings))));
  }

  private Future<JsonObject> asking(Node node, String op, String address, Object body) {
    return vertx.eventBus().<JsonObject>request("peerbus." + node.name() + ".remotebus", new JsonObject()
        .put("op", op).put("peer", server.host().id().toString()).put("address", address).put("body", body)
        .put("timeoutMillis", 10_000), new DeliveryOptions().setSendTimeout(20_000)).map(Message::body);
  }

  private JsonObject ask(Node node, String op, String address, Object body) {
    return Nodes.await(asking(node, op, address, body));
  }

  private static ReplyException assertFails(Failure failure, Runnable action) {
    ReplyException e = assertThrows(ReplyException.class, action::run);
    assertEquals(failure.code(), e.failureCode(), e.getMessage());
    return e;
  }

  @Test
  void aRequestIsAnsweredByAHandlerOfAnotherPeer() {
    Promise<String> from = Promise.promise();
    far.eventBus().consumer("orders.echo", message -> {
      from.tryComplete(message.headers().get(Inbound.PEER));
      message.reply(message.body());
    });
    for (Object body : new Object[] {new JsonObject().put("a", 1), new JsonArray().add("b"), "text", 7, true, null}) {
      JsonObject answer = ask(alice, "request", "orders.echo", body);
      assertEquals(new JsonObject().put("body", body), answer);
    }
    assertEquals(alice.host().id().toString(), Nodes.await(from.future()));
  }

  @Test
  void aSendIsHandedOver() {
    Promise<Object> received = Promise.promise();
    far.eventBus().consumer("orders.new", message -> received.tryComplete(message.body()));
    assertEquals(new JsonObject(), ask(alice, "send", "orders.new", "two apples"));
    assertEquals("two apples", Nodes.await(received.future()));
    assertFails(Failure.UNAVAILABLE, () -> ask(alice, "send", "orders.nobody", 1));
  }

  @Test
  void aPeerThatIsNotOnTheListAndAnAddressThatIsNotAreRefused() {
    far.eventBus().consumer("orders.new", message -> message.reply("served"));
    far.eventBus().consumer("stock", message -> message.reply("served"));
    ReplyException refusal = assertFails(Failure.FORBIDDEN, () -> ask(mallory, "request", "orders.new", 1));
    assertTrue(refusal.getMessage().contains(mallory.host().id().toString()), refusal::getMessage);
    assertFails(Failure.FORBIDDEN, () -> ask(mallory, "send", "orders.new", 1));
    assertFails(Failure.FORBIDDEN, () -> ask(alice, "request", "stock", 1));
    assertFails(Failure.FORBIDDEN, () -> ask(alice, "request", "peerbus.server.control", 1));
    assertEquals("served", ask(alice, "request", "orders.new", 1).getString("body"));
  }

  @Test
  void whatTheHandlerFailsWithIsTold() {
    far.eventBus().consumer("orders.new", message -> message.fail(Failure.NOT_FOUND.code(), "no such order"));
    far.eventBus().consumer("orders.other", message -> message.fail(4711, "its own code"));
    assertTrue(assertFails(Failure.NOT_FOUND, () -> ask(alice, "request", "orders.new", 1)).getMessage()
        .contains("no such order"));
    assertTrue(assertFails(Failure.INTERNAL, () -> ask(alice, "request", "orders.other", 1)).getMessage()
        .contains("code 4711"));
    assertFails(Failure.UNAVAILABLE, () -> ask(alice, "request", "orders.nobody", 1));
  }

  @Test
  void aReplyThatDoesNotComeIsATimeout() {
    far.eventBus().consumer("orders.slow", message -> { });
    assertFails(Failure.TIMED_OUT, () -> Nodes.await(vertx.eventBus().request("peerbus.alice.remotebus",
        new JsonObject().put("op", "request").put("peer", server.host().id().toString())
            .put("address", "orders.slow").put("timeoutMillis", 100))));
  }

  @Test
  void requestsThatMakeNoSenseSayWhatIsWanted() {
    for (JsonObject wrong : List.of(new JsonObject().put("op", "publish"), new JsonObject().put("peer", "nobody"),
        new JsonObject().put("address", ""), new JsonObject().put("timeoutMillis", 0))) {
      JsonObject request = new JsonObject().put("op", "send").put("peer", server.host().id().toString())
          .put("address", "orders.new").put("body", 1).mergeIn(wrong);
      ReplyException e = assertFails(Failure.BAD_REQUEST,
          () -> Nodes.await(vertx.eventBus().request("peerbus.alice.remotebus", request)));
      assertTrue(e.getMessage().contains(wrong.fieldNames().iterator().next()) || wrong.containsKey("op"),
          e::getMessage);
    }
  }

  @Test
  void aFloodEndsAtTheLimitsOfBothSidesAndOthersAreServed() {
    List<Message<Object>> waiting = new CopyOnWriteArrayList<>();
    Promise<Void> four = Promise.promise();
    far.eventBus().consumer("orders.slow", message -> {
      waiting.add(message);
      if (waiting.size() == 4) {
        four.complete();
      }
    });
    AtomicInteger refused = new AtomicInteger();
    Promise<Void> allOthers = Promise.promise();
    List<Future<JsonObject>> flood = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      flood.add(asking(alice, "request", "orders.slow", i).onFailure(e -> {
        if (refused.incrementAndGet() == 96) {
          allOthers.complete();
        }
      }));
    }
    Nodes.await(four.future());
    Nodes.await(allOthers.future());
    assertFails(Failure.FORBIDDEN, () -> ask(mallory, "request", "orders.slow", 1));
    waiting.forEach(message -> message.reply("done"));
    Nodes.await(Future.join(flood).otherwiseEmpty());
    assertEquals(4, flood.stream().filter(Future::succeeded).count(), "served at one time");
    long ours = flood.stream().filter(one -> one.failed()
        && ((ReplyException) one.cause()).failureCode() == Failure.LIMIT_REACHED.code()).count();
    long theirs = flood.stream().filter(one -> one.failed()
        && ((ReplyException) one.cause()).failureCode() == Failure.RESET_BY_PEER.code()).count();
    assertEquals(96, ours + theirs);
    assertTrue(ours > 0 && theirs > 0, ours + " refused here, " + theirs + " there");
    far.eventBus().consumer("orders.new", message -> message.reply("served"));
    assertEquals("served", ask(alice, "request", "orders.new", 1).getString("body"));
  }

  @Test
  void aPeerThatDiesInTheMiddleOfARequestIsTold() {
    Promise<Void> asked = Promise.promise();
    far.eventBus().consumer("orders.slow", message -> asked.tryComplete());
    Future<JsonObject> answer = asking(alice, "request", "orders.slow", 1);
    Nodes.await(asked.future());
    Nodes.await(far.undeploy(server.deployment()));
    ReplyException e = assertThrows(ReplyException.class, () -> Nodes.await(answer));
    assertTrue(List.of(Failure.CONNECTION_CLOSED.code(), Failure.RESET_BY_PEER.code()).contains(e.failureCode()),
        e::getMessage);
  }
}
