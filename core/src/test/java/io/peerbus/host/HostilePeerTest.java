package io.peerbus.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Stream;
import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.SocketException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Peers that break the rules on real sockets. After each the node has as many sockets as before, and serves on. */
@ExtendWith(VertxExtension.class)
@Timeout(600)
class HostilePeerTest {

  private static final String ECHO = "/echo/1.0.0";
  private static final String SOURCE = "/source/1.0.0";

  private final AtomicLong taken = new AtomicLong();
  private Node node;
  private Node honest;
  private Multiaddr address;
  private long sockets;

  @BeforeEach
  void start(Vertx vertx) {
    HostOptions options = Nodes.options("victim").setLoopbackExempt(false).setMaxPerIp(8)
        .setTimeouts(Timeouts.DEFAULT.withStall(500).withUpgrade(60_000));
    node = Nodes.start(vertx, options, KeyPair.generate(KeyType.ED25519, new SecureRandom()));
    honest = Nodes.start(vertx, "honest");
    node.on(() -> node.host().handle(ECHO, stream -> stream.pipeTo(stream)));
    node.on(() -> node.host().handle(SOURCE, this::pour));
    address = node.address();
    Multiaddr toHonest = honest.address(); // the other way round, so that the limit by address does not count it
    node.on(() -> node.host().connect(toHonest));
    Nodes.eventually(honest, "both sides know of the connection", () -> honest.on(honest.host()::peers).size() == 1);
    assertServes();
    sockets = Nodes.sockets();
  }

  /** Writes without end, whenever there is room. */
  private void pour(Stream stream) {
    Buffer chunk = Buffer.buffer(new byte[16 * 1024]);
    while (!stream.writeQueueFull()) {
      stream.write(chunk);
      taken.addAndGet(chunk.length());
    }
    stream.drainHandler(drained -> pour(stream));
  }

  private void assertServes() {
    Buffer answer = honest.on(() -> honest.host().open(node.host().id(), ECHO).compose(stream -> {
      Promise<Buffer> back = Promise.promise();
      stream.handler(back::tryComplete);
      stream.resetHandler(back::tryFail);
      stream.write(Buffer.buffer("still there?"));
      return back.future().onSuccess(read -> stream.reset());
    }));
    assertEquals("still there?", answer.toString());
  }

  private void assertNothingIsLeft() {
    assertServes();
    Nodes.eventually(node, "the sockets of hostile peers are closed", () -> Nodes.sockets() <= sockets);
    Nodes.eventually(node, "one peer is left", () -> node.on(node.host()::peers).size() == 1);
  }

  @Test
  void oneAddressTakesItsShareOfConnectionsAndTheNextIsRefusedBeforeAnyCryptography() throws Exception {
    List<RawPeer> peers = new ArrayList<>();
    try {
      for (int i = 0; i < 8; i++) {
        peers.add(RawPeer.dial(address));
        assertNotNull(peers.get(i).read(), "connection " + i + " was refused");
      }
      try (RawPeer ninth = RawPeer.dial(address)) {
        writeIfOpen(ninth, RawPeer.line("/multistream/1.0.0"));
        writeIfOpen(ninth, RawPeer.line("/noise"));
        writeIfOpen(ninth, RawPeer.bytes(ninth.initiator(RawPeer.YAMUX).output()));
        assertNull(ninth.read(), "not even our header goes to a peer that is refused, let alone a handshake message");
      }
      try (RawPeer neighbour = RawPeer.dial(address, "127.0.0.2", 0)) {
        assertNotNull(neighbour.read(), "another address has its own share");
      }
      peers.get(0).close();
      Nodes.eventually(node, "the share is given back", this::isAdmitted);
    } finally {
      for (RawPeer peer : peers) {
        peer.close();
      }
    }
    assertNothingIsLeft();
  }

  private boolean isAdmitted() {
    try (RawPeer peer = RawPeer.dial(address)) {
      return peer.read() != null;
    } catch (IOException e) {
      return false;
    }
  }

  private static void writeIfOpen(RawPeer peer, byte[] bytes) throws IOException {
    try {
      peer.write(bytes);
    } catch (SocketException alreadyRefused) {
      // that is as good
    }
  }

  @Test
  void garbageOnThePortIsCutOff() throws Exception {
    Random random = new Random(5);
    for (int i = 0; i < 40; i++) {
      try (RawPeer peer = RawPeer.dial(address, "127.0.0." + (10 + i % 8), 0)) {
        byte[] garbage = new byte[1 + random.nextInt(5_000)];
        random.nextBytes(garbage);
        garbage[0] = (byte) (1 + random.nextInt(127)); // the length of a line that is not the header, or too long
        writeIfOpen(peer, garbage);
        peer.socket().shutdownOutput();
        peer.awaitClose();
      } catch (SocketException alreadyRefused) {
        // cut before we were done
      }
    }
    assertNothingIsLeft();
  }

