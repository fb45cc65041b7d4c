package io.peerbus.bus;

import static io.peerbus.host.Nodes.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.HostEvent;
import io.peerbus.api.Registration;
import io.peerbus.api.Stream;
import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.host.Nodes;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A plugin whose node knows it no longer. */
@ExtendWith(VertxExtension.class)
@Timeout(60)
class LeaseTest {

  private static final String ECHO = "/echo/1.0.0";
  private static final String OTHER = "/other/1.0.0";

  private final KeyPair key = KeyPair.generate(KeyType.ED25519, new SecureRandom());
  private final BlockingQueue<HostEvent> events = new LinkedBlockingQueue<>();
  private Vertx vertx;
  private Node node;
  private Node plugin;
  private Node peer;
  private Registration echo;

  @BeforeEach
  void start(Vertx vertx) {
    this.vertx = vertx;
    node = Nodes.start(vertx, Nodes.options("node"), key);
    plugin = Nodes.attach(vertx, "node", node.deployment());
    peer = Nodes.start(vertx, "peer");
    peer.on(() -> peer.host().handle(OTHER, stream -> stream.pipeTo(stream)));
    echo = plugin.on(() -> plugin.host().handle(ECHO, stream -> stream.pipeTo(stream)));
    plugin.on(() -> {
      plugin.host().events(event -> {
        if (event instanceof HostEvent.Connected || event instanceof HostEvent.Disconnected) {
          events.add(event);
        }
      });
      return Future.succeededFuture();
    });
  }

  private void connect() {
    Multiaddr address = peer.address();
    plugin.on(() -> plugin.host().connect(address));
    next(HostEvent.Connected.class);
    Nodes.eventually(peer, "the peer has the connection too", () -> !peer.on(peer.host()::peers).isEmpty());
  }

