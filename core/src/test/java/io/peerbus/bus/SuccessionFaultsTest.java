package io.peerbus.bus;

import static io.peerbus.host.Nodes.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.Handover;
import io.peerbus.api.Host;
import io.peerbus.api.Inheritance;
import io.peerbus.api.Stream;
import io.peerbus.host.Nodes;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What may go wrong while one version of a plugin takes the place of another. */
@ExtendWith(VertxExtension.class)
@Timeout(120)
class SuccessionFaultsTest {

  private static final String PROTOCOL = "/left/1.0.0";

  private Vertx vertx;
  private Node peer;
  private Node old;
  private Stream theirs;
  private Stream ours;

  @BeforeEach
  void start(Vertx vertx) {
    this.vertx = vertx;
    Nodes.start(vertx, "server");
    peer = Nodes.start(vertx, "peer");
    old = version(false);
    Promise<Stream> inbound = Promise.promise();
    old.on(() -> old.host().handle(PROTOCOL, inbound::complete));
    old.on(() -> old.host().serve(request -> Future.succeededFuture(new JsonObject().put("by", "old"))));
    Multiaddr address = old.address();
    peer.on(() -> peer.host().connect(address));
    theirs = peer.on(() -> peer.host().open(old.host().id(), PROTOCOL));
    ours = await(inbound.future());
  }

  private Node version(boolean successor) {
    Context context = vertx.getOrCreateContext();
    Promise<Host> host = Promise.promise();
    context.runOnContext(now -> BusHost.attach(vertx, "server", "plugin", successor).<Host>map(it -> it)
        .onComplete(host));
    return new Node("server", await(host.future()), context, null);
  }

  private void leaves(Supplier<Future<Handover>> leave) {
    run(old, () -> old.host().onSuccessor(leave));
  }

  private Handover all() {
    return Handover.of(Buffer.buffer("state")).with(ours);
  }

  private static void run(Node on, Runnable action) {
    on.on(() -> {
      action.run();
      return Future.succeededFuture();
    });
  }

  private Optional<Inheritance> inherit(Node version) {
    return version.on(() -> version.host().inherit());
  }

  private Future<FailureException> resetOfTheirs() {
    Promise<FailureException> reset = Promise.promise();
    run(peer, () -> theirs.resetHandler(reset::tryComplete));
    return reset.future();
  }

  private String asked() {
    return peer.on(() -> vertx.eventBus().<JsonObject>request("peerbus.server.plugin", new JsonObject()))
        .body().getString("by");
  }

  @Test
  void ofTwoSuccessorsOneInheritsAndTheOtherBeginsAnew() {
    AtomicInteger left = new AtomicInteger();
    leaves(() -> {
      left.incrementAndGet();
      return Future.succeededFuture(all());
    });
    Node first = version(true);
    Node second = version(true);
    long previous = ((BusHost) old.host()).lease().client();
    Inheritance inheritance = inherit(first).orElseThrow();
    assertEquals("state", inheritance.state().toString());
    assertEquals(1, inheritance.streams().size());
    assertThrows(Throwable.class, () -> await(vertx.eventBus().request(new Addresses("server").succession(previous),
        new JsonObject().put("client", 1))));
    assertEquals(Optional.empty(), inherit(second), "who is the youngest has nothing to leave");
    assertEquals(1, left.get());
  }

  @Test
  void aVersionThatCannotLeaveGoesOnAndAnswersAtOnce() {
    leaves(() -> Future.failedFuture("not now"));
    Node next = version(true);
    assertEquals(Optional.empty(), inherit(next));
    assertFalse(old.host().isHandedOver());
    assertEquals("old", asked());
    leaves(() -> {
      throw new IllegalStateException("thrown by the test");
    });
    assertEquals(Optional.empty(), inherit(next));
    leaves(() -> Future.succeededFuture(all()));
    assertEquals(1, inherit(next).orElseThrow().streams().size(), "it may be asked again");
  }

  @Test
  void whatAVersionLeavesTooLateIsReset() {
    Promise<Handover> late = Promise.promise();
    leaves(late::future);
    Node next = version(true);
    assertEquals(Optional.empty(), inherit(next));
    assertEquals("old", asked());
    assertFalse(old.host().isHandedOver());
    Future<FailureException> reset = resetOfTheirs();
    run(old, () -> late.complete(all()));
    assertEquals(Failure.RESET_BY_PEER, await(reset).failure());
    assertTrue(old.host().isHandedOver());
  }

