package io.peerbus.host;

import static io.peerbus.host.Nodes.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.HostEvent;
import io.peerbus.api.Stream;
import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.TransportAddress;
import io.peerbus.multiformats.TransportAddress.Kind;
import io.peerbus.net.WebSocketTls;
import io.peerbus.pnet.PrivateNetwork;
import io.peerbus.web.WebCertificate;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nodes that meet over WebSocket, with TLS around it and without. */
@ExtendWith(VertxExtension.class)
@Timeout(240)
class WebSocketNodeTest {

  private static final String ECHO = "/echo/1.0.0";

  @TempDir
  private static Path folder;
  private static WebCertificate certificate;

  private Vertx vertx;

  @BeforeEach
  void take(Vertx vertx) {
    this.vertx = vertx;
  }

  private static WebCertificate certificate() {
    if (certificate == null) {
      certificate = WebCertificate.make(folder, "EC", "ip:127.0.0.1,dns:localhost,dns:node.example");
    }
    return certificate;
  }

  private static WebSocketTls serving() {
    return new WebSocketTls(certificate().key(), List.of(certificate().certificate()), List.of());
  }

  private static WebSocketTls trusting() {
    return new WebSocketTls(null, List.of(), List.of(certificate().certificate()));
  }

  private static KeyPair key() {
    return KeyPair.generate(KeyType.ED25519, new SecureRandom());
  }

  private Node node(HostOptions options, PrivateNetwork network, WebSocketTls tls) {
    return Nodes.attach(vertx, options.getNode(),
        await(vertx.deployVerticle(new HostVerticle(options, key(), network, tls))));
  }

  private Node listener(Kind kind) {
    HostOptions options = Nodes.options("listener").setListen(List.of(kind.at("127.0.0.1", 0)));
    Node node = node(options, null, kind == Kind.TLS_WS ? serving() : WebSocketTls.NONE);
    node.on(() -> node.host().handle(ECHO, stream -> stream.pipeTo(stream)));
    return node;
  }

  private static Multiaddr address(String text) {
    try {
      return Multiaddr.parse(text);
    } catch (FormatException e) {
      throw new AssertionError(e);
    }
  }

  /** Writes, ends its half, and reads to the end of the other. */
  private static Future<Buffer> echo(Stream stream, byte[] bytes) {
    Promise<Buffer> back = Promise.promise();
    Buffer read = Buffer.buffer();
    stream.handler(read::appendBuffer);
    stream.endHandler(end -> back.complete(read));
    stream.resetHandler(back::tryFail);
    return stream.write(Buffer.buffer(bytes)).compose(written -> stream.end()).compose(ended -> back.future());
  }

  @ParameterizedTest
  @EnumSource
  void aNodeTellsWhereItListensAndWhereItsPeersAre(Kind kind) {
    Node listener = listener(kind);
    Node dialer = node(Nodes.options("dialer"), null, trusting());
    Multiaddr told = listener.on(listener.host()::info).listenAddresses().get(0);
    assertEquals(kind.at("127.0.0.1", TransportAddress.of(told).orElseThrow().to().port()), told);
    Promise<Multiaddr> came = Promise.promise();
    listener.on(() -> {
      listener.host().events(event -> {
        if (event instanceof HostEvent.Connected connected) {
          came.tryComplete(connected.remoteAddress());
        }
      });
      return Future.succeededFuture();
    });
    Multiaddr address = listener.address();
    dialer.on(() -> dialer.host().connect(address));
    Multiaddr remote = await(came.future());
    assertTrue(remote.toString().startsWith("/ip4/127.0.0.1/tcp/"), remote.toString());
    assertEquals(kind, TransportAddress.of(remote).orElseThrow().kind(), remote.toString());
  }

  @ParameterizedTest
  @EnumSource
  void aMegabyteComesBackAsItWent(Kind kind) {
    Node listener = listener(kind);
    Node dialer = node(Nodes.options("dialer"), null, trusting());
    byte[] bytes = new byte[1 << 20];
    new Random(1).nextBytes(bytes);
    Multiaddr address = listener.address();
    Buffer back = dialer.on(() -> dialer.host().connect(address)
        .compose(peer -> dialer.host().open(peer, ECHO)).compose(stream -> echo(stream, bytes)));
    assertArrayEquals(bytes, back.getBytes());
  }

  @Test
  void aNodeListensOnSeveralWaysAtOnce() {
    List<Multiaddr> all = List.of(Kind.TCP.at("127.0.0.1", 0), Kind.WS.at("127.0.0.1", 0),
        Kind.TLS_WS.at("127.0.0.1", 0));
    Node listener = node(Nodes.options("listener").setListen(all), null, serving());
    List<Multiaddr> told = listener.on(listener.host()::info).listenAddresses();
    assertEquals(List.of(Kind.values()),
        told.stream().map(at -> TransportAddress.of(at).orElseThrow().kind()).toList());
    for (Multiaddr address : told) {
      Node dialer = node(Nodes.options("dialer" + told.indexOf(address)), null, trusting());
      assertEquals(listener.host().id(),
          dialer.on(() -> dialer.host().connect(address.withPeerId(listener.host().id()))));
    }
  }

  private static String failure(Node dialer, Multiaddr address) {
    FailureException failure = assertThrows(FailureException.class,
        () -> dialer.on(() -> dialer.host().connect(address)));
    assertEquals(Failure.DIAL_FAILED, failure.failure());
    return failure.getMessage();
  }

