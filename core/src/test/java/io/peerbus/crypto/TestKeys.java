package io.peerbus.crypto;

import io.peerbus.multiformats.FormatException;
import java.util.HexFormat;

/** The key pairs of the peer id spec. */
public final class TestKeys {

  private TestKeys() {
  }

  /** Peer 12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq. */
  public static KeyPair ed25519() {
    return of("080112407e0830617c4a7de83925dfb2694556b12936c477a0e1feb2e148ec9da60fee7d"
        + "1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e");
  }

  /** Peer 16Uiu2HAmLhLvBoYaoZfaMUKuibM6ac163GwKY74c5kiSLg5KvLpY. */
  public static KeyPair secp256k1() {
    return of("0802122053dadf1d5a164d6b4acdb15e24aa4c5b1d3461bdbd42abedb0a4404d56ced8fb");
  }

  private static KeyPair of(String privateKey) {
    try {
      return KeyPair.of(HexFormat.of().parseHex(privateKey));
    } catch (FormatException e) {
      throw new IllegalStateException(e);
    }
  }
}
