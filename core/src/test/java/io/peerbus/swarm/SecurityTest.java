package io.peerbus.swarm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.crypto.KeyPair;
import io.peerbus.noise.NoiseIdentity;
import io.peerbus.secure.SecureProtocol;
import io.peerbus.swarm.Connection.Action;
import io.peerbus.swarm.ConnectionOptions.Limits;
import io.peerbus.tls.TlsIdentity;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections by TLS, and the choice between that and Noise. */
class SecurityTest {

  private static final String ECHO = "/echo/1.0.0";

  private static SecureProtocol tls(KeyPair keys) {
    return TlsIdentity.of(keys, InstantSource.system(), new SecureRandom());
  }

  private static SecureProtocol noise(KeyPair keys) {
    return NoiseIdentity.of(keys, new Random(1));
  }

  private static ConnectionPair pair(boolean expectRightPeer, Function<KeyPair, List<SecureProtocol>> security) {
    return new ConnectionPair(List.of(ECHO), Limits.DEFAULT, expectRightPeer, security);
  }

  private static ConnectionPair tlsPair() {
    return pair(true, keys -> List.of(tls(keys)));
  }

  /** Only as much as the peer has room for travels at once, so it goes in turns until all is there. */
  @ParameterizedTest
  @ValueSource(ints = {3, 5_000, 1_000_000})
  void bytesGoBothWaysByTls(int chunk) {
    ConnectionPair pair = tlsPair();
    pair.chunk = chunk;
    pair.drive();
    assertEquals(pair.listenerId, pair.dialer.only(Action.Upgraded.class).peer());
    assertEquals(pair.dialerId, pair.listener.only(Action.Upgraded.class).peer());
    int stream = pair.dialer.connection.open(pair.now, List.of(ECHO), false);
    pair.drive();
    byte[] question = new byte[200_000];
    byte[] answer = new byte[150_000];
    new Random(1).nextBytes(question);
    new Random(2).nextBytes(answer);
    pair.dialer.connection.write(pair.now, stream, ByteBuffer.wrap(question));
    pair.dialer.connection.end(pair.now, stream);
    int theirs = pair.listener.only(Action.Inbound.class).stream();
    pair.listener.connection.write(pair.now, theirs, ByteBuffer.wrap(answer));
    pair.listener.connection.end(pair.now, theirs);
    pair.drive();
    assertArrayEquals(question, pair.listener.received(theirs));
    assertArrayEquals(answer, pair.dialer.received(stream));
    assertEquals(1, pair.dialer.all(Action.Finished.class).size());
    assertEquals(1, pair.listener.all(Action.Finished.class).size());
  }

  @Test
  void whatTheDialerPrefersIsTakenWhereBothHaveIt() {
    ConnectionPair pair = pair(true, keys -> List.of(tls(keys), noise(keys)));
    pair.collect(pair.dialer);
    assertTrue(pair.dialer.toRemote.toString().contains("/tls/1.0.0"), "proposed first");
    pair.drive();
    assertEquals(pair.dialerId, pair.listener.only(Action.Upgraded.class).peer());
  }

  @Test
  void whereTheFirstIsNotServedTheNextIsTaken() {
    int[] made = new int[1];
    ConnectionPair pair = pair(true, keys -> made[0]++ == 0 ? List.of(tls(keys), noise(keys)) : List.of(noise(keys)));
    pair.drive();
    assertEquals(pair.dialerId, pair.listener.only(Action.Upgraded.class).peer());
    assertEquals(pair.listenerId, pair.dialer.only(Action.Upgraded.class).peer());
  }

  @Test
  void withoutACommonOneThereIsNoConnection() {
    int[] made = new int[1];
    ConnectionPair pair = pair(true, keys -> List.of(made[0]++ == 0 ? tls(keys) : noise(keys)));
    pair.drive();
    assertTrue(pair.dialer.only(Action.Closed.class).reason().startsWith("agreeing on /tls/1.0.0: "),
        pair.dialer.actions.toString());
  }

  @Test
  void aWrongPeerIsRefusedAndHearsIt() {
    ConnectionPair pair = pair(false, keys -> List.of(tls(keys)));
    pair.drive();
    assertEquals("the TLS handshake: expected peer " + pair.dialerId + " but it is "
        + pair.listenerId, pair.dialer.only(Action.Closed.class).reason());
    assertEquals(0, pair.listener.all(Action.Upgraded.class).size());
    assertEquals(1, pair.listener.all(Action.Closed.class).size(), "by the alert, before the socket closes");
  }

  @Test
  void whoLeavesSaysGoodbyeInYamuxAndInTls() {
    ConnectionPair pair = tlsPair();
    pair.drive();
    pair.dialer.connection.close(pair.now, "enough");
    pair.drive();
    assertEquals("enough", pair.dialer.only(Action.Closed.class).reason());
    assertEquals("the other side goes away: normal (0)", pair.listener.only(Action.Closed.class).reason());
    pair.listener.connection.onEof("gone");
    assertEquals(0, pair.dialer.connection.transmit(pair.now, pair.workspace.output()), "the keys are destroyed");
  }
}
