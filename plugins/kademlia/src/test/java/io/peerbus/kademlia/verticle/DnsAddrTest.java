package io.peerbus.kademlia.verticle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.peerbus.host.Nodes;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.Vertx;
import io.vertx.core.dns.DnsException;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class DnsAddrTest {

  private static final String ONE = "12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5";
  private static final String TWO = "12D3KooWJWoaqZhDaoEFshF7Rh1bpY9ohihFhzcW6d69Lr2NASuq";

  private Vertx vertx;
  private DnsServer server;

  @BeforeEach
  void start(Vertx vertx) {
    this.vertx = vertx;
    server = new DnsServer(vertx);
  }

  private List<String> resolve(String address) throws FormatException {
    Multiaddr parsed = Multiaddr.parse(address);
    return Nodes.await(new DnsAddr(vertx, server.address()).resolve(parsed)).stream().map(Multiaddr::toString).toList();
  }

  private static String tcp(int host, String peer) {
    return "/ip4/10.0.0." + host + "/tcp/4001/p2p/" + peer;
  }

  @Test
  void whatCanBeDialledIsTakenAndTheRestIsNot() throws FormatException {
    server.put("_dnsaddr.example.org", "dnsaddr=" + tcp(1, ONE), "dnsaddr=/ip4/10.0.0.1/udp/4001/quic-v1/p2p/" + ONE,
        "dnsaddr=/dns4/example.org/tcp/443/wss/p2p/" + ONE, "v=spf1 -all", "dnsaddr=nonsense", "dnsaddr=",
        "dnsaddr=/ip6/::1/tcp/4001");
    assertEquals(List.of(tcp(1, ONE), "/ip6/::1/tcp/4001"), resolve("/dnsaddr/Example.org"));
  }

  @Test
  void namesLeadToNamesAndEachIsAskedOnce() throws FormatException {
    server.put("_dnsaddr.a.example", "dnsaddr=/dnsaddr/b.example/p2p/" + ONE, "dnsaddr=/dnsaddr/c.example",
        "dnsaddr=/dnsaddr/gone.example", "dnsaddr=/dnsaddr/a.example");
    server.put("_dnsaddr.b.example", "dnsaddr=" + tcp(1, ONE), "dnsaddr=" + tcp(2, TWO));
    server.put("_dnsaddr.c.example", "dnsaddr=" + tcp(3, TWO), "dnsaddr=/dnsaddr/a.example");
    assertEquals(List.of(tcp(1, ONE), tcp(3, TWO)), resolve("/dnsaddr/a.example").stream().sorted().toList(),
        "of b, where only one peer is asked for, only that");
  }

  /** Whoever owns a name cannot have another peer taken for the one that is named. */
  @Test
  void onlyThePeerThatIsAskedForIsTaken() throws FormatException {
    server.put("_dnsaddr.example.org", "dnsaddr=" + tcp(1, ONE), "dnsaddr=" + tcp(2, TWO),
        "dnsaddr=/ip4/1.2.3.4/tcp/1");
    assertEquals(List.of(tcp(2, TWO)), resolve("/dnsaddr/example.org/p2p/" + TWO));
  }

  @Test
  void aChainIsFollowedSoFarAndATreeSoWide() throws FormatException {
    for (int i = 0; i < 10; i++) {
      server.put("_dnsaddr.n" + i, "dnsaddr=/dnsaddr/n" + (i + 1), "dnsaddr=" + tcp(i, ONE));
    }
    assertEquals(DnsAddr.MAX_DEPTH, resolve("/dnsaddr/n0").size());
    server.put("_dnsaddr.wide", IntStream.range(0, 100).mapToObj(i -> "dnsaddr=/dnsaddr/w" + i).toArray(String[]::new));
    for (int i = 0; i < 100; i++) {
      server.put("_dnsaddr.w" + i, "dnsaddr=" + tcp(i, ONE));
    }
    assertEquals(DnsAddr.MAX_NAMES - 1, resolve("/dnsaddr/wide").size());
    for (int i = 0; i < 8; i++) {
      int host = 30 * i;
      server.put("_dnsaddr.w" + i, IntStream.range(host, host + 30).mapToObj(j -> "dnsaddr=" + tcp(j, ONE))
          .toArray(String[]::new));
    }
    assertEquals(DnsAddr.MAX_ADDRESSES, resolve("/dnsaddr/wide").size());
  }

  @Test
  void aNameThatIsNotThereIsAFailureAndAServerThatIsNoAddressAMistake() {
    assertThrows(DnsException.class, () -> resolve("/dnsaddr/nowhere.example"));
    for (String wrong : List.of("127.0.0.1", ":53", "127.0.0.1:dns", "127.0.0.1:123456")) {
      assertEquals("\"" + wrong + "\" is no ADDRESS:PORT such as 127.0.0.1:53",
          assertThrows(IllegalArgumentException.class, () -> new DnsAddr(vertx, wrong)).getMessage());
    }
  }
}
