package io.peerbus.swarm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.pnet.Cloak;
import io.peerbus.pnet.PrivateNetwork;
import io.peerbus.swarm.Connection.Action;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections inside a private network, and attempts from outside. */
class PrivateConnectionTest {

  private static final String ECHO = "/echo/1.0.0";
  private static final PrivateNetwork OURS = PrivateNetwork.generate(new Random(1));
  private static final PrivateNetwork THEIRS = PrivateNetwork.generate(new Random(2));

  @ParameterizedTest
  @ValueSource(ints = {1, 1_000, 1_000_000})
  void membersSpeakToEachOther(int chunk) {
    ConnectionPair pair = new ConnectionPair(List.of(ECHO), OURS, OURS);
    pair.chunk = chunk;
    pair.drive();
    assertEquals(pair.listenerId, pair.dialer.only(Action.Upgraded.class).peer());
    int stream = pair.dialer.connection.open(pair.now, List.of(ECHO), false);
    pair.drive();
    byte[] bytes = new byte[100_000];
    new Random(3).nextBytes(bytes);
    pair.dialer.connection.write(pair.now, stream, ByteBuffer.wrap(bytes));
    pair.drive();
    assertArrayEquals(bytes, pair.listener.received(pair.listener.only(Action.Inbound.class).stream()));
  }

  @Test
  void nothingIsReadableFromOutside() {
    ConnectionPair pair = new ConnectionPair(List.of(ECHO), OURS, OURS);
    pair.collect(pair.dialer);
    assertFalse(pair.dialer.toRemote.toString(java.nio.charset.StandardCharsets.ISO_8859_1).contains("multistream"));
    assertTrue(pair.dialer.toRemote.size() > Cloak.NONCE);
  }

  /** What comes is noise: it is refused by its form, or nothing follows and the time is up. */
  @Test
  void othersAreNoPeers() {
    for (PrivateNetwork network : new PrivateNetwork[] {THEIRS, null}) {
      ConnectionPair pair = new ConnectionPair(List.of(ECHO), network, OURS);
      pair.drive();
      pair.pass(ConnectionOptions.Limits.DEFAULT.upgradeTimeout());
      assertEquals(0, pair.listener.all(Action.Upgraded.class).size());
      String reason = pair.listener.only(Action.Closed.class).reason();
      assertTrue(reason.startsWith("agreeing on /noise in the private network: "), reason);
    }
  }
}
