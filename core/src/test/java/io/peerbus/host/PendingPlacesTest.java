package io.peerbus.host;

import static io.peerbus.host.Nodes.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.TransportAddress;
import io.peerbus.multiformats.TransportAddress.Kind;
import io.peerbus.net.WebSocketTls;
import io.peerbus.web.WebCertificate;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * SEC-04: whatever a transport puts before the upgrade, a TLS handshake or the head of an HTTP request, counts among
 * the connections that are not upgraded, from the accept on: it has a place, of which there are {@code maxPending}, and
 * the one deadline, however its bytes trickle in.
 *
 * <p>The peers race with a short deadline; where the machine was too busy for them, it is tried with a longer one.
 */
@ExtendWith(VertxExtension.class)
@Timeout(600)
class PendingPlacesTest {

  private static final int[] DEADLINES_MILLIS = {2_000, 8_000, 30_000};
  private static final int PLACES = 4;
  private static final int TOO_MANY = 3;
  private static final String REQUEST = "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nX: " + "y".repeat(4_000);

  /** What a peer has done when it begins to send a byte now and then. */
  private enum Phase {
    WS_NOTHING(Kind.WS, false, 0),
    WS_HEAD(Kind.WS, false, REQUEST.length()),
    TLS_NOTHING(Kind.TLS_WS, false, 0),
    TLS_HELLO(Kind.TLS_WS, false, -1),
    TLS_WS_HEAD(Kind.TLS_WS, true, REQUEST.length());

    private final Kind kind;
    private final boolean secured;
    private final int rest;

    Phase(Kind kind, boolean secured, int rest) {
      this.kind = kind;
      this.secured = secured;
      this.rest = rest;
    }

    RawPeer dial(Multiaddr address, SSLContext trusting) throws IOException {
      RawPeer peer = RawPeer.dial(address);
      if (!secured) {
        return peer;
      }
      int port = TransportAddress.of(address).orElseThrow().to().port();
      SSLSocket tls = (SSLSocket) trusting.getSocketFactory().createSocket(peer.socket(), "127.0.0.1", port, true);
      tls.startHandshake();
      return new RawPeer(tls);
    }

    byte[] rest(SSLContext trusting) throws IOException {
      return rest >= 0 ? REQUEST.substring(0, rest).getBytes(StandardCharsets.US_ASCII) : hello(trusting);
    }

    private static byte[] hello(SSLContext trusting) throws IOException {
      SSLEngine engine = trusting.createSSLEngine("127.0.0.1", 443);
      engine.setUseClientMode(true);
      ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
      engine.wrap(ByteBuffer.allocate(0), hello);
      return RawPeer.bytes(hello.flip());
    }
  }

  @TempDir
  private Path folder;

  private Vertx vertx;
  private WebCertificate certificate;
  private SSLContext trusting;
  private Node node;
  private Multiaddr address;
  private long deadline;

  @BeforeEach
  void certify(Vertx vertx) throws Exception {
    this.vertx = vertx;
    certificate = WebCertificate.make(folder, "EC", "ip:127.0.0.1");
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry("web", certificate.certificate());
    TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    trusting = SSLContext.getInstance("TLS");
    trusting.init(null, trust.getTrustManagers(), null);
  }

  private Node node(HostOptions options, WebSocketTls tls) {
    KeyPair key = KeyPair.generate(KeyType.ED25519, new SecureRandom());
    return Nodes.attach(vertx, options.getNode(),
        await(vertx.deployVerticle(new HostVerticle(options, key, null, tls))));
  }

  /** One event loop takes what comes in order: the first have the places. */
  private void start(Kind kind, int deadlineMillis) {
    deadline = deadlineMillis * 1_000_000L;
    HostOptions options = Nodes.options("victim").setListen(List.of(kind.at("127.0.0.1", 0))).setShards(1)
        .setMaxPending(PLACES).setTimeouts(Timeouts.DEFAULT.withUpgrade(deadlineMillis));
    node = node(options, new WebSocketTls(certificate.key(), List.of(certificate.certificate()), List.of()));
    address = node.address();
  }

  @ParameterizedTest
  @EnumSource
  void slowPeersHaveThePlacesThereAreUntilTheDeadline(Phase phase) throws Exception {
    for (int millis : DEADLINES_MILLIS) {
      start(phase.kind, millis);
      boolean inTime = attack(phase);
      await(vertx.undeploy(node.deployment()));
      if (inTime) {
        return;
      }
    }
    throw new AssertionError("the peers got nowhere within " + deadline / 1_000_000 + " ms");
  }

  private boolean attack(Phase phase) throws Exception {
    List<RawPeer> slow = new ArrayList<>();
    long began = System.nanoTime();
    try {
      for (int i = 0; i < PLACES; i++) {
        slow.add(phase.dial(address, trusting));
      }
      for (int i = 0; i < TOO_MANY; i++) {
        try (RawPeer peer = RawPeer.dial(address)) {
          peer.awaitClose();
        } catch (SocketException reset) {
          // that is as good
        }
      }
      if (System.nanoTime() - began >= deadline / 2) {
        return false; // those may have been cut by the deadline, and the others have a place of theirs
      }
      dribble(slow, phase.rest(trusting));
      long took = System.nanoTime() - began;
      assertTrue(took >= deadline, "cut after " + took / 1_000_000 + " ms");
      assertTrue(took < 60_000_000_000L + deadline, "cut after " + took / 1_000_000 + " ms");
    } catch (IOException e) {
      assertTrue(System.nanoTime() - began >= deadline / 2, () -> "cut in the middle of what was in time: " + e);
      return false;
    } finally {
      for (RawPeer peer : slow) {
        peer.close();
      }
    }
    JsonObject refused = new JsonObject().put("maxPending", TOO_MANY).put("upgradeTimeoutMillis", PLACES);
    Nodes.eventually(node, "all are told by the name of the limit", () -> refused.equals(refusals()));
    assertServesAnHonestPeer();
    return true;
  }

  /** A byte of each in turn, until all are closed. */
  private static void dribble(List<RawPeer> slow, byte[] rest) throws IOException {
    List<RawPeer> open = new ArrayList<>(slow);
    long end = System.nanoTime() + 1_000_000_000L * Nodes.PATIENCE_SECONDS;
    for (int i = 0; !open.isEmpty(); i++) {
      assertTrue(System.nanoTime() < end, () -> open.size() + " are not closed");
      byte[] next = i < rest.length ? new byte[] {rest[i]} : new byte[0];
      open.removeIf(peer -> isClosed(peer, next));
    }
  }

  private static boolean isClosed(RawPeer peer, byte[] next) {
    try {
      peer.write(next);
      peer.socket().setSoTimeout(10);
      return peer.read() == null;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private JsonObject refusals() {
    return await(vertx.eventBus().<JsonObject>request("peerbus.victim.stats", new JsonObject())).body()
        .getJsonObject("refusals");
  }

  private void assertServesAnHonestPeer() {
    Node honest = node(Nodes.options("honest"), new WebSocketTls(null, List.of(), List.of(certificate.certificate())));
    Nodes.eventually(honest, "an honest peer is served", () ->
        honest.on(() -> honest.host().connect(address).map(node.host().id()::equals).otherwise(false)));
    Nodes.eventually(node, "and is the only one", () -> node.on(node.host()::peers).size() == 1);
    await(vertx.undeploy(honest.deployment()));
  }
}
