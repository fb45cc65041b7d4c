package io.peerbus.crypto;

import io.peerbus.multiformats.FormatException;

/** What one key type can do; implementations are stateless and keep nothing of a key but what they hand out. */
interface Scheme {

  /** Checks a message's signature. Thread safe; answers false for anything that is not a good signature. */
  interface Verifier {
    boolean verify(byte[] message, byte[] signature);
  }

  /** Signs a message. Thread safe. */
  interface Signer {
    byte[] sign(byte[] message);
  }

  /** A private key taken apart: its data in today's form, its public key's data, and its use. */
  record Secret(byte[] data, byte[] publicData, Signer signer) {
    @Override
    public String toString() {
      return "Secret";
    }
  }

  /** The verifier of a public key's data, which is checked. */
  Verifier verifier(byte[] publicData) throws FormatException;

  /** The private key in {@code data}, which is checked, and whose public half must belong to it. */
  Secret secret(byte[] data) throws FormatException;

  /** The scheme of a key type. */
  static Scheme of(KeyType type) {
    return switch (type) {
      case ED25519 -> Ed25519.INSTANCE;
      case SECP256K1 -> Secp256k1.INSTANCE;
      case ECDSA -> NistEcdsa.INSTANCE;
      case RSA -> Rsa.INSTANCE;
    };
  }
}
