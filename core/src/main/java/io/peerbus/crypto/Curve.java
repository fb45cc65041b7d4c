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
  private final BigInteger halfOrder;
  /** Whether a signature must have the smaller of its two values of s. */
  private final boolean lowS;

  Curve(String name, boolean lowS) {
    X9ECParameters parameters = CustomNamedCurves.getByName(name);
    this.name = name;
    this.domain = new ECDomainParameters(parameters);
    this.halfOrder = domain.getN().shiftRight(1);
    this.lowS = lowS;
  }

  /** Bytes of a coordinate, of a private key, and at most of r and of s. */
  int size() {
    return (domain.getCurve().getFieldSize() + 7) / 8;
  }

  /** The verifier of a SEC1 point, which must be on the curve. */
  Scheme.Verifier verifier(byte[] point) throws FormatException {
    ECPublicKeyParameters key;
    try {
      key = new ECPublicKeyParameters(domain.getCurve().decodePoint(point), domain);
    } catch (IllegalArgumentException e) {
      throw new FormatException(name + " public key is not a point of the curve");
    }
    return (message, signature) -> verify(key, message, signature);
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
