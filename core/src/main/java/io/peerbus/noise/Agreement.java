package io.peerbus.noise;

import io.peerbus.crypto.NativeProvider;
import io.peerbus.crypto.NativeProvider.Kind;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import javax.crypto.KeyAgreement;
import javax.security.auth.DestroyFailedException;
import org.bouncycastle.math.ec.rfc7748.X25519;

/** The function X25519 of RFC 7748, section 5, of one's private and another's public key. Any thread. */
interface Agreement {

  /** In Java. On the JVMs of today twice as fast as the JDK's or more. */
  Agreement BOUNCY_CASTLE = (privateKey, publicKey, secret) ->
      X25519.calculateAgreement(privateKey, 0, publicKey, 0, secret, 0);

  /** The fastest there is in this JVM. */
  Agreement FASTEST = NativeProvider.orNull() == null ? BOUNCY_CASTLE : nativeBy(NativeProvider.orNull());

  /** Writes the secret, and says whether it is one: it is none when it is all zero (section 6.1). */
  boolean agree(byte[] privateKey, byte[] publicKey, byte[] secret);

  static Agreement nativeBy(NativeProvider provider) {
    return (privateKey, publicKey, secret) -> {
      try {
        PrivateKey own = provider.privateKey(Kind.X25519, privateKey);
        try {
          KeyAgreement agreement = KeyAgreement.getInstance(Kind.X25519.algorithm(), provider.jca());
          agreement.init(own);
          agreement.doPhase(provider.publicKey(Kind.X25519, publicKey), true);
          return agreement.generateSecret(secret, 0) == secret.length;
        } finally {
          own.destroy();
        }
      } catch (InvalidKeyException e) {
        return false; // a point of low order
      } catch (GeneralSecurityException | DestroyFailedException e) {
        throw new IllegalStateException("X25519 failed", e);
      }
    };
  }
}
