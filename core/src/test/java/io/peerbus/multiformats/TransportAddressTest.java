package io.peerbus.multiformats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.peerbus.multiformats.Multiaddr.HostPort;
import io.peerbus.multiformats.Multiaddr.Protocol;
import io.peerbus.multiformats.TransportAddress.Kind;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransportAddressTest {

  @ParameterizedTest
  @CsvSource({
      "/ip4/1.2.3.4/tcp/5, /ip4/1.2.3.4/tcp/5, true",
      "/ip4/1.2.3.4/tcp/5, /ip4/1.2.3.4/tcp/5/ws, true",
      "/ip4/1.2.3.4/tcp/5/tls/ws, /ip4/1.2.3.4/tcp/5/ws, true",
      "/ip4/0.0.0.0/tcp/5, /ip4/1.2.3.4/tcp/5, true",
      "/ip6/::/tcp/5, /ip4/1.2.3.4/tcp/5/ws, true",
      "/ip6/::/tcp/5, /ip4/0.0.0.0/tcp/5, false",
      "/ip6/::1/tcp/5, /ip4/127.0.0.1/tcp/5/ws, false",
      "/ip4/1.2.3.4/tcp/5, /ip4/1.2.3.4/tcp/6/ws, false",
      "/ip4/1.2.3.4/tcp/5, /ip4/1.2.3.5/tcp/5/ws, false",
      "/ip4/1.2.3.4/tcp/0, /ip4/1.2.3.4/tcp/0/ws, false",
      "/ip4/1.2.3.4/udp/5, /ip4/1.2.3.4/udp/5, false",
  })
  void oneSocketSpeaksOneWay(String first, String second, boolean collide) throws FormatException {
    assertEquals(collide, TransportAddress.collide(Multiaddr.parse(first), Multiaddr.parse(second)));
    assertEquals(collide, TransportAddress.collide(Multiaddr.parse(second), Multiaddr.parse(first)));
  }

  private static final String ID = "12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5";

  private static TransportAddress of(String text) throws FormatException {
    return TransportAddress.of(Multiaddr.parse(text)).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
      "/ip4/1.2.3.4/tcp/80, TCP, 1.2.3.4",
      "/ip4/1.2.3.4/tcp/80/ws, WS, 1.2.3.4",
      "/ip4/1.2.3.4/tcp/80/ws/p2p/" + ID + ", WS, 1.2.3.4",
      "/ip6/::1/tcp/80/tls/ws, TLS_WS, ::1",
      "/ip6zone/eth0/ip6/fe80::1/tcp/80/wss, TLS_WS, fe80::1",
      "/dns4/a.example/tcp/443/wss, TLS_WS, a.example",
      "/dns/a.example/tcp/443/tls/ws/p2p/" + ID + ", TLS_WS, a.example",
      "/ip4/1.2.3.4/tcp/443/tls/sni/b.example/ws, TLS_WS, b.example",
      "/dns6/a.example/tcp/443/tls/sni/b.example/ws/p2p/" + ID + ", TLS_WS, b.example",
  })
  void anAddressSaysWhatCarriesTheBytesAndWhoIsAskedFor(String text, Kind kind, String name) throws FormatException {
    TransportAddress address = of(text);
    assertEquals(kind, address.kind());
    assertEquals(name, address.serverName());
  }

  @Test
  void theHostAndThePortAreThoseOfTcp() throws FormatException {
    assertEquals(new HostPort(Protocol.IP6, "fe80::1%eth0", 1), of("/ip6zone/eth0/ip6/fe80::1/tcp/1/ws").to());
    assertEquals(new HostPort(Protocol.DNS4, "a.example", 443), of("/dns4/a.example/tcp/443/tls/ws").to());
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "/ip4/1.2.3.4/ws", "/ip4/1.2.3.4/udp/80/ws", "/ip4/1.2.3.4/tcp/80/tls", "/ip4/1.2.3.4/tcp/80/ws/ws",
      "/ip4/1.2.3.4/tcp/80/ws/tls", "/ip4/1.2.3.4/tcp/80/sni/a/ws", "/ip4/1.2.3.4/tcp/80/tls/sni/a",
      "/ip4/1.2.3.4/tcp/80/noise/ws", "/ip4/1.2.3.4/tcp/80/tls/sni/a/sni/b/ws", "/ip4/1.2.3.4/tcp/80/sni/a/tls/ws",
      "/ip4/1.2.3.4/tcp/80/tls/tls/ws", "/ip4/1.2.3.4/tcp/80/ws/http-path/a", "/dnsaddr/a.example/tcp/80/ws",
      "/ip4/1.2.3.4/tcp/80/ws/p2p/" + ID + "/p2p-circuit", "/ip4/1.2.3.4/tcp/80/p2p/" + ID + "/ws",
      "/ip6zone/eth0/ip4/1.2.3.4/tcp/80/ws", "/ip6zone/eth0/ws", "/tcp/80/ws", "/ws", "/p2p/" + ID,
  })
  void whatIsNoWayToAHostIsNone(String text) throws FormatException {
    assertEquals(Optional.empty(), TransportAddress.of(Multiaddr.parse(text)));
  }

  @Test
  void aKindMakesAddressesOfItself() {
    assertEquals("/ip4/1.2.3.4/tcp/1", Kind.TCP.at("1.2.3.4", 1).toString());
    assertEquals("/ip6/::1/tcp/1/ws", Kind.WS.at("::1", 1).toString());
    assertEquals("/ip6zone/lo/ip6/fe80::1/tcp/1/tls/ws", Kind.TLS_WS.at("fe80::1%lo", 1).toString());
    assertThrows(IllegalArgumentException.class, () -> Kind.WS.at("a b", 1));
  }
}
