package io.peerbus.crypto;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import org.conscrypt.Conscrypt;

/**
 * Conscrypt, which is BoringSSL: the curves of RFC 7748 and RFC 8032 two to four times as fast as in Java. It is there
 * where its jar has a library for the system and the JVM takes it; everywhere else, and with
 * {@code -Dpeerbus.crypto=java}, Bouncy Castle and the JDK do the same.
 *
 * <p>It is not registered with the JVM: whatever else runs in it keeps its own providers. Immutable, any thread.
 */
public final class NativeProvider {

  /** The keys of 32 bytes, private and public, and what stands before them in PKCS #8 and in X.509. */
  public enum Kind {
    X25519("XDH", "6e"),
    ED25519("EdDSA", "70");

    private final String algorithm;
    private final byte[] privatePrefix;
    private final byte[] publicPrefix;

    /** @param oid the last byte of the object id (RFC 8410, section 3) */
    Kind(String algorithm, String oid) {
      this.algorithm = algorithm;
      this.privatePrefix = HexFormat.of().parseHex("302e020100300506032b65" + oid + "04220420");
      this.publicPrefix = HexFormat.of().parseHex("302a300506032b65" + oid + "032100");
    }

    /** What operations on it are called, in JCA's words. */
    public String algorithm() {
      return algorithm;
    }
  }

  /** What Conscrypt calls the cipher. */
  public static final String CHACHA20_POLY1305 = "ChaCha20/Poly1305/NoPadding";

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
    } catch (GeneralSecurityException | SecurityException e) {
      return null; // an older Conscrypt, or Oracle's JDK, which takes ciphers from signed jars only
    }
  }

  /** Asks for all that is used of it: where something is missing, no handshake could ever succeed. */
  private static NativeProvider tried(Provider provider) throws GeneralSecurityException {
    for (Kind kind : Kind.values()) {
      KeyFactory.getInstance(kind.algorithm, provider);
    }
    KeyAgreement.getInstance(Kind.X25519.algorithm, provider);
    Signature.getInstance(Kind.ED25519.algorithm, provider);
    Cipher.getInstance(CHACHA20_POLY1305, provider);
    return new NativeProvider(provider);
  }

  /** For {@code getInstance} of JCA's classes. */
  public Provider jca() {
    return provider;
  }

  /** Of the 32 bytes that RFC 7748 or RFC 8032 make of a secret. */
  public PrivateKey privateKey(Kind kind, byte[] raw) throws GeneralSecurityException {
    byte[] encoded = join(kind.privatePrefix, raw);
    try {
      return KeyFactory.getInstance(kind.algorithm, provider).generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
  }

  /** Of the 32 bytes of a public key, which are not looked at yet. */
  public PublicKey publicKey(Kind kind, byte[] raw) throws GeneralSecurityException {
    return KeyFactory.getInstance(kind.algorithm, provider)
        .generatePublic(new X509EncodedKeySpec(join(kind.publicPrefix, raw)));
  }

  private static byte[] join(byte[] prefix, byte[] raw) {
    byte[] encoded = Arrays.copyOf(prefix, prefix.length + raw.length);
    System.arraycopy(raw, 0, encoded, prefix.length, raw.length);
    return encoded;
  }
}
