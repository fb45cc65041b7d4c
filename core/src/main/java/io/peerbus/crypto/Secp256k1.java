package io.peerbus.crypto;

import io.peerbus.multiformats.FormatException;
import java.math.BigInteger;

/**
 * secp256k1: compressed points, DER signatures. A high s is refused as rust and js refuse it: a message that we
 * passed on and they did not take would count against us.
 */
enum Secp256k1 implements Scheme {
  INSTANCE;

  private static final Curve CURVE = new Curve("secp256k1", true);
  private static final int PUBLIC = 33;

  @Override
  public Verifier verifier(byte[] publicData) throws FormatException {
    if (publicData.length != PUBLIC) {
      throw new FormatException("secp256k1 public key of " + publicData.length + " bytes, not " + PUBLIC);
    }
    return CURVE.verifier(publicData);
  }

  @Override
  public Secret secret(byte[] data) throws FormatException {
    BigInteger number = CURVE.number(data);
    return new Secret(data, CURVE.point(number, true), CURVE.signer(number));
  }
}