  /** The address of a certificate's owner, under another name; /sni says which one. */
  @Test
  void aCertificateIsCheckedForTheNameInTheAddress() {
    Node listener = listener(Kind.TLS_WS);
    Node dialer = node(Nodes.options("dialer"), null, trusting());
    int port = TransportAddress.of(listener.address()).orElseThrow().to().port();
    String wrong = failure(dialer, address("/ip4/127.0.0.1/tcp/" + port + "/tls/sni/other.example/ws"));
    assertTrue(wrong.contains("other.example"), wrong);
    Multiaddr right = address("/ip4/127.0.0.1/tcp/" + port + "/tls/sni/node.example/ws");
    assertEquals(listener.host().id(), dialer.on(() -> dialer.host().connect(right)));
  }

  /** The name is looked up, and still asked for. */
  @Test
  void aNameIsDialledAndIsThatOfTheCertificate() {
    Node listener = listener(Kind.TLS_WS);
    Node dialer = node(Nodes.options("dialer"), null, trusting());
    int port = TransportAddress.of(listener.address()).orElseThrow().to().port();
    Multiaddr named = address("/dns4/localhost/tcp/" + port + "/wss");
    assertEquals(listener.host().id(), dialer.on(() -> dialer.host().connect(named)));
  }

  @Test
  void whomNobodyVouchesForIsNotDialled() {
    Node listener = listener(Kind.TLS_WS);
    Node dialer = Nodes.start(vertx, "dialer");
    String untrusted = failure(dialer, listener.address().withoutPeerId());
    assertTrue(untrusted.contains("PKIX path"), untrusted);
  }

  @Test
  void twoWhoSpeakDifferentlyFailAtOnce() {
    Node plain = listener(Kind.WS);
    Node tls = node(Nodes.options("tls").setListen(List.of(Kind.TLS_WS.at("127.0.0.1", 0))), null, serving());
    Node dialer = node(Nodes.options("dialer"), null, trusting());
    int plainPort = TransportAddress.of(plain.address()).orElseThrow().to().port();
    int tlsPort = TransportAddress.of(tls.address()).orElseThrow().to().port();
    for (Multiaddr address : List.of(Kind.TLS_WS.at("127.0.0.1", plainPort), Kind.WS.at("127.0.0.1", tlsPort),
        Kind.TCP.at("127.0.0.1", plainPort), Kind.TCP.at("127.0.0.1", tlsPort))) {
      String reason = failure(dialer, address);
      assertTrue(!reason.contains("timed out"), reason);
    }
  }

  @Test
  void withoutACertificateThereIsNoTlsToListenOn() {
    HostOptions options = Nodes.options("bare").setListen(List.of(Kind.TLS_WS.at("127.0.0.1", 0)));
    FailureException failure = assertThrows(FailureException.class, () -> Nodes.start(vertx, options, key()));
    assertEquals(Failure.CANNOT_LISTEN, failure.failure());
    assertEquals("cannot listen on /ip4/127.0.0.1/tcp/0/tls/ws: there is no certificate for /tls/ws",
        failure.getMessage());
  }

  @Test
  void aPrivateNetworkIsInsideTheWebSocket() {
    PrivateNetwork network = PrivateNetwork.generate(new SecureRandom());
    List<Multiaddr> listen = List.of(Kind.WS.at("127.0.0.1", 0));
    Node listener = node(Nodes.options("listener").setListen(listen), network, WebSocketTls.NONE);
    Node friend = node(Nodes.options("friend"), network, WebSocketTls.NONE);
    Multiaddr address = listener.address();
    assertEquals(listener.host().id(), friend.on(() -> friend.host().connect(address)));
    HostOptions impatient = Nodes.options("stranger").setTimeouts(Timeouts.DEFAULT.withDial(500));
    Node stranger = Nodes.start(vertx, impatient, key());
    failure(stranger, address);
  }

  /** Refused by address, before anything: not even that it speaks HTTP is told. */
  @Test
  void aPeerThatIsRefusedGetsNoAnswerOfHttp() throws Exception {
    HostOptions options = Nodes.options("full").setListen(List.of(Kind.WS.at("127.0.0.1", 0))).setMaxConnections(1);
    Node full = Nodes.start(vertx, options, key());
    Node friend = Nodes.start(vertx, "friend");
    Multiaddr address = full.address();
    friend.on(() -> friend.host().connect(address));
    Nodes.eventually(full, "the one place is taken", () -> !full.on(full.host()::peers).isEmpty());
    try (RawPeer peer = RawPeer.dial(address)) {
      peer.write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertNull(peer.read());
    } catch (SocketException refusedBeforeThat) {
      // that is as good
    }
  }

  @Test
  void aBrowserThatLooksInIsToldWhatThisIs() throws Exception {
    Node node = listener(Kind.WS);
    try (RawPeer browser = RawPeer.dial(node.address())) {
      browser.write("GET /favicon.ico HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      String answer = new String(browser.socket().getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertTrue(answer.startsWith("HTTP/1.1 426 Upgrade Required\r\n"), answer);
      assertTrue(answer.endsWith("This port speaks libp2p over WebSocket (version 13) and nothing else.\n"), answer);
    }
  }
}
