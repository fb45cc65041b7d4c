package io.peerbus.host;

import static io.peerbus.host.Nodes.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.Host;
import io.peerbus.api.ProtocolVerticle;
import io.peerbus.api.Registration;
import io.peerbus.api.Stream;
import io.peerbus.bus.Addresses;
import io.peerbus.bus.StreamFrame;
import io.peerbus.bus.StreamFrameCodec;
import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.host.Nodes.Node;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a plugin may do wrong, or leave undone, to a node. */
@ExtendWith(VertxExtension.class)
class PluginFaultsTest {

  private static final String ECHO = "/echo/1.0.0";

  private Vertx vertx;
  private Node alice;
  private Node bob;
  private JsonObject route;

  @BeforeEach
  void start(Vertx vertx) {
    this.vertx = vertx;
    alice = Nodes.start(vertx, "alice");
    bob = Nodes.start(vertx, "bob");
    JsonObject connect = new JsonObject().put("op", "connect")
        .put("addresses", new JsonArray().add(bob.address().toString()));
    route = control(connect);
  }

  private JsonObject control(JsonObject request) {
    return await(vertx.eventBus().<JsonObject>request(new Addresses("alice").control(), request)).body();
  }

  private static Failure failure(Runnable action) {
    return assertThrows(FailureException.class, action::run).failure();
  }

  /** A plugin that is nothing but its inbox. */
  private StreamFrame answerToOpen(JsonObject change) {
    Promise<StreamFrame> answer = Promise.promise();
    vertx.eventBus().<StreamFrame>consumer("inbox of the test", message -> answer.tryComplete(message.body()));
    JsonObject open = new JsonObject().put("inbox", "inbox of the test").put("connection", route.getLong("connection"))
        .put("protocols", new JsonArray().add(ECHO)).mergeIn(change);
    vertx.eventBus().send(route.getString("data"), StreamFrame.open((77L << 32) + 1, 1024, open.toBuffer()),
        StreamFrameCodec.OPTIONS);
    return await(answer.future());
  }

  @Test
  void anOpenWithNonsenseInItIsAnswered() {
    assertEquals(Failure.BAD_REQUEST.code(), answerToOpen(new JsonObject().put("connection", "seven")).value());
  }

  @Test
  void aProtocolIdThatNoPeerCouldReadIsRefused() {
    for (String id : List.of("", "x".repeat(2_000), "/a\n/b")) {
      assertEquals(Failure.BAD_REQUEST, failure(() -> alice.on(() -> alice.host().open(bob.host().id(), id))));
    }
  }

  @Test
  void aPluginWhoseStartGivesNoFutureFailsInWordsAndIsDetached() {
    JsonObject attach = new JsonObject().put("op", "attach").put("plugin", "counter").put("api", 1);
    long next = control(attach).getLong("client") + 1;
    ProtocolVerticle careless = new ProtocolVerticle() {
      @Override
      protected Future<?> start(Host host) {
        host.handle(ECHO, Stream::reset);
        return null;
      }
    };
    DeploymentOptions options = new DeploymentOptions().setConfig(new JsonObject().put("node", "alice"));
    assertEquals("start(host) gave no future", await(vertx.deployVerticle(careless, options)
        .transform(started -> Future.succeededFuture(started.cause().getMessage()))));
    assertEquals(Failure.NOT_FOUND, failure(() -> alice.on(() -> vertx.eventBus().request(
        new Addresses("alice").control(), new JsonObject().put("op", "renew").put("client", next))
        .recover(e -> Future.failedFuture(Failure.of(e))))));
  }

  @Test
  void oneHostCannotServeAProtocolTwice() {
    Registration first = bob.on(() -> bob.host().handle(ECHO, stream -> stream.pipeTo(stream)));
    assertEquals(Failure.ALREADY_TAKEN, failure(() -> bob.on(() -> bob.host().handle(ECHO, Stream::reset))));
    assertEquals(ECHO, alice.on(() -> alice.host().open(bob.host().id(), ECHO)).protocol());
    bob.on(first::close);
    bob.on(() -> bob.host().handle(ECHO, Stream::reset));
  }

  @Test
  void aStreamThatOpensWhenItsPluginIsGoneIsReset() {
    Promise<Stream> accepted = Promise.promise();
    Promise<Stream> before = Promise.promise();
    bob.on(() -> bob.host().handle("/before", before::complete));
    bob.on(() -> bob.host().handle(ECHO, accepted::complete));
    alice.on(() -> alice.host().open(bob.host().id(), "/before"));
    await(before.future()); // bob's plugins get streams from alice now: the next one is not reset before that
    JsonObject open = new JsonObject().put("inbox", "nobody is here").put("connection", route.getLong("connection"))
        .put("protocols", new JsonArray().add(ECHO));
    vertx.eventBus().send(route.getString("data"), StreamFrame.open((77L << 32) + 1, 1024, open.toBuffer()),
        StreamFrameCodec.OPTIONS);
    Stream stream = await(accepted.future());
    Promise<FailureException> reset = Promise.promise();
    bob.on(() -> {
      stream.resetHandler(reset::tryComplete);
      return Future.succeededFuture();
    });
    assertEquals(Failure.RESET_BY_PEER, await(reset.future()).failure());
  }

