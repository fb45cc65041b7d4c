package io.peerbus.host;

import static io.peerbus.host.Nodes.await;
import static io.peerbus.host.Nodes.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.Stream;
import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a plugin may have of core, with real nodes of two shards; and limits that change while they run. */
@ExtendWith(VertxExtension.class)
class PluginBudgetTest {

  private static final String HOLD = "/hold/1.0.0";
  private static final String OPEN = "/open/1.0.0";

  private Vertx vertx;
  private HostVerticle aliceCore;
  private Node alice;
  private Node bob;

  @BeforeEach
  void start(Vertx vertx) {
    this.vertx = vertx;
    HostOptions options = Nodes.options("alice");
    aliceCore = new HostVerticle(options, KeyPair.generate(KeyType.ED25519, new SecureRandom()));
    alice = Nodes.attach(vertx, "alice", await(vertx.deployVerticle(aliceCore)));
    bob = Nodes.start(vertx, "bob");
    bob.on(() -> bob.host().handle(OPEN, stream -> stream.handler(data -> { })));
    Multiaddr address = alice.address();
    bob.on(() -> bob.host().connect(address));
    eventually(alice, "bob is known", () -> !alice.on(alice.host()::peers).isEmpty());
  }

  private Node frugal(JsonObject budget) {
    return Nodes.attach(vertx, "alice", alice.deployment(), budget);
  }

  private JsonObject usage() {
    JsonArray all = await(vertx.eventBus().<JsonObject>request("peerbus.alice.control",
        new JsonObject().put("op", "usage"))).body().getJsonArray("plugins");
    return all.stream().map(JsonObject.class::cast).filter(each -> each.getString("plugin").equals("frugal"))
        .findFirst().orElseThrow();
  }

  @Test
  void aPeersStreamBeyondTheBudgetIsResetAndOthersGoOn() {
    Node frugal = frugal(new JsonObject().put("streams", 3));
    List<Stream> held = new ArrayList<>();
    frugal.on(() -> frugal.host().handle(HOLD, stream -> {
      held.add(stream);
      stream.pipeTo(stream);
    }));
    List<Stream> open = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      open.add(bob.on(() -> bob.host().open(alice.host().id(), HOLD)));
    }
    eventually(frugal, "three streams", () -> held.size() == 3);
    Promise<Throwable> reset = Promise.promise();
    bob.on(() -> bob.host().open(alice.host().id(), HOLD)
        .onSuccess(stream -> stream.exceptionHandler(reset::tryComplete))
        .onFailure(reset::tryComplete).otherwiseEmpty());
    assertEquals(Failure.RESET_BY_PEER, Failure.of(await(reset.future())).failure());
    assertEquals(1L, usage().getLong("refused"));
    Promise<Buffer> echoed = Promise.promise();
    bob.on(() -> {
      open.get(0).handler(echoed::complete);
      return open.get(0).write(Buffer.buffer("still here"));
    });
    assertEquals("still here", await(echoed.future()).toString());
    bob.on(() -> Future.succeededFuture(open.get(1)).onSuccess(stream -> stream.reset(0)));
    eventually(frugal, "a place", () -> usage().getInteger("streams") == 2);
    bob.on(() -> bob.host().open(alice.host().id(), HOLD));
    eventually(frugal, "a fourth stream", () -> held.size() == 4);
  }

  @Test
  void aStreamThatThePluginOpensBeyondItsBudgetFailsByName() {
    Node frugal = frugal(new JsonObject().put("streams", 2));
    frugal.on(() -> frugal.host().open(bob.host().id(), OPEN));
    Stream second = frugal.on(() -> frugal.host().open(bob.host().id(), OPEN));
    FailureException refusal = assertThrows(FailureException.class,
        () -> frugal.on(() -> frugal.host().open(bob.host().id(), OPEN)));
    assertEquals(Failure.LIMIT_REACHED, refusal.failure());
    assertEquals("plugin frugal is at its budget of 2 streams", refusal.getMessage());
    assertThrows(FailureException.class, () -> frugal.on(() -> frugal.host().open(bob.host().id(), "/nobody")));
    frugal.on(() -> Future.succeededFuture().onSuccess(now -> second.reset(0)));
    eventually(frugal, "a place", () -> usage().getInteger("streams") == 1);
    assertEquals(Failure.UNSUPPORTED_PROTOCOL, assertThrows(FailureException.class,
        () -> frugal.on(() -> frugal.host().open(bob.host().id(), "/nobody"))).failure());
    assertEquals(1, usage().getInteger("streams"), "a stream that did not come to be gives its place back");
    alice.on(() -> alice.host().open(bob.host().id(), OPEN));
  }

  @Test
  void aPluginThatDoesNotReadHoldsItsBudgetAndNoMore() {
    Node frugal = frugal(new JsonObject().put("bytesInFlight", 200_000));
    List<FailureException> ends = new ArrayList<>();
    frugal.on(() -> frugal.host().handle(HOLD, stream -> {
      stream.pause();
      stream.exceptionHandler(e -> ends.add(Failure.of(e)));
    }));
    for (int i = 0; i < 8; i++) {
      bob.on(() -> bob.host().open(alice.host().id(), HOLD).onSuccess(stream -> {
        stream.exceptionHandler(e -> { });
        stream.write(Buffer.buffer(new byte[100_000]));
      }).otherwiseEmpty()); // one that finds the budget used up may fail at once
    }
    eventually(frugal, "streams are cut", () -> usage().getLong("refused") >= 5);
    assertTrue(usage().getLong("bytesInFlight") <= 200_000, usage().encode());
    eventually(frugal, "the plugin is told", () -> !ends.isEmpty());
    assertEquals(Failure.LIMIT_REACHED, ends.get(0).failure());
    assertEquals("plugin frugal is at its budget of 200000 bytesInFlight", ends.get(0).getMessage());
    frugal.on(() -> frugal.host().close(Duration.ZERO));
    eventually(alice, "all is given back", () -> usage().getInteger("streams") == 0);
    assertEquals(0L, usage().getLong("bytesInFlight"));
  }

  @Test
  void changedLimitsHoldForNewConnectionsAndThoseThatAreThereStay() {
    Node carol = Nodes.start(vertx, "carol");
    Multiaddr address = alice.address();
    await(aliceCore.setLimits(Nodes.options("alice").setMaxConnections(1)));
    assertThrows(FailureException.class, () -> carol.on(() -> carol.host().connect(address)));
    bob.on(() -> bob.host().open(alice.host().id(), "/nobody").otherwiseEmpty());
    assertTrue(alice.on(() -> alice.host().peer(bob.host().id())).connected());
    await(aliceCore.setLimits(Nodes.options("alice").setMaxConnections(2)));
    Node dave = Nodes.start(vertx, "dave"); // carol waits for a while after a failure
    dave.on(() -> dave.host().connect(address));
  }
}
