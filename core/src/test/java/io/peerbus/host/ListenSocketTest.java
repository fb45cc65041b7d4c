package io.peerbus.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(VertxExtension.class)
class ListenSocketTest {

  private static final int ATTEMPTS = 5;

  private static List<Multiaddr> addresses(String texts) {
    return Stream.of(texts.split(" ")).map(text -> {
      try {
        return Multiaddr.parse(text);
      } catch (FormatException e) {
        throw new AssertionError(e);
      }
    }).toList();
  }

  @ParameterizedTest
  @CsvSource({
      "/ip4/0.0.0.0/tcp/4001 /ip6/::/tcp/4001, /ip6/::/tcp/4001",
      "/ip6/::/tcp/4001 /ip4/0.0.0.0/tcp/4001, /ip6/::/tcp/4001",
      "/ip4/127.0.0.1/tcp/4001 /ip6/::/tcp/4001, /ip6/::/tcp/4001",
      "/ip4/0.0.0.0/tcp/4001 /ip6/::1/tcp/4001, /ip6/::/tcp/4001",
      "/ip4/127.0.0.1/tcp/4001 /ip6/::1/tcp/4001, /ip4/127.0.0.1/tcp/4001 /ip6/::1/tcp/4001",
      "/ip4/0.0.0.0/tcp/4001 /ip6/::/tcp/4002, /ip4/0.0.0.0/tcp/4001 /ip6/::/tcp/4002",
      "/ip4/0.0.0.0/tcp/0 /ip6/::/tcp/0, /ip4/0.0.0.0/tcp/0 /ip6/::/tcp/0",
      "/ip4/0.0.0.0/tcp/4001, /ip4/0.0.0.0/tcp/4001",
      "/ip4/0.0.0.0/tcp/4001/ws /ip6/::/tcp/4001/ws, /ip6/::/tcp/4001/ws",
      "/ip6/::1/tcp/4001/tls/ws /ip4/0.0.0.0/tcp/4001/tls/ws, /ip6/::/tcp/4001/tls/ws",
      "/ip4/0.0.0.0/tcp/4001 /ip6/::/tcp/4001/ws, /ip4/0.0.0.0/tcp/4001 /ip6/::/tcp/4001/ws",
  })
  void aWildcardSharesItsPortWithTheOtherFamily(String listen, String bound) {
    List<ListenSocket> sockets = ListenSocket.plan(addresses(listen));
    assertEquals(addresses(bound), sockets.stream().map(ListenSocket::bind).toList());
    assertEquals(addresses(listen), sockets.stream().flatMap(socket -> socket.serves().stream()).toList());
  }

  @Test
  void theWildcardsOfBothFamiliesCanBeListenedOnAtOnePort(Vertx vertx) throws IOException {
    assumeIpv6();
    Node node = null;
    int port = 0;
    for (int i = 0; node == null && i < ATTEMPTS; i++) {
      port = freePort();
      node = start(vertx, "both", port);
    }
    Node both = node;
    List<Multiaddr> told = both.on(both.host()::info).listenAddresses();
    assertTrue(told.contains(Multiaddr.tcp("127.0.0.1", port)), told.toString());
    assertTrue(told.contains(Multiaddr.tcp("::1", port)), told.toString());
    for (String host : List.of("127.0.0.1", "::1")) {
      Node other = Nodes.start(vertx, host.equals("::1") ? "dialer6" : "dialer4");
      Multiaddr address = Multiaddr.tcp(host, port).withPeerId(both.host().id());
      assertEquals(both.host().id(), other.on(() -> other.host().connect(address)));
    }
  }

  /** Another program may take the port between the question and the use: {@code null} then. */
  private static Node start(Vertx vertx, String name, int port) {
    try {
      return Nodes.start(vertx, Nodes.options(name)
          .setListen(List.of(Multiaddr.tcp("0.0.0.0", port), Multiaddr.tcp("::", port))), key());
    } catch (FailureException e) {
      assertEquals(Failure.CANNOT_LISTEN, e.failure(), e.getMessage());
      return null;
    }
  }

  private static KeyPair key() {
    return KeyPair.generate(KeyType.ED25519, new SecureRandom());
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0)) {
      return probe.getLocalPort();
    }
  }

  private static void assumeIpv6() {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
      assertTrue(probe.isBound());
    } catch (IOException e) {
      Assumptions.abort("no IPv6 here: " + e.getMessage());
    }
  }

  @Test
  void anAddressThatIsTakenFailsTheStartByItsCode(Vertx vertx) {
    Node first = Nodes.start(vertx, "first");
    Multiaddr taken = first.on(first.host()::info).listenAddresses().get(0);
    Vertx other = Vertx.vertx(); // within one Vert.x two nodes would share the port
    try {
      FailureException failure = assertThrows(FailureException.class,
          () -> Nodes.start(other, Nodes.options("second").setListen(List.of(taken)), key()));
      assertEquals(Failure.CANNOT_LISTEN, failure.failure());
      assertTrue(failure.getMessage().startsWith("cannot listen on " + taken + ": "), failure.getMessage());
    } finally {
      Nodes.await(other.close());
    }
  }
}
