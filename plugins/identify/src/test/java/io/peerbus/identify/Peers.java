package io.peerbus.identify;

import io.peerbus.crypto.KeyPair;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.util.Arrays;
import java.util.List;

/** Keys, ids and addresses for tests, the same in every run. */
public final class Peers {

  private Peers() {}

  public static KeyPair key(int n) {
    byte[] seed = new byte[32];
    Arrays.fill(seed, (byte) n);
    seed[0] = (byte) (n >> 8);
    return KeyPair.ed25519(seed);
  }

  public static PeerId id(int n) {
    return key(n).publicKey().peerId();
  }

  /** An id without a key behind it, which is quicker to make. */
  public static PeerId fakeId(int n) {
    byte[] multihash = new byte[34];
    multihash[0] = 0x12;
    multihash[1] = 0x20;
    multihash[2] = (byte) (n >> 16);
    multihash[3] = (byte) (n >> 8);
    multihash[4] = (byte) n;
    try {
      return PeerId.of(multihash);
    } catch (FormatException e) {
      throw new IllegalStateException(e);
    }
  }

  public static Multiaddr address(String text) {
    try {
      return Multiaddr.parse(text);
    } catch (FormatException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  static Description description(int n, List<Multiaddr> addresses, List<String> protocols, byte[] record) {
    return new Description(key(n).publicKey().toBytes(), addresses.stream().map(Multiaddr::toBytes).toList(),
        protocols, "ipfs/0.1.0", "peerbus/test", record);
  }
}
