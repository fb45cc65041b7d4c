package io.peerbus.bus;

import static io.peerbus.host.Nodes.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.LoopRegistration;
import io.peerbus.api.Loops;
import io.peerbus.api.Stream;
import io.peerbus.host.Nodes;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A plugin on the event loops of its node's connections. */
@ExtendWith(VertxExtension.class)
@Timeout(120)
class LoopsTest {

  private static final String ECHO = "/echo/1.0.0";

  private Vertx vertx;
  private Node server;

  /** Echoes, and knows where. */
  private static final class Echo implements Handler<Stream> {
    private final Set<PeerId> peers = new HashSet<>();
    private final Set<Thread> threads = new HashSet<>();

    @Override
    public void handle(Stream stream) {
      peers.add(stream.peer());
      threads.add(Thread.currentThread());
      stream.handler(bytes -> {
        threads.add(Thread.currentThread());
        stream.write(bytes);
      });
      stream.endHandler(ended -> stream.end());
    }
  }

  @BeforeEach
  void start(Vertx vertx) {
    this.vertx = vertx;
    server = Nodes.start(vertx, "server");
  }

  private Loops loops(Node node) {
    return node.on(node.host()::loops);
  }

  private LoopRegistration<Echo> serve() {
    Loops loops = loops(server);
    return server.on(() -> loops.handle(List.of(ECHO), Echo::new));
  }

  private Node client(String name) {
    Node client = Nodes.start(vertx, name);
    Multiaddr address = server.address();
    client.on(() -> client.host().connect(address));
    return client;
  }

  private Stream open(Node client) {
    return client.on(() -> client.host().open(server.host().id(), ECHO));
  }

  private static String echoed(Node client, Stream stream, String text) {
    return client.on(() -> {
      Promise<String> answer = Promise.promise();
      stream.handler(bytes -> answer.tryComplete(bytes.toString()));
      stream.resetHandler(answer::tryFail);
      stream.write(Buffer.buffer(text));
      return answer.future();
    });
  }

  private static Future<FailureException> reset(Node client, Stream stream) {
    Promise<FailureException> reset = Promise.promise();
    client.on(() -> {
      stream.resetHandler(reset::tryComplete);
      return Future.succeededFuture();
    });
    return reset.future();
  }

  /** The threads of the node's shards. */
  private Set<Thread> shards(String node) {
    Set<Thread> threads = new HashSet<>();
    for (Context each : new ShardLoops(vertx, new Addresses(node)).all().values()) {
      Promise<Thread> thread = Promise.promise();
      each.runOnContext(now -> thread.complete(Thread.currentThread()));
      threads.add(await(thread.future()));
    }
    return threads;
  }

  @Test
  void aStreamIsServedOnTheLoopOfItsConnection() {
    LoopRegistration<Echo> registration = serve();
    for (int i = 0; i < 4; i++) { // accepted by the shards in turn
      Node client = client("client" + i);
      assertEquals("to the loop", echoed(client, open(client), "to the loop"));
    }
    Set<Thread> shards = shards("server");
    List<Set<Thread>> seen = server.on(() -> registration.each(echo -> Set.copyOf(echo.threads)));
    assertEquals(2, shards.size());
    assertEquals(3, seen.size());
    assertEquals(Set.of(), seen.get(2), "nothing was left to the plugin's own context");
    assertEquals(shards, Set.of(only(seen.get(0)), only(seen.get(1))));
    assertEquals(4, server.on(() -> registration.each(echo -> echo.peers.size())).stream().mapToInt(n -> n).sum());
  }

  private static Thread only(Set<Thread> threads) {
    assertEquals(1, threads.size());
    return threads.iterator().next();
  }

  @Test
  void workIsDoneOnTheLoopOfTheConnectionAndCompletesOnThePluginsContext() {
    serve();
    Node client = client("client");
    Loops loops = loops(client);
    Set<Thread> work = ConcurrentHashMap.newKeySet();
    Set<Thread> after = ConcurrentHashMap.newKeySet();
    String answer = client.on(() -> loops.at(server.host().id(), opener -> {
      work.add(Thread.currentThread());
      return opener.open(server.host().id(), ECHO).compose(stream -> {
        Promise<String> echoed = Promise.promise();
        stream.handler(bytes -> {
          work.add(Thread.currentThread());
          echoed.complete(bytes.toString());
        });
        stream.write(Buffer.buffer("from the loop"));
        return echoed.future();
      });
    }).onSuccess(done -> after.add(Thread.currentThread())));
    Thread plugin = client.on(() -> Future.succeededFuture(Thread.currentThread()));
    assertEquals("from the loop", answer);
    assertTrue(shards("client").contains(only(work)));
    assertEquals(Set.of(plugin), after);
  }

