package io.peerbus.noise;

import io.peerbus.secure.HandshakeException;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.bouncycastle.math.ec.rfc7748.X25519;

/** A key pair of X25519 (RFC 7748). */
final class X25519Key {

  static final int LENGTH = X25519.POINT_SIZE;

  private final byte[] privateKey;
  private final byte[] publicKey = new byte[LENGTH];

  /** By Bouncy Castle: native code has no faster way from bytes that it is given. */
  private X25519Key(byte[] privateKey) {
    this.privateKey = privateKey;
    X25519.scalarMultBase(privateKey, 0, publicKey, 0);
  }

  static X25519Key generate(RandomGenerator random) {
    byte[] privateKey = new byte[LENGTH];
    random.nextBytes(privateKey);
    return new X25519Key(privateKey);
  }

  /** Not a copy: only for reading, inside this package. */
  byte[] publicKey() {
    return publicKey;
  }

  /**
   * The shared secret.
   *
   * @throws HandshakeException when it is all zero, because the remote sent a point of low order: everybody would
   *     know that secret (RFC 7748, section 6.1)
   */
  byte[] agree(byte[] remotePublicKey) throws HandshakeException {
    byte[] secret = new byte[LENGTH];
    if (!Agreement.FASTEST.agree(privateKey, remotePublicKey, secret)) {
      throw new HandshakeException("the remote's X25519 key is a point of low order");
    }
    return secret;
  }

  void destroy() {
    Arrays.fill(privateKey, (byte) 0);
  }
}
