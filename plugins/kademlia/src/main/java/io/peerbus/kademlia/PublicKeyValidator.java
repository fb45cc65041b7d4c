package io.peerbus.kademlia;

import io.peerbus.crypto.PublicKey;
import io.peerbus.multiformats.FormatException;
import java.util.Arrays;

/** {@code /pk/}: a peer's public key under its id. There is one right value for each key. */
final class PublicKeyValidator implements Validator {

  @Override
  public Verdict check(long now, byte[] name, byte[] value) {
    try {
      PublicKey key = PublicKey.of(value);
      return Arrays.equals(name, key.peerId().toBytes()) ? Verdict.good()
          : Verdict.bad("/pk/: the key is that of " + key.peerId() + ", not of the peer in the record's key");
    } catch (FormatException e) {
      return Verdict.bad("/pk/: " + e.getMessage());
    }
  }
}
