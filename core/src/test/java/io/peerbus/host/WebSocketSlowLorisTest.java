package io.peerbus.host;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.TransportAddress.Kind;
import io.peerbus.net.WebSocketFrames;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** SEC-04 over WebSocket: what it takes to open one counts in the one deadline of the upgrade. */
@ExtendWith(VertxExtension.class)
@Timeout(300)
class WebSocketSlowLorisTest {

  private static final int DEADLINE_MILLIS = 1_000;
  private static final String REQUEST = "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  private static final int BINARY = 0x82;
  private static final int PING = 0x89;

  private Vertx vertx;
  private Node node;
  private Multiaddr address;

  @BeforeEach
  void start(Vertx vertx) {
    this.vertx = vertx;
    HostOptions options = Nodes.options("victim").setListen(List.of(Kind.WS.at("127.0.0.1", 0)))
        .setTimeouts(Timeouts.DEFAULT.withUpgrade(DEADLINE_MILLIS)).setMaxPending(4);
    node = Nodes.start(vertx, options, KeyPair.generate(KeyType.ED25519, new SecureRandom()));
    address = node.address();
  }

  /** What a peer has sent when it begins to send a byte now and then, and what those bytes are. */
  private enum Phase {
    NOTHING(false, new byte[0]),
    REQUEST_LINE(false, REQUEST.getBytes(StandardCharsets.US_ASCII)),
    HEADERS_WITHOUT_END(false, (REQUEST + "X-Y: z\r\n".repeat(50)).getBytes(StandardCharsets.US_ASCII)),
    FRAME(true, WebSocketFrames.masked(BINARY, RawPeer.line("/multistream/1.0.0"))),
    PINGS(true, WebSocketFrames.masked(PING, new byte[100]));

    private final boolean open;
    private final byte[] rest;

    Phase(boolean open, byte[] rest) {
      this.open = open;
      this.rest = rest;
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPeerThatDribblesIsCutAtTheDeadline(Phase phase) throws IOException {
    long began = System.nanoTime();
    try (RawPeer peer = RawPeer.dial(address)) {
      if (phase.open) {
        peer.write((REQUEST + "\r\n").getBytes(StandardCharsets.US_ASCII));
      }
      peer.dribble(phase.rest);
    } catch (SocketException cutBeforeThat) {
      // the machine is busy
    }
    long took = (System.nanoTime() - began) / 1_000_000;
    assertTrue(took >= DEADLINE_MILLIS, "cut after " + took + " ms");
    assertServesAnHonestPeer();
  }

  private void assertServesAnHonestPeer() {
    Node honest = Nodes.start(vertx, "honest");
    Nodes.eventually(honest, "an honest peer is served", () ->
        honest.on(() -> honest.host().connect(address).map(node.host().id()::equals).otherwise(false)));
  }

  @Test
  void silentPeersTakeTheirPlacesAndGiveThemBack() throws IOException {
    RawPeer[] slow = new RawPeer[8];
    for (int i = 0; i < slow.length; i++) {
      slow[i] = RawPeer.dial(address);
    }
    for (RawPeer peer : slow) {
      peer.awaitClose();
      peer.close();
    }
    assertServesAnHonestPeer();
    Nodes.eventually(node, "the honest peer alone is connected", () -> node.on(node.host()::peers).size() == 1);
  }
}
