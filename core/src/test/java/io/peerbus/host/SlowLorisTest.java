package io.peerbus.host;

import static io.peerbus.host.Nodes.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
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
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Peers that send a byte now and then (SEC-04): each phase ends at its one total deadline, however busy the peer looks,
 * and gives back what it held.
 *
 * <p>The peers race with a short deadline. Where the machine was so busy that a peer did not even get to its dribble,
 * nothing can be said, and it is tried once more with a longer one.
 */
@ExtendWith(VertxExtension.class)
@Timeout(600)
class SlowLorisTest {

  private static final int[] DEADLINES_MILLIS = {500, 2_000, 8_000, 30_000};
  private static final String ECHO = "/echo/1.0.0";

  private Vertx vertx;
  private Node node;
  private Multiaddr address;
  private long deadline;

  @BeforeEach
  void take(Vertx vertx) {
    this.vertx = vertx;
  }

  private void start(int deadlineMillis) {
    HostOptions options = Nodes.options("victim").setSecurity(List.of(Security.values()))
        .setTimeouts(Timeouts.DEFAULT.withUpgrade(deadlineMillis).withNegotiation(deadlineMillis))
        .setMaxPending(16);
    deadline = deadlineMillis * 1_000_000L;
    node = Nodes.start(vertx, options, KeyPair.generate(KeyType.ED25519, new SecureRandom()));
    node.on(() -> node.host().handle(ECHO, stream -> stream.pipeTo(stream)));
    address = node.address();
  }

  /** One try; false when the machine was too busy for it. */
  @FunctionalInterface
  private interface Attempt {
    boolean run() throws Exception;
  }

  private void withDeadline(Attempt attempt) throws Exception {
    for (int millis : DEADLINES_MILLIS) {
      start(millis);
      boolean done = attempt.run();
      await(vertx.undeploy(node.deployment()));
      if (done) {
        return;
      }
    }
    throw new AssertionError("a peer got nowhere within " + deadline / 1_000_000 + " ms");
  }

  /** Most of a deadline, counted from before it began: what happened in less time happened before it was over. */
  private boolean inTime(long began) {
    return System.nanoTime() - began < deadline / 2;
  }

