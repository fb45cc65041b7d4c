package io.peerbus.crypto;

import io.peerbus.multiformats.FormatException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * ECDSA over the NIST curves, with SHA-256 and DER signatures: public keys as PKIX with a named curve and a full
 * point, private ones as SEC1. P-256 is what all implementations have; go and js read P-384 and P-521 too, so we do.
 *
 * <p>On a named curve all that differs from key to key is the point, so the rest is compared byte for byte. That
 * leaves no room for parameters of an attacker's making, nor for a second encoding of the same key.
 */
enum NistEcdsa implements Scheme {
  INSTANCE;

  /** One curve, and the PKIX bytes before the point (RFC 5480, section 2). */
  private enum Named {
    P256("P-256", "06082a8648ce3d030107", "3059301306072a8648ce3d020106082a8648ce3d030107034200"),
    P384("P-384", "06052b81040022", "3076301006072a8648ce3d020106052b81040022036200"),
    P521("P-521", "06052b81040023", "30819b301006072a8648ce3d020106052b8104002303818600");

    private final Curve curve;
    private final byte[] objectId;
    private final byte[] prefix;

    Named(String name, String objectId, String prefix) {
      this.curve = new Curve(name, false);
      this.objectId = HexFormat.of().parseHex(objectId);
      this.prefix = HexFormat.of().parseHex(prefix);
    }

    int pointSize() {
      return 1 + 2 * curve.size();
    }
  }

  private static final Named[] CURVES = Named.values();
  private static final byte UNCOMPRESSED = 4;

  @Override
  public Verifier verifier(byte[] publicData) throws FormatException {
    for (Named named : CURVES) {
      int start = named.prefix.length;
      if (publicData.length == start + named.pointSize() && publicData[start] == UNCOMPRESSED
          && Arrays.equals(publicData, 0, start, named.prefix, 0, start)) {
        return named.curve.fullPointVerifier(Arrays.copyOfRange(publicData, start, publicData.length));
      }
    }
    throw new FormatException("ECDSA public key is not PKIX with a full point of P-256, P-384 or P-521");
  }

  @Override
  public Secret secret(byte[] data) throws FormatException {
    Der outer = new Der(data);
    Der key = outer.enter(Der.SEQUENCE);
    outer.end();
    if (!key.natural(8).equals(BigInteger.ONE)) {
      throw new FormatException("ECDSA private key is not SEC1 of version 1");
    }
    byte[] secret = key.bytes(Der.OCTET_STRING);
    Named named = named(key.enter(Der.CONTEXT_0));
    BigInteger number = named.curve.number(secret);
    byte[] point = named.curve.point(number, false);
    if (key.isNext(Der.CONTEXT_1)) {
      Der claimed = key.enter(Der.CONTEXT_1);
      if (!claimed.enterBits().is(point)) {
        throw new FormatException("ECDSA private key: its public half does not belong to it");
      }
      claimed.end();
    }
    key.end();
    byte[] publicData = Arrays.copyOf(named.prefix, named.prefix.length + point.length);
    System.arraycopy(point, 0, publicData, named.prefix.length, point.length);
    return new Secret(data, publicData, named.curve.signer(number));
  }

  private static Named named(Der parameters) throws FormatException {
    for (Named named : CURVES) {
      if (parameters.is(named.objectId)) {
        return named;
      }
    }
    throw new FormatException("ECDSA private key is not on P-256, P-384 or P-521");
  }
}
