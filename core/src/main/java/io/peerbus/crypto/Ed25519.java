package io.peerbus.crypto;

import io.peerbus.crypto.NativeProvider.Kind;
import io.peerbus.multiformats.FormatException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.util.Arrays;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519.Algorithm;

/**
 * Ed25519 of RFC 8032, pure: by the {@link NativeProvider} where there is one, else by Bouncy Castle, which verifies
 * about five times faster than the JDK's provider.
 */
enum Ed25519 implements Scheme {
  INSTANCE;

  private static final NativeProvider NATIVE = NativeProvider.orNull();

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
    Verifier verifier = NATIVE == null ? javaVerifier(publicData) : nativeVerifier(NATIVE, publicData);
    return (message, signature) -> signature.length == SIGNATURE && verifier.verify(message, signature);
  }

  /** Nothing verifies under bytes that are no point of the curve. Most keys that peers tell are never used. */
  static Verifier javaVerifier(byte[] publicData) {
    return (message, signature) -> {
      try {
        return new Ed25519PublicKeyParameters(publicData, 0)
            .verify(Algorithm.Ed25519, null, message, 0, message.length, signature, 0);
      } catch (IllegalArgumentException e) {
        return false;
      }
    };
  }

  static Verifier nativeVerifier(NativeProvider provider, byte[] publicData) {
    return (message, signature) -> {
      try {
        Signature verifier = Signature.getInstance(Kind.ED25519.algorithm(), provider.jca());
        verifier.initVerify(provider.publicKey(Kind.ED25519, publicData));
        verifier.update(message);
        return verifier.verify(signature);
      } catch (SignatureException e) {
        return false;
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("Ed25519 failed to verify", e);
      }
    };
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
    return new Secret(data, publicData, NATIVE == null ? javaSigner(key) : nativeSigner(NATIVE, seed));
  }

  static Signer javaSigner(Ed25519PrivateKeyParameters key) {
    return message -> {
      byte[] signature = new byte[SIGNATURE];
      key.sign(Algorithm.Ed25519, null, message, 0, message.length, signature, 0);
      return signature;
    };
  }

  static Signer nativeSigner(NativeProvider provider, byte[] seed) {
    try {
      PrivateKey key = provider.privateKey(Kind.ED25519, seed);
      return message -> nativeSignature(provider, key, message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Ed25519 takes no seed", e);
    }
  }

  private static byte[] nativeSignature(NativeProvider provider, PrivateKey key, byte[] message) {
    try {
      Signature signer = Signature.getInstance(Kind.ED25519.algorithm(), provider.jca());
      signer.initSign(key);
      signer.update(message);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Ed25519 failed to sign", e);
    }
  }
}