  private <E extends HostEvent> E next(Class<E> kind) {
    try {
      HostEvent event = events.poll(20, TimeUnit.SECONDS);
      return kind.cast(event);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Lease lease() {
    return ((BusHost) plugin.host()).lease();
  }

  /** As core does when the lease was not renewed in time. */
  private void expire() {
    await(vertx.eventBus().request(new Addresses("node").control(),
        new JsonObject().put("op", "detach").put("client", plugin.on(() -> Future.succeededFuture(lease().client())))));
  }

  private void renew() {
    plugin.on(() -> {
      lease().renew();
      return Future.succeededFuture();
    });
  }

  private Stream openToPlugin() {
    return peer.on(() -> peer.host().open(plugin.host().id(), ECHO));
  }

  private Failure failure(Runnable action) {
    return assertThrows(FailureException.class, action::run).failure();
  }

  @Test
  void itAttachesAgainAndServesWhatItServed() {
    connect();
    expire();
    assertEquals(Failure.UNSUPPORTED_PROTOCOL, failure(this::openToPlugin));
    renew();
    next(HostEvent.Disconnected.class);
    next(HostEvent.Connected.class); // comes when the protocols are served again
    assertEquals(ECHO, openToPlugin().protocol());
    plugin.on(() -> plugin.host().open(peer.host().id(), OTHER));
    plugin.on(echo::close);
    assertEquals(Failure.UNSUPPORTED_PROTOCOL, failure(this::openToPlugin));
  }

  @Test
  void itServesOnEventLoopsOfConnectionsAgain() {
    connect();
    Queue<Thread> threads = new ConcurrentLinkedQueue<>();
    plugin.on(() -> plugin.host().loops().compose(loops -> loops.handle(List.of("/loops/1.0.0"),
        () -> (Handler<Stream>) stream -> threads.add(Thread.currentThread()))));
    Stream before = peer.on(() -> peer.host().open(plugin.host().id(), "/loops/1.0.0"));
    Promise<FailureException> reset = Promise.promise();
    peer.on(() -> {
      before.resetHandler(reset::complete);
      return Future.succeededFuture();
    });
    expire();
    assertEquals(Failure.RESET_BY_PEER, await(reset.future()).failure());
    renew();
    next(HostEvent.Disconnected.class);
    next(HostEvent.Connected.class);
    peer.on(() -> peer.host().open(plugin.host().id(), "/loops/1.0.0"));
    assertEquals(2, threads.size());
    assertEquals(threads.poll(), threads.poll());
  }

  @Test
  void itsStreamsAreResetOnBothSides() {
    connect();
    Stream ours = plugin.on(() -> plugin.host().open(peer.host().id(), OTHER));
    Stream theirs = openToPlugin();
    List<Future<FailureException>> resets = new ArrayList<>();
    for (Stream stream : List.of(ours, theirs)) {
      Promise<FailureException> reset = Promise.promise();
      resets.add(reset.future());
      (stream == ours ? plugin : peer).on(() -> {
        stream.resetHandler(reset::complete);
        return Future.succeededFuture();
      });
    }
    expire();
    renew();
    assertEquals(Failure.UNAVAILABLE, await(resets.get(0)).failure());
    assertEquals(Failure.RESET_BY_PEER, await(resets.get(1)).failure());
  }

  @Test
  void peersAreToldToHaveGoneAndComeAgain() {
    connect();
    expire();
    renew();
    assertEquals(peer.host().id(), next(HostEvent.Disconnected.class).peer());
    HostEvent.Connected again = next(HostEvent.Connected.class);
    assertEquals(peer.host().id(), again.peer());
    assertEquals(peer.address().withoutPeerId(), again.remoteAddress());
    plugin.on(() -> plugin.host().disconnect(peer.host().id()));
    next(HostEvent.Disconnected.class);
    assertEquals(List.of(), List.copyOf(events));
  }

  @Test
  void aRequestThatFindsTheLeaseLostTakesANewOneFirst() {
    expire();
    plugin.on(() -> plugin.host().handle(OTHER, Stream::reset));
    connect();
    assertEquals(ECHO, openToPlugin().protocol());
    assertEquals(OTHER, peer.on(() -> peer.host().open(plugin.host().id(), OTHER)).protocol());
  }

  @Test
  void aProtocolThatAnotherPluginTookIsServedAgainWhenItIsFree() {
    connect();
    expire();
    Registration other = node.on(() -> node.host().handle(ECHO, Stream::reset));
    renew();
    next(HostEvent.Disconnected.class);
    next(HostEvent.Connected.class);
    node.on(other::close);
    assertEquals(Failure.UNSUPPORTED_PROTOCOL, failure(this::openToPlugin));
    renew();
    Nodes.eventually(plugin, "it serves the protocol again",
        () -> plugin.on(plugin.host()::info).protocols().contains(ECHO));
    assertEquals(ECHO, openToPlugin().protocol());
  }

  @Test
  void itFindsTheNodeAgainThatWasStartedAnew() {
    connect();
    await(vertx.undeploy(node.deployment()));
    next(HostEvent.Disconnected.class);
    renew();
    assertEquals(Failure.UNAVAILABLE, failure(() -> plugin.on(() -> plugin.host().open(peer.host().id(), OTHER))));
    Nodes.start(vertx, Nodes.options("node"), key);
    renew();
    connect();
    assertEquals(ECHO, openToPlugin().protocol());
  }

  @Test
  void aNodeWithAnotherIdentityIsNotTakenForTheOldOne() {
    await(vertx.undeploy(node.deployment()));
    renew();
    assertEquals(Failure.UNAVAILABLE, failure(() -> plugin.on(() -> plugin.host().open(peer.host().id(), OTHER))));
    Nodes.start(vertx, "node");
    renew();
    FailureException refused = assertThrows(FailureException.class,
        () -> plugin.on(() -> plugin.host().open(peer.host().id(), OTHER)));
    assertEquals(Failure.UNAVAILABLE, refused.failure());
    assertEquals(true, refused.getMessage().contains("another identity"), refused.getMessage());
  }

  @Test
  void whoMissedAnEventLearnsWhatItWas() {
    connect();
    AtomicBoolean deaf = new AtomicBoolean(true);
    vertx.eventBus().<Object>addInboundInterceptor(delivery -> {
      if (!deaf.get() || !delivery.message().address().equals(new Addresses("node").events())) {
        delivery.next();
      }
    });
    plugin.on(() -> plugin.host().disconnect(peer.host().id()));
    deaf.set(false);
    assertEquals(List.of(), List.copyOf(events));
    node.on(() -> node.host().handle("/any/1", Stream::reset));
    next(HostEvent.Disconnected.class);
  }
}