  @Test
  void aStreamThatWeHaveEndedGoesOnAtTheSuccessor() {
    run(old, () -> ours.end());
    leaves(() -> Future.succeededFuture(all()));
    Node next = version(true);
    Stream stream = inherit(next).orElseThrow().streams().get(0);
    Promise<String> read = Promise.promise();
    run(next, () -> stream.handler(bytes -> read.tryComplete(bytes.toString())));
    run(peer, () -> theirs.write(Buffer.buffer("hello")));
    assertEquals("hello", await(read.future()));
    assertTrue(stream.write(Buffer.buffer("x")).failed());
  }

  @Test
  void aStreamThatThePeerEndedGoesOnAndIsWrittenTo() {
    Promise<Void> ended = Promise.promise();
    run(old, () -> ours.endHandler(end -> ended.complete()));
    run(peer, () -> theirs.end());
    await(ended.future());
    leaves(() -> Future.succeededFuture(all()));
    Node next = version(true);
    Stream stream = inherit(next).orElseThrow().streams().get(0);
    Promise<Void> again = Promise.promise();
    Promise<String> read = Promise.promise();
    run(peer, () -> theirs.handler(bytes -> read.tryComplete(bytes.toString())));
    run(next, () -> stream.endHandler(end -> {
      again.complete();
      stream.write(Buffer.buffer("bye"));
      stream.end();
    }));
    await(again.future());
    assertEquals("bye", await(read.future()));
  }

  @Test
  void aSuccessorThatGoesResetsWhatItHadTaken() {
    leaves(() -> Future.succeededFuture(all()));
    Node next = version(true);
    assertEquals(1, inherit(next).orElseThrow().streams().size());
    Future<FailureException> reset = resetOfTheirs();
    next.on(() -> next.host().close(Duration.ZERO));
    assertEquals(Failure.RESET_BY_PEER, await(reset).failure());
    assertTrue(old.host().isHandedOver());
  }

  @Test
  void whatWentToASuccessorThatIsGoneIsReset() {
    Future<FailureException> reset = resetOfTheirs();
    long gone = 4_711;
    leaves(() -> Future.succeededFuture(all()));
    JsonObject rest = await(vertx.eventBus().<JsonObject>request(
        new Addresses("server").succession(((BusHost) old.host()).lease().client()),
        new JsonObject().put("client", gone))).body();
    assertEquals(1, rest.getJsonArray("streams").size());
    assertEquals(Failure.RESET_BY_PEER, await(reset).failure());
    assertEquals(Failure.UNAVAILABLE, Failure.of(assertThrows(Throwable.class, this::asked)).failure(),
        "what it would answer from is not its own any more");
  }

  /** The older version died before it could say what belongs to a stream. */
  @Test
  void aMovedStreamThatNobodyWaitsForIsResetAtOnce() {
    Future<FailureException> reset = resetOfTheirs();
    leaves(() -> Future.succeededFuture(Handover.nothing()));
    Node next = version(true);
    inherit(next);
    long client = ((BusHost) next.host()).lease().client();
    run(old, () -> {
      BusStreams streams = ((BusHost) old.host()).lease().streams();
      streams.bounceTo(client, new Addresses("server").inbox(client));
      ((BusStream) ours).leave(Buffer.buffer());
    });
    assertEquals(Failure.RESET_BY_PEER, await(reset).failure());
  }

  /** Core has forgotten it, so only the frame itself can say who waits for an answer. */
  @Test
  void whoMovesAStreamThatIsOverIsTold() {
    Promise<StreamFrame> answer = Promise.promise();
    await(vertx.eventBus().<StreamFrame>consumer("test", message -> answer.tryComplete(message.body())).completion());
    vertx.eventBus().send(new Addresses("server").data(0), StreamFrame.move(4_000, 1,
        new JsonObject().put("from", "test").put("inbox", "nowhere").toBuffer()), StreamFrameCodec.OPTIONS);
    assertEquals(StreamFrame.Kind.RESET, await(answer.future()).kind());
    assertEquals(4_000, answer.future().result().stream());
  }
}
