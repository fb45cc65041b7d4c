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

  @ParameterizedTest
  @CsvSource({
    "/ip4/1.2.3.4/tcp/443/wss, /ip4/1.2.3.4/tcp/443/tls/ws",
    "/ip4/1.2.3.4/tcp/443/tls/wss, /ip4/1.2.3.4/tcp/443/tls/ws",
    "/ip4/1.2.3.4/tcp/443/tls/ws, /ip4/1.2.3.4/tcp/443/tls/ws",
    "/ip4/1.2.3.4/tcp/080/, /ip4/1.2.3.4/tcp/80",
    "/ipfs/QmcgpsyWgH8Y8ajJz1Cu72KnS5uo2Aa2LpzU7kinSupNKC, /p2p/QmcgpsyWgH8Y8ajJz1Cu72KnS5uo2Aa2LpzU7kinSupNKC",
    "/p2p/bafzbeigvf25ytwc3akrijfecaotc74udrhcxzh2cx3we5qqnw5vgrei4bm,"
        + " /p2p/QmcgpsyWgH8Y8ajJz1Cu72KnS5uo2Aa2LpzU7kinSupNKC",
    "/ip6/2001:DB8:0:0:0:0:0:1/tcp/1, /ip6/2001:db8::1/tcp/1",
    "/http-path/a%2fb+c%7Ed, /http-path/a%2Fb%2Bc~d",
    "/unix/a/b/, /unix/a/b",
    "/memory/007, /memory/7",
  })
  void manyTextsAreOneAddress(String text, String canonical) throws FormatException {
    Multiaddr parsed = Multiaddr.parse(text);
    assertEquals(canonical, parsed.toString());
    assertEquals(parsed, Multiaddr.parse(canonical));
    assertEquals(parsed.hashCode(), Multiaddr.parse(canonical).hashCode());
    assertEquals(parsed, Multiaddr.of(parsed.toBytes()));
  }

  @Test
  void binaryWssBecomesTlsAndWs() throws FormatException {
    assertEquals("/tcp/443/tls/ws", Multiaddr.of(HexFormat.of().parseHex("0601bbde03")).toString());
    assertEquals("/tcp/443/tls/ws", Multiaddr.of(HexFormat.of().parseHex("0601bbc003de03")).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {
    "", "/", "//", "ip4/1.2.3.4", "/ip4", "/ip4/", "/ip4//tcp/1", "/ip4/::1", "/ip4/1.2.3", "/ip4/1.2.3.4//", "/ip6",
    "/ip6/1.2.3.4", "/ip6/fe80::1%eth0", "/tcp", "/tcp/", "/tcp/x", "/tcp/-1", "/tcp/+1", "/tcp/65536", "/tcp/000080",
    "/udp/65536", "/tcp/1/tcp", "/noise/1", "/quic/65536", "/p2p", "/p2p/tcp", "/p2p/Qm", "/ipfs/", "/p2p-circuit/50",
    "/unix", "/unix/", "/unix//", "/ip4/1.2.3.4/tcp/80/unix", "/dns", "/dns4/", "/dns/a b", "/dns/a\nb",
    "/dns/a\u202eb", "/dns/\ud800", "/ip6zone//ip6/::", "/onion3/aaaq:80", "/memory/18446744073709551616",
    "/onion3/aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypsaijc", "/memory/-1", "/memory/", "/http-path/",
    "/onion3/aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypsaijc:0", "/http-path/%", "/http-path/%f",
    "/onion3/aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypsaijca:1", "/http-path/%zz", "/certhash/u",
    "/onion3/1aaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypsaijc:1", "/certhash/QmX", "/certhash/f1220ff",
    "/sctp/1", "/IP4/1.2.3.4", "/p2p-webrtc-star", "/ip4/1.2.3.4/tcp/80/x",
  })
  void textThatIsNoAddressIsRefusedAndShownHarmless(String text) {
    String message = assertThrows(FormatException.class, () -> Multiaddr.parse(text)).getMessage();
    assertTrue(message.startsWith("multiaddr '"), message);
    assertTrue(message.chars().noneMatch(Character::isISOControl), message);
  }

  @ParameterizedTest
  @CsvSource({
    "'', empty", "04, 0 are left", "047f0000, 3 are left", "0410, 1 are left", "060f, 1 are left", "84010000, 132",
    "ffffffffffffffff7f, unknown protocol code 9223372036854775807", "8400, minimal", "80, cut off",
    "3502ff, 1 are left", "3500, a name of 0 bytes", "3502c328, UTF-8", "35022f61, slash", "3502610a, control",
    "900301612f, path", "9003012f, path", "9003036f6b61, path", "9003022f61047f000001, not the last",
    "a50300, p2p", "a503020000, digest", "a5030411020000, identity", "e10300, empty", "d203021220, a multihash of 2 bytes",
    "d20300, cut off", "36ffffffff0f, 4294967295 bytes", "36ffffffffffffffff7f, bytes",
  })
  void bytesThatAreNoAddressAreRefusedByName(String hex, String named) {
    String message = assertThrows(FormatException.class,
        () -> Multiaddr.of(HexFormat.of().parseHex(hex))).getMessage();
    assertTrue(message.contains(named), message);
  }

  @Test
  void addressesAreBoundedInLengthAndComponentsAndStillTakeAPeer() throws FormatException {
    PeerId id = PeerId.parse(OTHER);
    Multiaddr most = Multiaddr.parse("/noise".repeat(Multiaddr.MAX_COMPONENTS));
    assertEquals(most.withPeerId(id), Multiaddr.of(most.withPeerId(id).toBytes()));
    assertEquals(most.withPeerId(id), Multiaddr.parse(most.withPeerId(id).toString()));
    assertThrows(FormatException.class, () -> Multiaddr.parse("/noise".repeat(Multiaddr.MAX_COMPONENTS + 1)));
    assertThrows(FormatException.class, () -> Multiaddr.parse("/wss".repeat(Multiaddr.MAX_COMPONENTS)));

    Multiaddr longest = Multiaddr.parse("/http-path/" + "%00".repeat(Multiaddr.MAX_LENGTH - 4));
    assertEquals(Multiaddr.MAX_LENGTH, longest.toBytes().length);
    assertEquals(longest.withPeerId(id), Multiaddr.parse(longest.withPeerId(id).toString()));
    assertEquals(longest.withPeerId(id), Multiaddr.of(longest.withPeerId(id).toBytes()));
    assertThrows(FormatException.class, () -> Multiaddr.parse("/http-path/" + "a".repeat(Multiaddr.MAX_LENGTH - 3)));
    assertThrows(FormatException.class, () -> Multiaddr.parse("/unix/" + "a".repeat(Multiaddr.MAX_TEXT)));
    assertThrows(FormatException.class, () -> Multiaddr.of(new byte[1 << 20]));
  }

  @Test
  void unknownAddressesAreDroppedSinglyAndTheRestIsKept() {
    List<byte[]> encoded = List.of(HexFormat.of().parseHex("047f0000010610e1"), HexFormat.of().parseHex("84010000"),
        new byte[0], new byte[100_000], HexFormat.of().parseHex("060050"), HexFormat.of().parseHex("060051"));
    assertEquals("[/ip4/127.0.0.1/tcp/4321, /tcp/80]", read(new AddressList(5), encoded).toString());
    assertEquals(List.of(), read(new AddressList(0), encoded));
    AddressList again = new AddressList(6);
    assertEquals(3, read(again, encoded).size());
    assertEquals(3, read(again, encoded).size());
  }

  private static List<Multiaddr> read(AddressList addresses, List<byte[]> encoded) {
    encoded.forEach(bytes -> addresses.add(bytes, 0, bytes.length));
    return addresses.take();
  }

  @Test
  void componentsAndTheirValues() throws FormatException {
    Multiaddr address = Multiaddr.parse("/ip4/1.2.3.4/tcp/9/p2p/" + ID + "/p2p-circuit/p2p/" + OTHER);
    assertEquals(List.of(Protocol.IP4, Protocol.TCP, Protocol.P2P, Protocol.P2P_CIRCUIT, Protocol.P2P),
        address.components().stream().map(Multiaddr.Component::protocol).toList());
    assertNull(address.components().get(3).value());
    assertEquals(Optional.of("9"), address.value(Protocol.TCP));
    assertEquals(Optional.of(ID), address.value(Protocol.P2P));
    assertEquals(Optional.empty(), address.value(Protocol.P2P_CIRCUIT));
    assertTrue(address.has(Protocol.P2P_CIRCUIT));
    assertFalse(address.has(Protocol.UDP));
    assertThrows(UnsupportedOperationException.class, () -> address.components().clear());
  }

  @Test
  void aPeerIsPutAtTheEndAndTakenOff() throws FormatException {
    Multiaddr bare = Multiaddr.parse("/ip4/1.2.3.4/tcp/9");
    Multiaddr named = bare.withPeerId(PeerId.parse(ID));
    assertEquals("/ip4/1.2.3.4/tcp/9/p2p/" + ID, named.toString());
    assertEquals(Optional.of(PeerId.parse(ID)), named.peerId());
    assertEquals(bare, named.withoutPeerId());
    assertEquals(bare, bare.withoutPeerId());
    assertEquals(bare.withPeerId(PeerId.parse(OTHER)), named.withPeerId(PeerId.parse(OTHER)));
    assertEquals(Optional.empty(), bare.peerId());

    Multiaddr relayed = Multiaddr.parse(named + "/p2p-circuit");
    assertEquals(relayed, relayed.withoutPeerId());
    assertEquals(relayed + "/p2p/" + OTHER, relayed.withPeerId(PeerId.parse(OTHER)).toString());
    assertEquals(Optional.of(PeerId.parse(OTHER)), relayed.withPeerId(PeerId.parse(OTHER)).peerId());

    Multiaddr only = Multiaddr.parse("/p2p/" + ID);
    assertEquals(only, only.withoutPeerId());
    assertEquals("/p2p/" + OTHER, only.withPeerId(PeerId.parse(OTHER)).toString());
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

  @ParameterizedTest
  @ValueSource(strings = {
    "/tcp/80", "/ip4/1.2.3.4", "/ip4/1.2.3.4/udp/80", "/ip4/1.2.3.4/tcp/80/ws", "/ip4/1.2.3.4/tcp/80/tls/ws",
    "/ip4/1.2.3.4/tcp/80/p2p/" + ID + "/p2p-circuit", "/ip4/1.2.3.4/tcp/80/p2p/" + ID + "/p2p/" + OTHER,
    "/dnsaddr/example.com/tcp/80", "/dnsaddr/example.com", "/unix/a", "/ip6zone/eth0/ip4/1.2.3.4/tcp/80",
    "/ip6zone/eth0", "/ip6zone/eth0/ip6/fe80::1", "/p2p/" + ID,
  })
  void whatTcpAloneDoesNotReachHasNoHostAndPort(String text) throws FormatException {
    assertEquals(Optional.empty(), Multiaddr.parse(text).hostPort());
  }

  @ParameterizedTest
  @CsvSource({
    "1.2.3.4, /ip4/1.2.3.4/tcp/80", "::1, /ip6/::1/tcp/80", "example.com, /dns/example.com/tcp/80",
    "0:0:0:0:0:0:0:1, /ip6/::1/tcp/80", "fe80:0:0:0:0:0:0:1%eth0, /ip6zone/eth0/ip6/fe80::1/tcp/80",
  })
  void aHostAndAPortMakeAnAddress(String host, String text) {
    assertEquals(text, Multiaddr.tcp(host, 80).toString());
  }

  @Test
  void whatIsNoHostOrPortMakesNone() {
    for (String host : new String[] {"", "a/b", "::g", "fe80::1%", "a b"}) {
      assertThrows(IllegalArgumentException.class, () -> Multiaddr.tcp(host, 80), host);
    }
    assertThrows(IllegalArgumentException.class, () -> Multiaddr.tcp("1.2.3.4", 65536));
    assertThrows(IllegalArgumentException.class, () -> Multiaddr.tcp("1.2.3.4", -1));
  }

  @ParameterizedTest
  @CsvSource({
    "/ip4/127.0.0.1/tcp/1, loopback", "/ip6/::1/udp/1, loopback", "/ip6zone/lo/ip6/::1, loopback",
    "/dns4/localhost/tcp/1, loopback", "/ip6/::ffff:127.0.0.1, loopback", "/ip4/10.1.1.1/tcp/1, private",
    "/ip6zone/eth0/ip6/fe80::1/tcp/1, private", "/ip4/0.0.0.0/tcp/1, unspecified", "/ip6/::/tcp/1, unspecified",
    "/ip4/8.8.8.8/tcp/1, public", "/dns4/example.com/tcp/1, public", "/unix/127.0.0.1, public",
    "/p2p-circuit/ip4/127.0.0.1, public", "/ip6zone/eth0, public",
  })
  void rangesOfAddresses(String text, String range) throws FormatException {
    Multiaddr address = Multiaddr.parse(text);
    assertEquals(range.equals("loopback"), address.isLoopback());
    assertEquals(range.equals("private"), address.isPrivate());
    assertEquals(range.equals("unspecified"), address.isUnspecified());
  }

  @Test
  void theBytesOfAnAddressCannotBeChangedFromOutside() throws FormatException {
    byte[] bytes = HexFormat.of().parseHex("047f0000010610e1");
    Multiaddr address = Multiaddr.of(bytes);
    bytes[1]++;
    address.toBytes()[2]++;
    assertEquals("/ip4/127.0.0.1/tcp/4321", address.toString());
  }
}
