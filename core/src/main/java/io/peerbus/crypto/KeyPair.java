package io.peerbus.crypto;

import io.peerbus.multiformats.FormatException;
import java.security.SecureRandom;

/** A private key with its public key. Ed25519 and secp256k1 can be made and kept; toString never shows the secret. */
public final class KeyPair {
  private KeyPair() {}

  public static KeyPair generate(KeyType type, SecureRandom random) { throw new UnsupportedOperationException(); }
  /** Ed25519 from its 32-byte seed. */
  public static KeyPair ed25519(byte[] seed) { throw new UnsupportedOperationException(); }
  /** From the PrivateKey protobuf. */
  public static KeyPair of(byte[] privateKeyProtobuf) throws FormatException { throw new UnsupportedOperationException(); }
  /** The PrivateKey protobuf. */
  public byte[] toBytes() { throw new UnsupportedOperationException(); }
  public PublicKey publicKey() { throw new UnsupportedOperationException(); }
  public byte[] sign(byte[] message) { throw new UnsupportedOperationException(); }
}
