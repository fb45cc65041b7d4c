package io.peerbus.crypto;

import io.peerbus.multiformats.FormatException;

/** A signed envelope: a typed payload with its signer's key. */
public record SignedEnvelope(PublicKey publicKey, byte[] payloadType, byte[] payload, byte[] signature) {
  public static SignedEnvelope seal(KeyPair key, String domain, byte[] payloadType, byte[] payload) { throw new UnsupportedOperationException(); }
  /** Parses; does not verify. */
  public static SignedEnvelope of(byte[] protobuf) throws FormatException { throw new UnsupportedOperationException(); }
  public boolean verify(String domain) { throw new UnsupportedOperationException(); }
  public byte[] toBytes() { throw new UnsupportedOperationException(); }
}
