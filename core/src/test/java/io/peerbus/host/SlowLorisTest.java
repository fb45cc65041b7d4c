package io.peerbus.host;

import static io.peerbus.host.Nodes.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multistream.Negotiation;
import io.peerbus.noise.Handshake;
import io.peerbus.noise.NoiseIdentity;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Peers that send a byte now and then (SEC-04): each phase ends at its one total deadline, however busy the peer looks,
 * and gives back what it held.
 */
@ExtendWith(VertxExtension.class)
class SlowLorisTest {

  private static final int DEADLINE_MILLIS = 500;
  private static final String ECHO = "/echo/1.0.0";

  /** On a busy machine; far below the 10 s of the defaults, and of no byte in particular. */
  private static final long LATEST = 5_000_000_000L;

  private Vertx vertx;
  private Node node;
  private Multiaddr address;

  @BeforeEach
  void start(Vertx vertx) {
    this.vertx = vertx;
    node = Nodes.start(vertx, options("victim"), KeyPair.generate(KeyType.ED25519, new SecureRandom()));
    node.on(() -> node.host().handle(ECHO, stream -> stream.pipeTo(stream)));
    address = node.address();
  }

  private static HostOptions options(String name) {
    return Nodes.options(name)
        .setUpgradeTimeoutMillis(DEADLINE_MILLIS)
        .setNegotiationTimeoutMillis(DEADLINE_MILLIS)
        .setMaxPending(16);
  }

  /** Where the peer begins to dribble, and the bytes. */
  private enum Phase {
    MULTISTREAM_HEADER {
      @Override
      byte[] begin(RawPeer peer) {
        return RawPeer.line("/multistream/1.0.0");
      }
    },
    MULTISTREAM_PROPOSALS {
      @Override
      byte[] begin(RawPeer peer) throws IOException {
        peer.write(RawPeer.line("/multistream/1.0.0"));
        byte[] one = RawPeer.line("/tls/1.0.0");
        ByteBuffer many = ByteBuffer.allocate(40 * one.length);
        while (many.hasRemaining()) {
          many.put(one);
        }
        return many.array();
      }
    },
    NOISE_MESSAGE_1 {
      @Override
      byte[] begin(RawPeer peer) throws IOException, FormatException {
        peer.agree("/noise");
        return RawPeer.bytes(peer.initiator(RawPeer.YAMUX).output());
      }
    },
    NOISE_MESSAGE_3 {
      @Override
      byte[] begin(RawPeer peer) throws IOException, FormatException {
        peer.agree("/noise");
        return peer.shakeHalf(peer.initiator(RawPeer.YAMUX));
      }
    },
    MUXER {
      @Override
      byte[] begin(RawPeer peer) throws IOException, FormatException {
        peer.agree("/noise");
        peer.shake(peer.initiator(List.of()));
        return peer.seal(Negotiation.dialer(RawPeer.YAMUX).output().array());
      }
    };

    abstract byte[] begin(RawPeer peer) throws IOException, FormatException;
  }

  private void assertServesAnHonestPeer() {
    Node honest = Nodes.start(vertx, "honest");
    assertEquals(node.host().id(), honest.on(() -> honest.host().connect(address)));
    await(vertx.undeploy(honest.deployment()));
  }

  @ParameterizedTest
  @EnumSource
  void aPeerThatDribblesIsCutAtTheDeadline(Phase phase) throws Exception {
    try (RawPeer peer = RawPeer.dial(address)) {
      byte[] bytes = phase.begin(peer);
      long began = System.nanoTime();
      int written = peer.dribble(bytes);
      assertTrue(System.nanoTime() - began < LATEST, "cut after " + (System.nanoTime() - began) / 1_000_000 + " ms");
      assertTrue(written > 1, "cut without having been given time: " + written + " bytes were sent");
    }
    assertServesAnHonestPeer();
  }

  @ParameterizedTest
  @EnumSource
  void aPeerThatFallsSilentIsCutAtTheDeadline(Phase phase) throws Exception {
    try (RawPeer peer = RawPeer.dial(address)) {
      phase.begin(peer);
      long began = System.nanoTime();
      peer.awaitClose();
      assertTrue(System.nanoTime() - began < LATEST, "cut after " + (System.nanoTime() - began) / 1_000_000 + " ms");
    }
  }

