package io.peerbus.crypto;

import io.peerbus.multiformats.FormatException;
import java.security.SecureRandom;

/**
 * A private key with its public key. Ed25519 and secp256k1 can be made; all four types can be read. Immutable, any
 * thread. Its text never shows the secret.
 *
 * <p>Spec: libp2p peer-ids, "Keys".
 */
public final class KeyPair {

  /** An RSA key of 8192 bits needs 4.7 KB. */
  public static final int MAX_LENGTH = 8192;

  private final PublicKey publicKey;
  private final Scheme.Secret secret;

  private KeyPair(KeyType type, Scheme.Secret secret) throws FormatException {
    this.publicKey = PublicKey.of(type, secret.publicData());
    this.secret = secret;
  }

  /**
   * A new key.
   *
   * @param type {@link KeyType#ED25519} or {@link KeyType#SECP256K1}
   * @throws IllegalArgumentException for the other types, which are only read
   */
  public static KeyPair generate(KeyType type, SecureRandom random) {
    if (type != KeyType.ED25519 && type != KeyType.SECP256K1) {
      throw new IllegalArgumentException("type: " + type + " keys are not made, only ED25519 and SECP256K1");
    }
    byte[] bytes = new byte[32];
    while (true) {
      random.nextBytes(bytes);
      if (type == KeyType.ED25519) {
        return ed25519(bytes);
      }
      try {
        return new KeyPair(type, Scheme.of(type).secret(bytes));
      } catch (FormatException outOfRange) {
        // One number in 2^128 is not below the order of the curve: draw again.
        continue;
      }
    }
  }

  /**
   * Ed25519 from its seed.
   *
   * @throws IllegalArgumentException when the seed has not 32 bytes
   */
  public static KeyPair ed25519(byte[] seed) {
    if (seed.length != Ed25519.SEED) {
      throw new IllegalArgumentException("seed: " + seed.length + " bytes, not " + Ed25519.SEED);
    }
    try {
      return new KeyPair(KeyType.ED25519, Ed25519.ofSeed(seed));
    } catch (FormatException e) {
      throw new IllegalStateException(e); // every seed has a key
    }
  }

  /**
   * From the PrivateKey protobuf.
   *
   * @throws FormatException when it is none, of an unknown type, or its halves do not belong together
   */
  public static KeyPair of(byte[] privateKeyProtobuf) throws FormatException {
    KeyMessage message = KeyMessage.read(privateKeyProtobuf, MAX_LENGTH);
    return new KeyPair(message.type(), Scheme.of(message.type()).secret(message.data()));
  }

  /** The PrivateKey protobuf. It is the secret: whoever sees it is this peer. */
  public byte[] toBytes() {
    return new KeyMessage(publicKey.type(), secret.data()).toPrivateKey();
  }

  public PublicKey publicKey() {
    return publicKey;
  }

  /** The signature of {@code message}; the same message always has the same one. */
  public byte[] sign(byte[] message) {
    return secret.signer().sign(message);
  }

  /** The type and the peer id, nothing of the secret. */
  @Override
  public String toString() {
    return "KeyPair " + publicKey;
  }
}
