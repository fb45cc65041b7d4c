package io.peerbus.multiformats;

/** A peer's id: the multihash of its public key. Immutable, compared as bytes. */
public final class PeerId implements Comparable<PeerId> {
  private PeerId() {}

  /** From the multihash. */
  public static PeerId of(byte[] multihash) throws FormatException { throw new UnsupportedOperationException(); }

  /** From the serialised PublicKey protobuf: identity multihash up to 42 bytes, else SHA-256. */
  public static PeerId ofPublicKey(byte[] publicKeyProtobuf) { throw new UnsupportedOperationException(); }

  /** From any text form: base58btc or a CID in any multibase. */
  public static PeerId parse(String text) throws FormatException { throw new UnsupportedOperationException(); }

  /** A copy of the multihash. */
  public byte[] toBytes() { throw new UnsupportedOperationException(); }

  /** The serialised PublicKey protobuf inlined in an identity id, or null. */
  public byte[] inlinedKey() { throw new UnsupportedOperationException(); }

  /** The CIDv1 (libp2p-key) text in base32, or base36. */
  public String toCid() { throw new UnsupportedOperationException(); }
  public String toCidBase36() { throw new UnsupportedOperationException(); }

  @Override public int compareTo(PeerId other) { throw new UnsupportedOperationException(); }
  /** base58btc. */
  @Override public String toString() { throw new UnsupportedOperationException(); }
}
