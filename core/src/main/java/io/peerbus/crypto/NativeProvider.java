package io.peerbus.crypto;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.EncodedKeySpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.security.auth.DestroyFailedException;
import org.conscrypt.Conscrypt;

/**
 * Conscrypt, which is BoringSSL: the curves of RFC 7748 and RFC 8032 two to four times as fast as in Java. It is there
 * where its jar has a library for the system and the JVM takes it; everywhere else, and with
 * {@code -Dpeerbus.crypto=java}, Bouncy Castle and the JDK do the same.
 *
 * <p>It is not registered with the JVM: whatever else runs in it keeps its own providers. Immutable, any thread.
 */
public final class NativeProvider {

  /** The keys of 32 bytes, private and public. */
  public enum Kind {
    X25519("XDH"),
    ED25519("EdDSA");

    private final String algorithm;

    Kind(String algorithm) {
      this.algorithm = algorithm;
    }

    /** What operations on it are called, in JCA's words. */
    public String algorithm() {
      return algorithm;
    }
  }

  /**
   * A key without anything around it. Of a private key for X25519 that comes in PKCS #8 Conscrypt makes the public half
   * as well, half the work of an agreement, and looks at it no more; of one that comes so it does not.
   */
  private static final class Raw extends EncodedKeySpec {

    private final byte[] key;

    /** {@code key} is the provider's from now on. */
    Raw(byte[] key) {
      super(new byte[0]);
      this.key = key;
    }

    @Override
    public byte[] getEncoded() {
      return key;
    }

    @Override
    public String getFormat() {
      return "raw";
    }
  }

  /** What Conscrypt calls the cipher. */
  public static final String CHACHA20_POLY1305 = "ChaCha20/Poly1305/NoPadding";

  private static final int LENGTH = 32;
  private static final String SETTING = "peerbus.crypto";
  private static final NativeProvider INSTANCE = load();

  private final Provider provider;

  private NativeProvider(Provider provider) {
    this.provider = provider;
  }

  /** {@code null} where there is none. */
  public static NativeProvider orNull() {
    return INSTANCE;
  }

  private static NativeProvider load() {
    if ("java".equals(System.getProperty(SETTING))) {
      return null;
    }
    try {
      return Conscrypt.isAvailable() ? tried(Conscrypt.newProvider()) : null;
    } catch (LinkageError e) {
      return null; // no library for this system, or somebody has left the jar out
    } catch (GeneralSecurityException | RuntimeException e) {
      return null; // another Conscrypt, or Oracle's JDK, which takes ciphers from signed jars only
    }
  }

  /** Asks for all that is used of it: where something is missing, no handshake could ever succeed. */
  private static NativeProvider tried(Provider provider) throws GeneralSecurityException {
    for (Kind kind : Kind.values()) {
      KeyFactory.getInstance(kind.algorithm, provider).generatePrivate(new Raw(new byte[LENGTH]));
    }
    KeyAgreement.getInstance(Kind.X25519.algorithm, provider);
    Signature.getInstance(Kind.ED25519.algorithm, provider);
    Cipher.getInstance(CHACHA20_POLY1305, provider);
    NativeProvider found = new NativeProvider(provider);
    byte[] publicKey = new byte[LENGTH];
    found.generateX25519(new byte[LENGTH], publicKey);
    found.publicKey(Kind.X25519, publicKey);
    return found;
  }

  /** For {@code getInstance} of JCA's classes. */
  public Provider jca() {
    return provider;
  }

  /** Of the 32 bytes that RFC 7748 or RFC 8032 make of a secret, which are copied. */
  public PrivateKey privateKey(Kind kind, byte[] raw) throws GeneralSecurityException {
    return KeyFactory.getInstance(kind.algorithm, provider).generatePrivate(new Raw(raw.clone()));
  }

  /** Writes a new key pair for X25519. Native code draws it at random itself and takes half as long as Java. */
  public void generateX25519(byte[] privateKey, byte[] publicKey) throws GeneralSecurityException {
    KeyPair pair = KeyPairGenerator.getInstance(Kind.X25519.algorithm, provider).generateKeyPair();
    byte[] encoded = pair.getPrivate().getEncoded();
    System.arraycopy(encoded, encoded.length - LENGTH, privateKey, 0, LENGTH); // PKCS #8 ends with it
    Arrays.fill(encoded, (byte) 0);
    byte[] info = pair.getPublic().getEncoded();
    System.arraycopy(info, info.length - LENGTH, publicKey, 0, LENGTH); // and X.509 with that
    try {
      pair.getPrivate().destroy();
    } catch (DestroyFailedException e) {
      throw new GeneralSecurityException(e);
    }
  }

  /** Of the 32 bytes of a public key, which are not looked at yet. */
  public PublicKey publicKey(Kind kind, byte[] raw) throws GeneralSecurityException {
    return KeyFactory.getInstance(kind.algorithm, provider).generatePublic(new Raw(raw.clone()));
  }
}
