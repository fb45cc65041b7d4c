package io.peerbus.crypto;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;

/** A public key of one of the four libp2p types. Immutable. */
public final class PublicKey {
  private PublicKey() {}

  /** From the PublicKey protobuf, within the limits of its type. */
  public static PublicKey of(byte[] protobuf) throws FormatException { throw new UnsupportedOperationException(); }
  public KeyType type() { throw new UnsupportedOperationException(); }
  /** The PublicKey protobuf, always the same bytes. */
  public byte[] toBytes() { throw new UnsupportedOperationException(); }
  public PeerId peerId() { throw new UnsupportedOperationException(); }
  /** False for a wrong or malformed signature; never throws for bad input. */
  public boolean verify(byte[] message, byte[] signature) { throw new UnsupportedOperationException(); }
}
