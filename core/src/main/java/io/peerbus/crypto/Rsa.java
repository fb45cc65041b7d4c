package io.peerbus.crypto;

import io.peerbus.multiformats.FormatException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.HexFormat;

/**
 * RSA, PKCS#1 version 1.5 with SHA-256: public keys as PKIX, private ones as PKCS#1.
 *
 * <p>The limits are those of go-libp2p (2048 to 8192 bits) and one more for the exponent: verifying costs one
 * multiplication for each of its bits, and a full-size exponent on 8192 bits takes a third of a second, which a
 * stranger could make us spend on every handshake (hardening SEC-02, CVE-2023-39533).
 */
enum Rsa implements Scheme {
  INSTANCE;

  static final int MIN_BITS = 2048;
  static final int MAX_BITS = 8192;
  static final int MAX_EXPONENT_BITS = 32;

  /** The object id rsaEncryption and its parameters, NULL (RFC 8017, appendix A.1). */
  private static final byte[] ALGORITHM = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
  private static final byte[] PROBE = {};

  @Override
  public Verifier verifier(byte[] publicData) throws FormatException {
    Der outer = new Der(publicData);
    Der info = outer.enter(Der.SEQUENCE);
    outer.end();
    info.expect(ALGORITHM, "an RSA key");
    Der bits = info.enterBits();
    info.end();
    Der numbers = bits.enter(Der.SEQUENCE);
    bits.end();
    BigInteger modulus = numbers.natural(MAX_BITS);
    BigInteger exponent = numbers.natural(MAX_EXPONENT_BITS);
    numbers.end();
    checkLimits(modulus, exponent);
    // The provider's key has several times the size of these; most keys that peers tell are never used.
    return (message, signature) -> verify(new RSAPublicKeySpec(modulus, exponent), message, signature);
  }

  @Override
  public Secret secret(byte[] data) throws FormatException {
    Der outer = new Der(data);
    Der numbers = outer.enter(Der.SEQUENCE);
    outer.end();
    if (numbers.natural(MAX_BITS).signum() != 0) {
      throw new FormatException("RSA private key of more than two primes");
    }
    BigInteger[] n = new BigInteger[8]; // n, e, d, p, q, dP, dQ, qInv: RFC 8017, appendix A.1.2
    for (int i = 0; i < n.length; i++) {
      n[i] = numbers.natural(MAX_BITS);
    }
    numbers.end();
    checkLimits(n[0], n[1]);
    try {
      KeyFactory factory = KeyFactory.getInstance("RSA");
      PrivateKey secret = factory.generatePrivate(
          new RSAPrivateCrtKeySpec(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7]));
      RSAPublicKeySpec key = new RSAPublicKeySpec(n[0], n[1]);
      // A damaged file must not sign: one wrong signature is enough to compute the primes.
      if (!verify(key, PROBE, sign(secret, PROBE))) {
        throw new FormatException("RSA private key: its numbers do not belong together");
      }
      return new Secret(data, factory.generatePublic(key).getEncoded(), message -> signOrFail(secret, message));
    } catch (GeneralSecurityException | RuntimeException e) { // such as a prime that is zero
      throw new FormatException("RSA private key: its numbers do not belong together");
    }
  }

  private static void checkLimits(BigInteger modulus, BigInteger exponent) throws FormatException {
    int bits = modulus.bitLength();
    if (bits < MIN_BITS || bits > MAX_BITS) {
      throw new FormatException("RSA key of " + bits + " bits, not " + MIN_BITS + " to " + MAX_BITS);
    }
    if (!modulus.testBit(0)) {
      // A product of two primes is odd, and modular powers are several times slower for even ones.
      throw new FormatException("RSA key with an even modulus");
    }
    if (!exponent.testBit(0) || exponent.bitLength() < 2) {
      throw new FormatException("RSA key with a public exponent that is even or 1");
    }
  }

  private static boolean verify(RSAPublicKeySpec key, byte[] message, byte[] signature) {
    try {
      Signature verifier = signature();
      verifier.initVerify(KeyFactory.getInstance("RSA").generatePublic(key));
      verifier.update(message);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static byte[] signOrFail(PrivateKey key, byte[] message) {
    try {
      return sign(key, message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // it has signed before
    }
  }

  private static byte[] sign(PrivateKey key, byte[] message) throws GeneralSecurityException {
    Signature signer = signature();
    signer.initSign(key);
    signer.update(message);
    return signer.sign();
  }

  private static Signature signature() throws GeneralSecurityException {
    return Signature.getInstance("SHA256withRSA");
  }
}