  @Test
  void garbageBehindTheHandshakeIsCutOff() throws Exception {
    try (RawPeer peer = RawPeer.upgraded(address)) {
      peer.write(peer.seal(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}));
      Frames frames = new Frames();
      while (frames.count(RawPeer.GO_AWAY, 0) == 0) {
        frames.add(peer.readPlain());
      }
      assertEquals(1, frames.all.get(frames.all.size() - 1).length(), "the GoAway says: protocol error");
      peer.awaitClose();
    }
    try (RawPeer peer = RawPeer.upgraded(address)) {
      byte[] sealed = peer.seal(RawPeer.open(1, ECHO));
      sealed[sealed.length - 1] ^= 1;
      peer.write(sealed);
      peer.awaitClose();
    }
    assertNothingIsLeft();
  }

  @Test
  void aPeerThatHalfClosesItsSocketIsClosedInEveryPhase() throws Exception {
    try (RawPeer peer = RawPeer.dial(address)) {
      peer.socket().shutdownOutput();
      peer.awaitClose();
    }
    try (RawPeer peer = RawPeer.dial(address)) {
      peer.agree("/noise");
      peer.socket().shutdownOutput();
      peer.awaitClose();
    }
    try (RawPeer peer = RawPeer.upgraded(address)) {
      peer.write(peer.seal(RawPeer.open(1, SOURCE)));
      peer.socket().shutdownOutput();
      peer.awaitClose();
    }
    assertNothingIsLeft();
  }

  @Test
  void aPeerThatResetsItsSocketIsForgottenInEveryPhase() throws Exception {
    for (int i = 0; i < 30; i++) {
      String from = "127.0.1." + (1 + i % 10);
      try (RawPeer peer = RawPeer.dial(address, from, 0)) {
        if (i % 3 > 0) {
          peer.agree("/noise");
        }
        if (i % 3 > 1) {
          peer.shake(peer.initiator(RawPeer.YAMUX));
          peer.write(peer.seal(RawPeer.open(1, SOURCE)));
        }
        if (i % 2 == 0) {
          peer.socket().shutdownOutput();
        }
        peer.socket().setSoLinger(true, 0);
      }
    }
    assertNothingIsLeft();
  }

  @Test
  void aPeerThatPingsAndNeverReadsIsCutOff() throws Exception {
    try (RawPeer peer = RawPeer.dial(address, "127.0.0.1", 4096)) {
      peer.agree("/noise");
      peer.shake(peer.initiator(RawPeer.YAMUX));
      int pings = pingUntilClosed(peer, 4_000_000);
      assertTrue(pings < 4_000_000, "it could go on for ever");
    }
    assertNothingIsLeft();
  }

  private static int pingUntilClosed(RawPeer peer, int most) throws Exception {
    byte[] thousand = new byte[12 * 1000];
    for (int i = 0; i < 1000; i++) {
      System.arraycopy(RawPeer.frame(RawPeer.PING, RawPeer.SYN, 0, i, new byte[0]), 0, thousand, 12 * i, 12);
    }
    for (int sent = 0; sent < most; sent += 1000) {
      try {
        peer.write(peer.seal(thousand));
      } catch (SocketException closed) {
        return sent;
      }
    }
    return most;
  }

  @Test
  void aPeerThatTakesNothingOfWhatItAskedForIsCutOffAndHoldsTheWriterUntilThen() throws Exception {
    try (RawPeer peer = RawPeer.dial(address, "127.0.0.1", 4096)) {
      peer.agree("/noise");
      peer.shake(peer.initiator(RawPeer.YAMUX));
      peer.write(peer.seal(RawPeer.open(1, SOURCE)));
      peer.write(peer.seal(RawPeer.frame(RawPeer.WINDOW_UPDATE, 0, 1, 1 << 30, new byte[0])));
      Nodes.eventually(node, "the peer is written to", () -> taken.get() > 0); // it may be cut off again by now
      Nodes.eventually(node, "the peer that takes nothing is cut off",
          () -> node.on(node.host()::peers).size() == 1);
      Nodes.eventually(node, "its socket is closed, though it never reads", () -> Nodes.sockets() <= sockets + 1);
      // The socket's buffers are the system's affair, some megabytes; the rest is the stream's credit.
      assertTrue(taken.get() < 32 << 20, taken.get() + " bytes were taken for a peer that never read");
    }
    assertNothingIsLeft();
  }
}