  /** Not at once, and not put off by every byte: that would take more than a minute. */
  private void assertCutAtTheDeadline(long began) {
    long took = System.nanoTime() - began;
    assertTrue(took >= deadline, "cut after " + took / 1_000_000 + " ms of " + deadline / 1_000_000);
    assertTrue(took < 60_000_000_000L + deadline, "cut after " + took / 1_000_000 + " ms");
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
        byte[] one = RawPeer.line("/secio/1.0.0");
        ByteBuffer many = ByteBuffer.allocate(40 * one.length);
        while (many.hasRemaining()) {
          many.put(one);
        }
        return many.array();
      }
    },
    TLS_HELLO {
      @Override
      byte[] begin(RawPeer peer) throws IOException, FormatException {
        peer.agree("/tls/1.0.0");
        KeyPair identity = KeyPair.generate(KeyType.ED25519, new SecureRandom());
        return RawPeer.bytes(Security.TLS.of(identity).dialer(RawPeer.YAMUX, null, new SecureRandom()).output());
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

  /** An honest peer may be too slow for the short deadline now and then. */
  private void assertServesAnHonestPeer() {
    Node honest = Nodes.start(vertx, "honest");
    Nodes.eventually(honest, "an honest peer is served", () ->
        honest.on(() -> honest.host().connect(address).map(node.host().id()::equals).otherwise(false)));
    await(vertx.undeploy(honest.deployment()));
  }

  @ParameterizedTest
  @EnumSource
  void aPeerThatDribblesIsCutAtTheDeadline(Phase phase) throws Exception {
    withDeadline(() -> {
      long began = System.nanoTime();
      try (RawPeer peer = RawPeer.dial(address)) {
        byte[] bytes = phase.begin(peer);
        if (!inTime(began)) {
          return false;
        }
        if (peer.dribble(bytes) == 0) {
          return false;
        }
        assertCutAtTheDeadline(began);
      } catch (SocketException tooSlow) {
        assertFalse(inTime(began), "cut in the middle of what was in time");
        return false;
      }
      assertServesAnHonestPeer();
      return true;
    });
  }

  @ParameterizedTest
  @EnumSource
  void aPeerThatFallsSilentIsCutAtTheDeadline(Phase phase) throws Exception {
    withDeadline(() -> {
      long began = System.nanoTime();
      try (RawPeer peer = RawPeer.dial(address)) {
        phase.begin(peer);
        peer.awaitClose();
        assertCutAtTheDeadline(began);
        return true;
      } catch (SocketException tooSlow) {
        assertFalse(inTime(began), "cut in the middle of what was in time");
        return false;
      }
    });
  }

  @Test
  void aListenerThatDribblesItsHandshakeFailsTheDial() throws Exception {
    SecureRandom random = new SecureRandom();
    NoiseIdentity identity = NoiseIdentity.of(KeyPair.generate(KeyType.ED25519, random), random);
    withDeadline(() -> {
      try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
        Multiaddr here = Multiaddr.tcp("127.0.0.1", server.getLocalPort());
        Promise<Object> dialled = Promise.promise();
        long began = System.nanoTime();
        node.context().runOnContext(now -> node.host().connect(here).<Object>map(peer -> peer).onComplete(dialled));
        try (RawPeer peer = new RawPeer(server.accept())) {
          peer.write(RawPeer.line("/multistream/1.0.0"));
          peer.write(RawPeer.line("/noise"));
          byte[] second = secondMessage(Handshake.responder(identity, RawPeer.YAMUX, random), peer);
          if (!inTime(began) || peer.dribble(second) == 0) {
            return false;
          }
        } catch (SocketException tooSlow) {
          assertFalse(inTime(began), "cut in the middle of what was in time");
          return false;
        }
        FailureException failure = assertThrows(FailureException.class, () -> await(dialled.future()));
        assertEquals(Failure.DIAL_FAILED, failure.failure());
        assertTrue(failure.getMessage().contains("the Noise handshake: timed out"), failure.getMessage());
        return true;
      }
    });
  }

  /** What the dialer proposes is skipped: it ends where a message of 32 bytes begins. */
  private static byte[] secondMessage(Handshake responder, RawPeer peer) throws IOException, FormatException {
    Negotiation negotiation = Negotiation.listener("/noise"::equals, List::of);
    ByteBuffer answer = null;
    while (answer == null) {
      ByteBuffer in = peer.readOrFail();
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
    withDeadline(() -> {
      try (RawPeer peer = RawPeer.upgraded(address)) {
        assertResetAndLives(peer);
        return true;
      } catch (SocketException tooSlow) {
        return false; // the upgrade has the same deadline
      }
    });
  }

  private void assertResetAndLives(RawPeer peer) throws IOException, FormatException {
    long began = System.nanoTime();
    peer.write(peer.seal(RawPeer.data(RawPeer.SYN, 1, RawPeer.line("/multistream/1.0.0"))));
    peer.write(peer.seal(RawPeer.data(0, 1, new byte[] {(byte) 0xe8, 7}))); // a line of 1000 bytes
    peer.socket().setSoTimeout(40);
    Frames frames = new Frames();
    while (!frames.reset(1)) {
      try {
        ByteBuffer plain = peer.readPlain();
        assertNotNull(plain, "the whole connection was closed");
        frames.add(plain);
      } catch (SocketTimeoutException e) {
        peer.write(peer.seal(RawPeer.data(0, 1, new byte[] {'x'})));
      }
    }
    assertCutAtTheDeadline(began);
    peer.socket().setSoTimeout(1_000 * Nodes.PATIENCE_SECONDS);
    peer.write(peer.seal(RawPeer.open(3, ECHO)));
    peer.write(peer.seal(RawPeer.data(0, 3, new byte[] {42})));
    while (!frames.holds(3, (byte) 42)) {
      frames.add(peer.readPlain());
    }
  }

  @Test
  void slowPeersFillTheirSlotsAndNoMoreAndGiveThemBack() throws Exception {
    withDeadline(() -> {
      long began = System.nanoTime();
      List<RawPeer> slow = new ArrayList<>();
      try {
        boolean refused = false;
        for (int i = 0; i < 16; i++) {
          slow.add(RawPeer.dial(address));
          refused |= slow.get(i).read() == null;
        }
        boolean oneTooMany;
        try (RawPeer peer = RawPeer.dial(address)) {
          oneTooMany = peer.read() != null;
        }
        if (!inTime(began)) { // some slots may have been given back by now
          return false;
        }
        assertFalse(refused, "one of the first 16 was refused");
        assertFalse(oneTooMany, "a slot beyond the limit was given");
        for (RawPeer peer : slow) {
          peer.awaitClose();
        }
        assertServesAnHonestPeer();
        return true;
      } finally {
        for (RawPeer peer : slow) {
          peer.close();
        }
      }
    });
  }

  @Test
  void manySlowPeersInEveryPhaseAreAllCut() throws Exception {
    start(DEADLINES_MILLIS[0]);
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
