package io.peerbus.kademlia.verticle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.peerbus.crypto.KeyPair;
import io.peerbus.multiformats.PeerId;
import org.junit.jupiter.api.Test;

class IdleTimesTest {

  private final IdleTimes times = new IdleTimes();
  private final PeerId peer = peer(1);

  private static PeerId peer(int number) {
    byte[] seed = new byte[32];
    seed[0] = (byte) number;
    return KeyPair.ed25519(seed).publicKey().peerId();
  }

  private long after(String agent) {
    times.onIdentified(peer, agent);
    return times.millis(peer);
  }

  @Test
  void onlyAPeerThatIsKnownToHaveStreamsEnoughIsHeldALongTime() {
    assertEquals(IdleTimes.SHORT_MILLIS, times.millis(peer), "it has not said yet what it is");
    assertEquals(IdleTimes.LONG_MILLIS, after("kubo/0.39.0"));
    assertEquals(IdleTimes.SHORT_MILLIS, after("py-libp2p/0.8.1"));
    assertEquals(IdleTimes.LONG_MILLIS, after("js-libp2p/3.3.11 node/v22"));
    assertEquals(IdleTimes.SHORT_MILLIS, times.millis(peer(2)));
    assertEquals(IdleTimes.SHORT_MILLIS, after(""));
  }

  @Test
  void whatItWasIsForgottenWhenItGoes() {
    after("peerbus/0.1.0");
    times.onDisconnected(peer);
    assertEquals(IdleTimes.SHORT_MILLIS, times.millis(peer));
  }
}
