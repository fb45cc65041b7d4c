package io.peerbus.noise;

import io.peerbus.crypto.NativeProvider;
import io.peerbus.secure.HandshakeException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.bouncycastle.math.ec.rfc7748.X25519;

/** A key pair of X25519 (RFC 7748). */
final class X25519Key {

  static final int LENGTH = X25519.POINT_SIZE;

  private static final NativeProvider NATIVE = NativeProvider.orNull();
  private static final String JDK = "SUN";

  private final byte[] privateKey = new byte[LENGTH];
  private final byte[] publicKey = new byte[LENGTH];

  private X25519Key() {}

  /**
   * A new key pair. Where {@code random} is what the JDK draws secrets from, native code may draw this one; any other
   * source, a test's or one that somebody has put before the JDK's, is the one that is used.
   */
  static X25519Key generate(RandomGenerator random) {
    X25519Key key = new X25519Key();
    if (NATIVE != null && random instanceof SecureRandom secure && JDK.equals(secure.getProvider().getName())) {
      key.drawNative(NATIVE);
    } else {
      random.nextBytes(key.privateKey);
      X25519.scalarMultBase(key.privateKey, 0, key.publicKey, 0);
    }
    return key;
  }

  private void drawNative(NativeProvider provider) {
    try {
      provider.generateX25519(privateKey, publicKey);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("X25519 makes no key", e);
    }
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