  @Test
  void aPluginThatWritesBeforeItAcceptsLosesTheStream() {
    Addresses addresses = new Addresses("bob");
    JsonObject attached = await(vertx.eventBus().<JsonObject>request(addresses.control(),
        new JsonObject().put("op", "attach").put("plugin", "rude").put("api", 1))).body();
    vertx.eventBus().<StreamFrame>consumer(attached.getString("inbox"), message -> {
      if (message.body().kind() == StreamFrame.Kind.OPEN) {
        vertx.eventBus().send(message.body().payload().toJsonObject().getString("data"),
            StreamFrame.data(message.body().stream(), Buffer.buffer("too early")), StreamFrameCodec.OPTIONS);
      }
    });
    await(vertx.eventBus().request(addresses.control(), new JsonObject().put("op", "register")
        .put("client", attached.getLong("client")).put("protocols", new JsonArray().add(ECHO))));
    Promise<FailureException> reset = Promise.promise();
    alice.on(() -> alice.host().open(bob.host().id(), ECHO)
        .onSuccess(stream -> stream.resetHandler(reset::tryComplete)));
    assertEquals(Failure.RESET_BY_PEER, await(reset.future()).failure());
  }

  /** It may keep the offer, for a stream of which it waits to be told more. */
  @Test
  void aPluginThatDoesNotAcceptInTimeIsToldAndSoIsThePeer() {
    Addresses addresses = new Addresses("bob");
    JsonObject attached = await(vertx.eventBus().<JsonObject>request(addresses.control(),
        new JsonObject().put("op", "attach").put("plugin", "lazy").put("api", 1))).body();
    Promise<StreamFrame> told = Promise.promise();
    vertx.eventBus().<StreamFrame>consumer(attached.getString("inbox"), message -> {
      if (message.body().kind() == StreamFrame.Kind.RESET) {
        told.tryComplete(message.body());
      }
    });
    await(vertx.eventBus().request(addresses.control(), new JsonObject().put("op", "register")
        .put("client", attached.getLong("client")).put("protocols", new JsonArray().add(ECHO))));
    Promise<FailureException> reset = Promise.promise();
    alice.on(() -> alice.host().open(bob.host().id(), ECHO)
        .onSuccess(stream -> stream.resetHandler(reset::tryComplete)));
    assertEquals(Failure.RESET_BY_PEER, await(reset.future()).failure());
    assertEquals(Failure.TIMED_OUT.code(), await(told.future()).value());
  }

  @Test
  void aHandlerThatThrowsCostsNothingButItsStream() {
    bob.on(() -> bob.host().handle(ECHO, stream -> stream.handler(data -> {
      throw new IllegalStateException("thrown by the test");
    })));
    Promise<FailureException> reset = Promise.promise();
    alice.on(() -> alice.host().open(bob.host().id(), ECHO).onSuccess(stream -> {
      stream.resetHandler(reset::tryComplete);
      stream.write(Buffer.buffer("x"));
    }));
    assertEquals(Failure.RESET_BY_PEER, await(reset.future()).failure());
    assertEquals(ECHO, alice.on(() -> alice.host().open(bob.host().id(), ECHO)).protocol());
  }

  @Test
  void aHandlerOfStreamsThatThrowsAnErrorCostsThatStreamAndTheContextHearsOfIt() {
    Error error = new NoClassDefFoundError("x/Y");
    Promise<Throwable> reported = Promise.promise();
    bob.context().exceptionHandler(reported::tryComplete);
    bob.on(() -> bob.host().handle(ECHO, stream -> {
      throw error;
    }));
    Promise<FailureException> reset = Promise.promise();
    alice.on(() -> alice.host().open(bob.host().id(), ECHO)
        .onSuccess(stream -> stream.resetHandler(reset::tryComplete)));
    assertEquals(Failure.RESET_BY_PEER, await(reset.future()).failure());
    assertSame(error, await(reported.future()));
  }

  @Test
  void aNodeNameIsUsedOnceAtATime() {
    KeyPair other = KeyPair.generate(KeyType.ED25519, new SecureRandom());
    assertEquals(Failure.ALREADY_TAKEN, failure(() -> Nodes.start(vertx, Nodes.options("bob"), other)));
    await(vertx.undeploy(bob.deployment()));
    Nodes.start(vertx, Nodes.options("bob"), other);
  }
}
