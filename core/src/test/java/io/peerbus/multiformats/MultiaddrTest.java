package io.peerbus.multiformats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.Multiaddr.HostPort;
import io.peerbus.multiformats.Multiaddr.Protocol;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultiaddrTest {

  private static final String ID = "QmcgpsyWgH8Y8ajJz1Cu72KnS5uo2Aa2LpzU7kinSupNKC";
  private static final String OTHER = "12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN";

  @ParameterizedTest
  @CsvSource({
    "/ip4/127.0.0.1/udp/1234, 047f000001910204d2",
    "/ip4/127.0.0.1/tcp/4321, 047f0000010610e1",
    "/ip6/::1, 2900000000000000000000000000000001",
    "/ip4/127.0.0.1/tcp/127/tls/ws, 047f00000106007fc003dd03",
    "/ip4/127.0.0.1/tcp/127/noise, 047f00000106007fc603",
    "/p2p/QmcgpsyWgH8Y8ajJz1Cu72KnS5uo2Aa2LpzU7kinSupNKC,"
        + " a503221220d52ebb89d85b02a284948203a62ff28389c57c9f42beec4ec20db76a68911c0b",
    "/ip4/127.0.0.1/tcp/9090/p2p-circuit/p2p/QmcgpsyWgH8Y8ajJz1Cu72KnS5uo2Aa2LpzU7kinSupNKC,"
        + " 047f000001062382a202a503221220d52ebb89d85b02a284948203a62ff28389c57c9f42beec4ec20db76a68911c0b",
    "/dnsaddr/sjc-1.bootstrap.libp2p.io, 3819736a632d312e626f6f7473747261702e6c69627032702e696f",
    "/ip6zone/eth0/ip6/fe80::1, 2a046574683029fe800000000000000000000000000001",
    "/unix/a/b/c/d/e, 90030a2f612f622f632f642f65",
    "/memory/7, 89060000000000000007",
    "/memory/18446744073709551615, 8906ffffffffffffffff",
    "/http-path/tmp%2Fbar, e10307746d702f626172",
    "/onion3/aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypsaijc:1234,"
        + " bd03000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212204d2",
    "/ip4/127.0.0.1/udp/1234/quic-v1/webtransport, 047f000001910204d2cd03d103",
    "/ip4/127.0.0.1/udp/9090/quic, 047f00000191022382cc03",
    "/ip4/127.0.0.1/tcp/9090/http, 047f000001062382e003",
    "/ip4/127.0.0.1/udp/9/webrtc-direct, 047f000001910200099802",
    "/dns4/example.com/tcp/443/tls/sni/example.com/ws,"
        + " 360b6578616d706c652e636f6d0601bbc003c1030b6578616d706c652e636f6ddd03",
  })
  void textAndBytesLeadToEachOther(String text, String hex) throws FormatException {
    Multiaddr parsed = Multiaddr.parse(text);
    assertEquals(hex, HexFormat.of().formatHex(parsed.toBytes()));
    assertEquals(parsed, Multiaddr.of(HexFormat.of().parseHex(hex)));
    assertEquals(text, Multiaddr.of(HexFormat.of().parseHex(hex)).toString());
  }

  @Test
  void hostAndPortOfATcpAddress() throws FormatException {
    assertEquals(Optional.of(new HostPort(Protocol.IP4, "1.2.3.4", 80)),
        Multiaddr.parse("/ip4/1.2.3.4/tcp/80").hostPort());
    assertEquals(Optional.of(new HostPort(Protocol.DNS4, "example.com", 4001)),
        Multiaddr.parse("/dns4/example.com/tcp/4001/p2p/" + ID).hostPort());
    assertEquals(Optional.of(new HostPort(Protocol.IP6, "fe80::1%eth0", 1)),
        Multiaddr.parse("/ip6zone/eth0/ip6/fe80::1/tcp/1").hostPort());
  }
}