  @Test
  void aListenerThatDribblesItsHandshakeFailsTheDial() throws Exception {
    SecureRandom random = new SecureRandom();
    NoiseIdentity identity = NoiseIdentity.of(KeyPair.generate(KeyType.ED25519, random), random);
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      Multiaddr here = Multiaddr.tcp("127.0.0.1", server.getLocalPort());
      Promise<Object> dialled = Promise.promise();
      node.context().runOnContext(now -> node.host().connect(here).<Object>map(peer -> peer).onComplete(dialled));
      try (RawPeer peer = new RawPeer(server.accept())) {
        peer.write(RawPeer.line("/multistream/1.0.0"));
        peer.write(RawPeer.line("/noise"));
        int written = peer.dribble(secondMessage(Handshake.responder(identity, RawPeer.YAMUX, random), peer));
        assertTrue(written > 1, written + " bytes were sent");
      }
      FailureException failure = assertThrows(FailureException.class, () -> await(dialled.future()));
      assertEquals(Failure.DIAL_FAILED, failure.failure());
      assertTrue(failure.getMessage().contains("the Noise handshake: timed out"), failure.getMessage());
    }
  }

  /** What the dialer proposes is skipped: it ends where a message of 32 bytes begins. */
  private static byte[] secondMessage(Handshake responder, RawPeer peer) throws IOException, FormatException {
    Negotiation negotiation = Negotiation.listener("/noise"::equals, List::of);
    ByteBuffer answer = null;
    while (answer == null) {
      ByteBuffer in = peer.read();
      assertNotNull(in);
      if (!negotiation.isSettled()) {
        negotiation.onBytes(in);
      }
      if (negotiation.isSettled()) {
        responder.onBytes(in);
      }
      answer = responder.output();
    }
    return RawPeer.bytes(answer);
  }

  @Test
  void aStreamWhoseProposalDribblesIsResetAndTheConnectionLives() throws Exception {
    try (RawPeer peer = RawPeer.upgraded(address)) {
      peer.write(peer.seal(RawPeer.data(RawPeer.SYN, 1, RawPeer.line("/multistream/1.0.0"))));
      peer.socket().setSoTimeout(40);
      byte[] proposal = RawPeer.line(ECHO + "-of-a-name-that-takes-long-to-spell-out-one-letter-after-the-other");
      int sent = 0;
      Frames frames = new Frames();
      while (!frames.reset(1)) {
        try {
          ByteBuffer plain = peer.readPlain();
          assertNotNull(plain, "the whole connection was closed");
          frames.add(plain);
        } catch (java.net.SocketTimeoutException e) {
          assertTrue(sent < proposal.length, "not reset after " + sent + " bytes");
          peer.write(peer.seal(RawPeer.data(0, 1, new byte[] {proposal[sent++]})));
        }
      }
      assertTrue(sent > 1, sent + " bytes were sent");
      peer.socket().setSoTimeout(20_000);
      peer.write(peer.seal(RawPeer.open(3, ECHO)));
      peer.write(peer.seal(RawPeer.data(0, 3, new byte[] {42})));
      while (!frames.holds(3, (byte) 42)) {
        frames.add(peer.readPlain());
      }
    }
  }

  @Test
  void slowPeersFillTheirSlotsAndNoMoreAndGiveThemBack() throws Exception {
    List<RawPeer> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 16; i++) {
        RawPeer peer = RawPeer.dial(address);
        slow.add(peer);
        if (peer.read() == null) { // the first ones' time may be over already on a busy machine
          break;
        }
      }
      if (slow.stream().noneMatch(SlowLorisTest::isClosed)) {
        try (RawPeer oneTooMany = RawPeer.dial(address)) {
          assertNull(oneTooMany.read(), "a slot beyond the limit was given");
        }
      }
      for (RawPeer peer : slow) {
        peer.awaitClose();
      }
      assertServesAnHonestPeer();
    } finally {
      for (RawPeer peer : slow) {
        peer.close();
      }
    }
  }

  private static boolean isClosed(RawPeer peer) {
    try {
      peer.socket().setSoTimeout(1);
      return peer.read() == null;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    } finally {
      restore(peer);
    }
  }

  private static void restore(RawPeer peer) {
    try {
      peer.socket().setSoTimeout(20_000);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void manySlowPeersInEveryPhaseAreAllCut() throws Exception {
    List<RawPeer> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        RawPeer peer = RawPeer.dial(address);
        slow.add(peer);
        try {
          Phase.values()[i % Phase.values().length].begin(peer);
        } catch (IOException e) {
          assertFalse(peer.socket().isClosed()); // refused, all slots being taken: that is how it should be
        }
      }
      for (RawPeer peer : slow) {
        peer.awaitClose();
      }
    } finally {
      for (RawPeer peer : slow) {
        peer.close();
      }
    }
    assertServesAnHonestPeer();
  }
}
