package io.peerbus.remotebus;

import io.peerbus.crypto.KeyPair;
import io.peerbus.multiformats.PeerId;
import java.util.Arrays;

/** Peer ids for tests. */
final class TestPeers {

  private TestPeers() {}

  static PeerId peer(int n) {
    byte[] seed = new byte[32];
    Arrays.fill(seed, (byte) n);
    return KeyPair.ed25519(seed).publicKey().peerId();
  }
}
