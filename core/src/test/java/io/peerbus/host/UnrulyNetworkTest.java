package io.peerbus.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Registration;
import io.peerbus.host.Nodes.Node;
import io.peerbus.host.UnrulyProxy.Fate;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random streams over real sockets, through a network that splits, delays, cuts and half-closes (hardening G12, SEC-23):
 * what arrives is what was written, and everything comes to an end at both sides. More of them: {@code
 * -Dtest.jvm.args=-Dunruly.interleavings=1000000}; one again: {@code -Dunruly.seed=N -Dunruly.interleavings=1}.
 */
class UnrulyNetworkTest {

  private static final int INTERLEAVINGS = Integer.getInteger("unruly.interleavings", 150);
  private static final long FIRST_SEED = Long.getLong("unruly.seed", 1);

  private Vertx vertx;
  private Node listener;
  private Multiaddr toListener;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    listener = Nodes.start(vertx, "listener");
    toListener = listener.address();
  }

  @AfterEach
  void stop() {
    Nodes.await(vertx.close());
  }

  @Test
  @Timeout(86_400)
  void streamsThroughAnUnrulyNetworkLoseNothingAndAllEnd() throws Exception {
    long sockets = Nodes.sockets();
    for (long seed = FIRST_SEED; seed < FIRST_SEED + INTERLEAVINGS; seed++) {
      UnrulyProxy.Plan plan = UnrulyProxy.Plan.of(seed);
      try (UnrulyProxy proxy = new UnrulyProxy(toListener, plan)) {
        interleave(plan, proxy.address());
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(plan + ": " + e.getMessage(), e);
      }
    }
    Nodes.eventually(listener, "no peer is left", () -> listener.on(listener.host()::peers).isEmpty());
    Nodes.eventually(listener, "no socket is left", () -> Nodes.sockets() <= sockets);
  }

  private void interleave(UnrulyProxy.Plan plan, Multiaddr address) {
    // A new one each time: a node does not soon dial again where it failed.
    Node dialler = Nodes.start(vertx, "dialler-" + plan.seed());
    UnrulyStreams streams = new UnrulyStreams();
    Registration registration = listener.on(() -> streams.serve(listener.host()));
    boolean connected = dialler.on(() -> dialler.host().connect(address.withPeerId(listener.host().id()))
        .map(true).otherwise(false));
    assertTrue(connected || plan.fate() != Fate.WHOLE, "not connected");
    if (connected) {
      talk(plan, dialler, streams);
    }
    Nodes.await(vertx.undeploy(dialler.context().deploymentID()));
    Nodes.await(vertx.undeploy(dialler.deployment()));
    Nodes.eventually(listener, "all streams are over", streams::isIdle);
    assertEquals(List.of(), streams.wrong(plan.fate() == Fate.WHOLE));
    listener.on(registration::close);
  }

  private void talk(UnrulyProxy.Plan plan, Node dialler, UnrulyStreams streams) {
    SplittableRandom random = new SplittableRandom(~plan.seed());
    dialler.on(() -> streams.serve(dialler.host()));
    // The last message of the handshake may be on its way yet.
    Nodes.eventually(listener, "the dialler is known",
        () -> plan.fate() != Fate.WHOLE || !listener.on(listener.host()::peers).isEmpty());
    Nodes.await(on(dialler, () -> streams.open(dialler.host(), listener.host().id(), random.nextInt(1, 6), random)));
    Nodes.await(on(listener, () -> streams.open(listener.host(), dialler.host().id(), random.nextInt(4), random)));
    dialler.on(streams::over);
  }

  private static Future<Void> on(Node node, Runnable action) {
    Promise<Void> done = Promise.promise();
    node.context().runOnContext(now -> {
      action.run();
      done.complete();
    });
    return done.future();
  }
}
