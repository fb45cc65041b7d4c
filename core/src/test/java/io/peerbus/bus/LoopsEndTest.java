package io.peerbus.bus;

import static io.peerbus.host.Nodes.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.Host;
import io.peerbus.api.HostFactory;
import io.peerbus.api.LoopRegistration;
import io.peerbus.api.Loops;
import io.peerbus.api.Opener;
import io.peerbus.api.Stream;
import io.peerbus.host.Nodes;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is left of a plugin on the event loops of connections when it ends, and who has a place there at all. */
@ExtendWith(VertxExtension.class)
@Timeout(120)
class LoopsEndTest {

  private static final String ECHO = "/echo/1.0.0";

  private Vertx vertx;
  private Node server;

  @BeforeEach
  void start(Vertx vertx) {
    this.vertx = vertx;
    server = Nodes.start(vertx, "server");
  }

  private Node client() {
    Node client = Nodes.start(vertx, "client");
    Multiaddr address = server.address();
    client.on(() -> client.host().connect(address));
    return client;
  }

  private static Handler<Stream> echo() {
    return stream -> stream.handler(stream::write);
  }

  @Test
  void itsTimersEndWithThePlugin() {
    Loops loops = server.on(server.host()::loops);
    LoopRegistration<Handler<Stream>> registration =
        server.on(() -> loops.handle(List.of(ECHO), LoopsEndTest::echo));
    List<Long> timers = server.on(() -> registration.each(handler -> vertx.setPeriodic(60_000, id -> { })));
    server.on(() -> server.host().close(Duration.ZERO));
    for (long timer : timers.subList(0, timers.size() - 1)) { // the last is the plugin's own context's
      assertFalse(vertx.cancelTimer(timer), "the timer is there still");
    }
  }

  @Test
  void aPluginOnWorkerThreadsIsNotPutOnEventLoops() {
    JsonObject config = new JsonObject().put("node", "server").put("plugin", "mayBlock");
    Promise<Boolean> onEventLoop = Promise.promise();
    await(vertx.deployVerticle(context -> ServiceLoader.load(HostFactory.class).findFirst().orElseThrow()
        .attach(vertx, context, config)
        .compose(Host::loops)
        .compose(loops -> loops.handle(List.of(ECHO),
            () -> (Handler<Stream>) stream -> onEventLoop.tryComplete(Context.isOnEventLoopThread()))),
        new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)));
    Node client = client();
    client.on(() -> client.host().open(server.host().id(), ECHO));
    assertFalse(await(onEventLoop.future()), "it may block, and core's sockets would wait for it");
  }

  @Test
  void aProtocolIsRegisteredAlthoughTheLeaseWasLostUnnoticed() {
    Loops loops = server.on(server.host()::loops);
    long lost = server.on(() -> Future.succeededFuture(((BusHost) server.host()).lease().client()));
    await(vertx.eventBus().request("peerbus.server.control",
        new JsonObject().put("op", "detach").put("client", lost)));
    server.on(() -> loops.handle(List.of(ECHO), LoopsEndTest::echo));
    Node client = client();
    assertEquals(ECHO, client.on(() -> client.host().open(server.host().id(), ECHO)).protocol());
  }

  private record Place(Opener opener, Context context) {}

  @Test
  void nothingIsOpenedFromALoopWhenThePluginIsGone() {
    server.on(() -> server.host().handle(ECHO, echo()));
    Node client = client();
    PeerId peer = server.host().id();
    Loops loops = client.on(client.host()::loops);
    Place place = client.on(() -> loops.at(peer,
        opener -> Future.succeededFuture(new Place(opener, Vertx.currentContext()))));
    client.on(() -> client.host().close(Duration.ZERO));
    Promise<Stream> opened = Promise.promise();
    place.context().runOnContext(now -> place.opener().open(peer, ECHO).onComplete(opened));
    assertEquals(Failure.CANCELLED,
        assertThrows(FailureException.class, () -> await(opened.future(), 10)).failure());
  }

  @Test
  void aStreamThatComesBehindTheEndIsRefused() {
    AtomicInteger served = new AtomicInteger();
    PeerId peer = server.host().id();
    server.on(() -> {
      BusStreams streams = new BusStreams(vertx, Vertx.currentContext(), 1);
      streams.attach(1, "nowhere.inbox");
      streams.serve(new BusRegistration(List.of(ECHO), stream -> served.incrementAndGet(),
          gone -> Future.succeededFuture()));
      return streams.close(Duration.ZERO, Failure.CANCELLED.because("the plugin was undeployed")).onSuccess(closed ->
          streams.onFrame(StreamFrame.open(2, Allowance.INITIAL, new JsonObject().put("peer", peer.toString())
              .put("protocol", ECHO).put("remoteAddress", "/ip4/127.0.0.1/tcp/1").put("data", "nowhere.data")
              .toBuffer())));
    });
    assertEquals(0, served.get());
  }
}
