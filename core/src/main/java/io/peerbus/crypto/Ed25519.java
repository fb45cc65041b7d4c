package io.peerbus.crypto;

import io.peerbus.multiformats.FormatException;
import java.util.Arrays;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519.Algorithm;

/** Ed25519 of RFC 8032, pure. Bouncy Castle verifies about five times faster than the JDK's provider. */
enum Ed25519 implements Scheme {
  INSTANCE;

  static final int SEED = 32;
  private static final int PUBLIC = 32;
  private static final int SIGNATURE = 64;
  private static final int TODAY = SEED + PUBLIC;
  /** Early go-libp2p wrote the public key twice. */
  private static final int LEGACY = SEED + 2 * PUBLIC;

  @Override
  public Verifier verifier(byte[] publicData) throws FormatException {
    if (publicData.length != PUBLIC) {
      throw new FormatException("Ed25519 public key of " + publicData.length + " bytes, not " + PUBLIC);
    }
    Ed25519PublicKeyParameters key;
    try {
      key = new Ed25519PublicKeyParameters(publicData, 0);
    } catch (IllegalArgumentException e) {
      throw new FormatException("Ed25519 public key is not a point of the curve");
    }
    return (message, signature) -> signature.length == SIGNATURE
        && key.verify(Algorithm.Ed25519, null, message, 0, message.length, signature, 0);
  }

  @Override
  public Secret secret(byte[] data) throws FormatException {
    if (data.length != TODAY && data.length != LEGACY) {
      throw new FormatException("Ed25519 private key of " + data.length + " bytes, not " + TODAY + " or " + LEGACY);
    }
    Secret secret = ofSeed(Arrays.copyOf(data, SEED));
    for (int at = SEED; at < data.length; at += PUBLIC) {
      // Signing with another public key than the seed's gives the seed away.
      if (!Arrays.equals(data, at, at + PUBLIC, secret.publicData(), 0, PUBLIC)) {
        throw new FormatException("Ed25519 private key: its public half does not belong to its seed");
      }
    }
    return secret;
  }

  static Secret ofSeed(byte[] seed) {
    Ed25519PrivateKeyParameters key = new Ed25519PrivateKeyParameters(seed, 0);
    byte[] publicData = key.generatePublicKey().getEncoded();
    byte[] data = Arrays.copyOf(seed, TODAY);
    System.arraycopy(publicData, 0, data, SEED, PUBLIC);
    return new Secret(data, publicData, message -> {
      byte[] signature = new byte[SIGNATURE];
      key.sign(Algorithm.Ed25519, null, message, 0, message.length, signature, 0);
      return signature;
    });
  }
}
