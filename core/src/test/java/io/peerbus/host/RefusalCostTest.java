package io.peerbus.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.host.Nodes.Node;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.SocketException;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.SecureRandomSpi;
import java.security.Security;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * SEC-05: refusing costs less than asking. A listener's first step in any key agreement is to draw its ephemeral key,
 * so the node's draws are counted: one for each peer that is let in, none for one that is refused, however far it goes.
 */
@ExtendWith(VertxExtension.class)
@Timeout(60)
class RefusalCostTest {

  private static final int SHARE = 8;
  private static final int REFUSED = 40;
  private static final int KEY = 32;

  /** The only source of chance of those who are made while it is installed. */
  private static final class Counting extends Provider {
    private static final long serialVersionUID = 1L;
    private final transient SecureRandom real = new SecureRandom();
    private final transient AtomicInteger keys = new AtomicInteger();

    Counting() {
      super("Counting", "1", "for a test");
      putService(new Service(this, "SecureRandom", "Counting", Counting.class.getName(), null, null) {
        @Override
        public Object newInstance(Object parameter) {
          return new Source();
        }
      });
    }

    private final class Source extends SecureRandomSpi {
      private static final long serialVersionUID = 1L;

      @Override
      protected void engineSetSeed(byte[] seed) {
        real.setSeed(seed);
      }

      @Override
      protected void engineNextBytes(byte[] bytes) {
        real.nextBytes(bytes);
        keys.addAndGet(bytes.length == KEY ? 1 : 0);
      }

      @Override
      protected byte[] engineGenerateSeed(int length) {
        return real.generateSeed(length);
      }
    }
  }

  @Test
  void onePeersShareIsCountedAndTheRestIsRefusedWithoutAnyKeyAgreement(Vertx vertx) throws Exception {
    KeyPair identity = KeyPair.generate(KeyType.ED25519, new SecureRandom());
    Counting counting = new Counting();
    Security.insertProviderAt(counting, 1);
    Node node;
    try {
      node = Nodes.start(vertx, Nodes.options("victim").setLoopbackExempt(false).setMaxPerIp(SHARE), identity);
    } finally {
      Security.removeProvider(counting.getName());
    }
    Multiaddr address = node.address();
    List<RawPeer> peers = new ArrayList<>();
    try {
      int before = counting.keys.get();
      for (int i = 0; i < SHARE; i++) {
        peers.add(RawPeer.upgraded(address));
        int upgraded = i + 1; // on its way from a pending connection to one of the others it counts as both
        Nodes.eventually(node, "it is upgraded", () -> node.on(node.host()::peers).size() == upgraded);
      }
      assertEquals(before + SHARE, counting.keys.get(), "each handshake draws a key, so this counts handshakes");
      for (int i = 0; i < REFUSED; i++) {
        assertRefused(address);
      }
      assertEquals(before + SHARE, counting.keys.get(), "handshakes were begun with peers that were refused");
    } finally {
      for (RawPeer peer : peers) {
        peer.close();
      }
    }
  }

  /** It sends all that a dialer can send unasked, the first message of the handshake with it. */
  private static void assertRefused(Multiaddr address) throws IOException {
    try (RawPeer peer = RawPeer.dial(address)) {
      peer.write(RawPeer.line("/multistream/1.0.0"));
      peer.write(RawPeer.line("/noise"));
      peer.write(peer.initiator(RawPeer.YAMUX).output());
      assertNull(peer.read(), "a refused peer gets no answer");
    } catch (SocketException refusedBeforeThat) {
      // that is as good
    }
  }
}
