package io.peerbus.host;

import static io.peerbus.host.Nodes.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.Host;
import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Dials that are given up leave nothing behind, wherever they stand (SEC-06). */
@ExtendWith(VertxExtension.class)
@Timeout(600)
class CancelledDialsTest {

  private static final int DIALS = 2_000;
  private static final int AT_ONCE = 32;

  private final Random random = new Random(6);
  private Vertx vertx;
  private Node alice;
  private Node bob;
  private Multiaddr toBob;
  private long sockets;

  @BeforeEach
  void start(Vertx vertx) {
    this.vertx = vertx;
    alice = Nodes.start(vertx, "alice");
    bob = Nodes.start(vertx, "bob");
    toBob = bob.address();
    alice.on(() -> alice.host().connect(toBob));
    alice.on(() -> alice.host().disconnect(bob.host().id()));
    Nodes.eventually(bob, "the first connection is gone", () -> bob.on(bob.host()::peers).isEmpty());
    sockets = Nodes.sockets();
  }

  /** A peer that does not exist: whoever answers in its place is found out only at the end of the handshake. */
  private static PeerId somebody() {
    return KeyPair.generate(KeyType.ED25519, new SecureRandom()).publicKey().peerId();
  }

  private void assertNothingIsLeft() {
    for (Node node : List.of(alice, bob)) {
      Nodes.eventually(node, "no peer is left", () -> node.on(node.host()::peers).isEmpty());
    }
    Nodes.eventually(alice, "no socket is left", () -> Nodes.sockets() <= sockets);
    assertEquals(bob.host().id(), alice.on(() -> alice.host().connect(toBob)));
  }

  private void afterHops(int hops, Runnable action) {
    if (hops == 0) {
      action.run();
    } else {
      Context context = Vertx.currentContext();
      bob.context().runOnContext(there -> context.runOnContext(back -> afterHops(hops - 1, action)));
    }
  }

  /** One dial that is given up after some turns of the event loops; what became of it. */
  private Future<Failure> dialAndGiveUp(Host host, PeerId peer, List<Multiaddr> addresses, int hops) {
    Promise<Failure> outcome = Promise.promise();
    host.connect(peer, addresses).onComplete(
        done -> outcome.complete(null), e -> outcome.complete(Failure.of(e).failure()));
    afterHops(hops, () -> host.disconnect(peer));
    return outcome.future();
  }

  private Map<Failure, Integer> dialMany(List<PeerId> peers, List<Multiaddr> addresses, int mostHops) {
    Map<Failure, Integer> outcomes = new EnumMap<>(Failure.class);
    for (int done = 0; done < peers.size(); done += AT_ONCE) {
      List<PeerId> batch = peers.subList(done, Math.min(peers.size(), done + AT_ONCE));
      List<Future<Failure>> dials = alice.on(() -> {
        List<Future<Failure>> all = new ArrayList<>();
        batch.forEach(peer -> all.add(dialAndGiveUp(alice.host(), peer, addresses, random.nextInt(mostHops))));
        return Future.join(all).map(all);
      });
      for (Future<Failure> dial : dials) {
        if (dial.result() != null) {
          outcomes.merge(dial.result(), 1, Integer::sum);
        }
      }
    }
    return outcomes;
  }

  @Test
  void dialsThatAreGivenUpAtRandomPointsLeaveNoSocket() {
    List<PeerId> peers = new ArrayList<>();
    for (int i = 0; i < DIALS; i++) {
      peers.add(somebody());
    }
    Map<Failure, Integer> outcomes = dialMany(peers, List.of(toBob.withoutPeerId()), 60);
    assertEquals(DIALS, outcomes.values().stream().mapToInt(n -> n).sum(), outcomes.toString());
    assertTrue(outcomes.getOrDefault(Failure.CANCELLED, 0) > DIALS / 10, outcomes.toString());
    assertNothingIsLeft();
  }

  @Test
  void aDialToARealPeerThatIsGivenUpAtARandomPointLeavesNoConnection() {
    List<PeerId> peers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      peers.clear();
      peers.add(bob.host().id());
      dialMany(peers, List.of(toBob), 100);
    }
    alice.on(() -> alice.host().disconnect(bob.host().id()));
    assertNothingIsLeft();
  }

  /** No deadline of the node can be what closes it: they are longer than the patience of this test. */
  @Test
  void aDialThatIsGivenUpInTheMiddleOfItsUpgradeIsClosedAtOnce() throws Exception {
    HostOptions options = Nodes.options("patient").setTimeouts(Timeouts.DEFAULT.withDial(600_000).withUpgrade(600_000));
    Node patient = Nodes.start(vertx, options, KeyPair.generate(KeyType.ED25519, new SecureRandom()));
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      PeerId peer = somebody();
      Promise<PeerId> dialled = Promise.promise();
      patient.context().runOnContext(now -> patient.host()
          .connect(peer, List.of(Multiaddr.tcp("127.0.0.1", silent.getLocalPort()))).onComplete(dialled));
      try (Socket accepted = silent.accept()) {
        accepted.setSoTimeout(60_000);
        assertTrue(accepted.getInputStream().read() > 0, "the upgrade has begun");
        patient.on(() -> patient.host().disconnect(peer));
        accepted.getInputStream().readAllBytes(); // to its end, or the time is out
      }
      FailureException failure = assertThrows(FailureException.class, () -> await(dialled.future()));
      assertEquals(Failure.CANCELLED, failure.failure());
    }
  }

  @Test
  void losersOfARaceBetweenAddressesAreClosed() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 200, InetAddress.getByName("127.0.0.1"))) {
      Multiaddr toSilence = Multiaddr.tcp("127.0.0.1", silent.getLocalPort());
      for (int i = 0; i < 20; i++) {
        alice.on(() -> alice.host().connect(bob.host().id(), List.of(toSilence, toBob.withoutPeerId())));
        alice.on(() -> alice.host().disconnect(bob.host().id()));
      }
      Nodes.eventually(alice, "no socket is left but the silent listener's", () -> Nodes.sockets() <= sockets + 1);
    }
    assertNothingIsLeft();
  }

  @Test
  void aNodeThatStopsInTheMiddleOfItsDialsLeavesNoSocketAndAnswersAll() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 200, InetAddress.getByName("127.0.0.1"))) {
      Multiaddr toSilence = Multiaddr.tcp("127.0.0.1", silent.getLocalPort());
      List<Socket> accepted = new ArrayList<>();
      Node leaving = Nodes.start(vertx, "leaving");
      List<Future<PeerId>> dials = leaving.on(() -> {
        List<Future<PeerId>> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
          all.add(leaving.host().connect(somebody(), List.of(toSilence)));
        }
        return Future.succeededFuture(all);
      });
      for (int i = 0; i < 20; i++) {
        accepted.add(silent.accept());
      }
      await(vertx.undeploy(leaving.deployment()));
      await(Future.join(dials).otherwiseEmpty());
      for (Future<PeerId> dial : dials) {
        assertTrue(dial.failed(), "a dial to nobody succeeded");
      }
      for (Socket socket : accepted) {
        socket.close(); // our end; the dialler's is the one that is looked for
      }
    }
    assertNothingIsLeft();
  }
}