  @Test
  void whereverAStreamIsOpenedItHasAnIdOfItsOwn() {
    serve();
    Node client = client("client");
    Loops loops = loops(client);
    PeerId peer = server.host().id();
    List<Stream> streams = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      streams.add(open(client));
      streams.add(client.on(() -> loops.at(peer, opener -> opener.open(peer, ECHO))));
    }
    assertEquals(6, streams.stream().map(stream -> ((BusStream) stream).id()).distinct().count());
  }

  @Test
  void whatCannotBeReachedFailsBeforeAnythingIsDone() {
    Loops loops = loops(server);
    PeerId nobody = Nodes.start(vertx, "other").host().id();
    assertEquals(Failure.NOT_FOUND, assertThrows(FailureException.class, () -> server.on(
        () -> loops.at(nobody, opener -> {
          throw new AssertionError("there is nobody");
        }))).failure());
  }

  @Test
  void aConnectionThatIsGoneIsDialledAnewFromTheLoop() {
    serve();
    Node client = client("client");
    Loops loops = loops(client);
    PeerId peer = server.host().id();
    Multiaddr address = server.address();
    String answer = client.on(() -> loops.at(peer, opener -> {
      Promise<Void> gone = Promise.promise();
      client.context().runOnContext(now -> client.host().disconnect(peer)
          .compose(closed -> client.host().connect(address)).<Void>mapEmpty().onComplete(gone));
      return gone.future().compose(again -> opener.open(peer, ECHO)).map(Stream::protocol);
    }));
    assertEquals(ECHO, answer);
  }

  @Test
  void aClosedRegistrationRefusesNewStreamsAndLetsOpenOnesFinish() {
    LoopRegistration<Echo> registration = serve();
    Node client = client("client");
    Stream stream = open(client);
    Future<Void> closed = server.on(() -> Future.succeededFuture(registration.close(Duration.ofSeconds(100))));
    Nodes.eventually(server, "core has heard of it", () -> !server.on(server.host()::info).protocols().contains(ECHO));
    assertEquals(Failure.UNSUPPORTED_PROTOCOL,
        assertThrows(FailureException.class, () -> open(client)).failure());
    assertFalse(closed.isComplete());
    assertEquals("still there", echoed(client, stream, "still there"));
    client.on(stream::end);
    await(closed);
  }

  @Test
  void aDrainThatIsOverResetsWhatIsLeft() {
    LoopRegistration<Echo> registration = serve();
    Node client = client("client");
    Stream stream = open(client);
    Future<FailureException> reset = reset(client, stream);
    server.on(() -> registration.close(Duration.ofMillis(1)));
    assertEquals(Failure.RESET_BY_PEER, await(reset).failure());
  }

  @Test
  void aPluginThatIsGoneLeavesNothingBehind() {
    serve();
    Node client = client("client");
    Stream stream = open(client);
    Future<FailureException> reset = reset(client, stream);
    String inbox = server.on(() -> Future.succeededFuture(
        new Addresses("server").inbox(((BusHost) server.host()).lease().client(), 1)));
    server.on(() -> server.host().close(Duration.ZERO));
    assertEquals(Failure.RESET_BY_PEER, await(reset).failure());
    assertThrows(Throwable.class, () -> await(vertx.eventBus().request(inbox, StreamFrame.end(0),
        StreamFrameCodec.OPTIONS)), "nobody is there any more");
    assertEquals(Failure.CANCELLED,
        assertThrows(FailureException.class, () -> server.on(server.host()::loops)).failure());
  }

  @Test
  void whatAHandlerThrowsThereIsThePluginsError() {
    Promise<Throwable> error = Promise.promise();
    server.context().exceptionHandler(error::tryComplete);
    Loops loops = loops(server);
    server.on(() -> loops.handle(List.of("/bad/1.0.0"), () -> (Handler<Stream>) stream -> {
      throw new IllegalStateException("thrown by the test");
    }));
    Node client = client("client");
    Promise<FailureException> reset = Promise.promise();
    client.on(() -> client.host().open(server.host().id(), "/bad/1.0.0")
        .onSuccess(stream -> stream.resetHandler(reset::tryComplete)));
    assertEquals("thrown by the test", await(error.future()).getMessage());
    assertEquals(Failure.RESET_BY_PEER, await(reset.future()).failure());
  }

  @Test
  void aProtocolThatIsTakenIsTakenOnLoopsToo() {
    LoopRegistration<Echo> registration = serve();
    Loops loops = loops(server);
    assertEquals(Failure.ALREADY_TAKEN, assertThrows(FailureException.class,
        () -> server.on(() -> loops.handle(List.of(ECHO), Echo::new))).failure());
    Node other = Nodes.attach(vertx, "server", server.deployment());
    Loops others = loops(other);
    assertEquals(Failure.ALREADY_TAKEN, assertThrows(FailureException.class,
        () -> other.on(() -> others.handle(List.of(ECHO), Echo::new))).failure());
    Node client = client("client");
    assertEquals("the first", echoed(client, open(client), "the first"));
    assertNotEquals(List.of(0, 0, 0), server.on(() -> registration.each(echo -> echo.peers.size())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1024", "-1", "\"peerbus.server.inbox.1\"", "null", "1e99"})
  void aSeatIsANumber(String seat) {
    long client = server.on(() -> Future.succeededFuture(((BusHost) server.host()).lease().client()));
    JsonObject request = new JsonObject().put("op", "register").put("client", client)
        .put("protocols", BusJson.array(List.of(ECHO)))
        .put("loops", new JsonObject("{\"peerbus.server.data.0\": " + seat + "}"));
    ReplyException refused = assertThrows(ReplyException.class,
        () -> await(vertx.eventBus().request("peerbus.server.control", request)));
    assertEquals(Failure.BAD_REQUEST.code(), refused.failureCode());
  }
}
