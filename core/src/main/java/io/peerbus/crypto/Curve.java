package io.peerbus.crypto;

import io.peerbus.multiformats.FormatException;
import java.io.IOException;
import java.math.BigInteger;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/** ECDSA with SHA-256 and DER signatures over one named curve. Immutable. */
final class Curve {

  private final String name;
  private final ECDomainParameters domain;
  private final BigInteger modulus;
  private final BigInteger a;
  private final BigInteger b;
  private final BigInteger halfOrder;
  /** Whether a signature must have the smaller of its two values of s. */
  private final boolean lowS;

  Curve(String name, boolean lowS) {
    X9ECParameters parameters = CustomNamedCurves.getByName(name);
    this.name = name;
    this.domain = new ECDomainParameters(parameters);
    this.modulus = domain.getCurve().getField().getCharacteristic();
    this.a = domain.getCurve().getA().toBigInteger();
    this.b = domain.getCurve().getB().toBigInteger();
    this.halfOrder = domain.getN().shiftRight(1);
    this.lowS = lowS;
  }

  /** Bytes of a coordinate, of a private key, and at most of r and of s. */
  int size() {
    return (domain.getCurve().getFieldSize() + 7) / 8;
  }

  /** The verifier of a compressed SEC1 point, which must be on the curve. */
  Scheme.Verifier verifier(byte[] point) throws FormatException {
    try {
      ECPublicKeyParameters key = key(point);
      return (message, signature) -> verify(key, message, signature);
    } catch (IllegalArgumentException e) {
      throw notOnCurve();
    }
  }

  /** The verifier of a full SEC1 point, which must be on the curve: y² = x³ + ax + b. */
  Scheme.Verifier fullPointVerifier(byte[] point) throws FormatException {
    BigInteger x = new BigInteger(1, point, 1, size());
    BigInteger y = new BigInteger(1, point, 1 + size(), size());
    BigInteger right = x.multiply(x).add(a).multiply(x).add(b);
    if (x.compareTo(modulus) >= 0 || y.compareTo(modulus) >= 0
        || y.multiply(y).subtract(right).mod(modulus).signum() != 0) {
      throw notOnCurve();
    }
    return new FullPoint(point);
  }

  /**
   * A full point that is decoded when first used. Bouncy Castle takes many times the bytes of the key for that on the
   * larger curves, and most keys that peers tell are never used.
   */
  private final class FullPoint implements Scheme.Verifier {

    private final byte[] point;
    /** A race decodes twice, to the same. */
    private ECPublicKeyParameters key;

    private FullPoint(byte[] point) {
      this.point = point;
    }

    @Override
    public boolean verify(byte[] message, byte[] signature) {
      ECPublicKeyParameters decoded = key;
      if (decoded == null) {
        decoded = key(point);
        key = decoded;
      }
      return Curve.this.verify(decoded, message, signature);
    }
  }

  private ECPublicKeyParameters key(byte[] point) {
    return new ECPublicKeyParameters(domain.getCurve().decodePoint(point), domain);
  }

  private FormatException notOnCurve() {
    return new FormatException(name + " public key is not a point of the curve");
  }

  /** The private number, which must be in the range of the curve. */
  BigInteger number(byte[] bytes) throws FormatException {
    BigInteger number = new BigInteger(1, bytes);
    if (bytes.length != size() || number.signum() == 0 || number.compareTo(domain.getN()) >= 0) {
      throw new FormatException(name + " private key is out of range");
    }
    return number;
  }

  /** The SEC1 point that belongs to a private number. */
  byte[] point(BigInteger number, boolean compressed) {
    return new FixedPointCombMultiplier().multiply(domain.getG(), number).getEncoded(compressed);
  }

  /** Signs with the nonce of RFC 6979, so that no source of randomness can give the key away. */
  Scheme.Signer signer(BigInteger number) {
    ECPrivateKeyParameters key = new ECPrivateKeyParameters(number, domain);
    return message -> {
      ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
      signer.init(true, key);
      BigInteger[] rs = signer.generateSignature(sha256(message));
      BigInteger s = lowS && rs[1].compareTo(halfOrder) > 0 ? domain.getN().subtract(rs[1]) : rs[1];
      try {
        return StandardDSAEncoding.INSTANCE.encode(domain.getN(), rs[0], s);
      } catch (IOException e) {
        throw new IllegalStateException(e); // it writes to memory
      }
    };
  }

  private boolean verify(ECPublicKeyParameters key, byte[] message, byte[] signature) {
    // Two integers of size() + 1 bytes with their headers, and the header around them.
    if (signature.length > 2 * (size() + 1) + 9) {
      return false;
    }
    BigInteger[] rs;
    try {
      rs = StandardDSAEncoding.INSTANCE.decode(domain.getN(), signature);
    } catch (IOException | RuntimeException e) {
      return false;
    }
    if (lowS && rs[1].compareTo(halfOrder) > 0) {
      return false;
    }
    ECDSASigner verifier = new ECDSASigner();
    verifier.init(false, key);
    return verifier.verifySignature(sha256(message), rs[0], rs[1]);
  }

  private static byte[] sha256(byte[] message) {
    SHA256Digest digest = new SHA256Digest();
    digest.update(message, 0, message.length);
    byte[] hash = new byte[digest.getDigestSize()];
    digest.doFinal(hash, 0);
    return hash;
  }
}
