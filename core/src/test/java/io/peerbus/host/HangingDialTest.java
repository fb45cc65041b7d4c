package io.peerbus.host;

import static io.peerbus.host.Nodes.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.peerbus.api.Dial;
import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Addresses at which not even TCP answers (SEC-06). No deadline of the node can be what ends a dial here: they are
 * longer than the patience of these tests.
 */
@ExtendWith(VertxExtension.class)
@Timeout(300)
class HangingDialTest {

  /** More than the queue of a listener that asks for one takes; the system drops what comes after that. */
  private static final int FILL = 16;

  private final List<SocketChannel> filling = new ArrayList<>();
  private ServerSocket full;
  private Multiaddr hanging;
  private Node bob;
  private Node patient;
  private long sockets;

  @BeforeEach
  void start(Vertx vertx) throws IOException {
    full = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
    for (int i = 0; i < FILL; i++) {
      SocketChannel channel = SocketChannel.open();
      channel.configureBlocking(false);
      channel.connect(new InetSocketAddress("127.0.0.1", full.getLocalPort()));
      filling.add(channel);
    }
    hanging = Multiaddr.tcp("127.0.0.1", full.getLocalPort());
    bob = Nodes.start(vertx, "bob");
    HostOptions options = Nodes.options("patient").setTimeouts(Timeouts.DEFAULT.withDial(600_000).withUpgrade(600_000));
    patient = Nodes.start(vertx, options, KeyPair.generate(KeyType.ED25519, new SecureRandom()));
    sockets = Nodes.sockets();
  }

  @AfterEach
  void close() throws IOException {
    full.close();
    for (SocketChannel channel : filling) {
      channel.close();
    }
  }

  @Test
  void anAddressThatHangsHoldsUpNoOtherAndItsSocketIsClosedWhenItHasLost() {
    PeerId peer = bob.host().id();
    List<Multiaddr> addresses = List.of(hanging, bob.address().withoutPeerId());
    assertEquals(peer, patient.on(() -> patient.host().connect(peer, addresses)));
    Nodes.eventually(patient, "both ends of one connection", () -> Nodes.sockets() == sockets + 2);
    patient.on(() -> patient.host().disconnect(peer));
    Nodes.eventually(patient, "nothing is left", () -> Nodes.sockets() == sockets);
  }

  @Test
  void aDialThatHangsIsClosedWhenItIsGivenUp() {
    PeerId somebody = KeyPair.generate(KeyType.ED25519, new SecureRandom()).publicKey().peerId();
    Dial dial = patient.on(() -> Future.succeededFuture(patient.host().dial(somebody, List.of(hanging))));
    Nodes.eventually(patient, "the dial is under way", () -> Nodes.sockets() == sockets + 1);
    patient.on(() -> {
      dial.cancel();
      return Future.succeededFuture();
    });
    Nodes.eventually(patient, "nothing is left", () -> Nodes.sockets() == sockets);
    assertEquals(Failure.CANCELLED,
        assertThrows(FailureException.class, () -> await(dial.connected())).failure());
  }
}
