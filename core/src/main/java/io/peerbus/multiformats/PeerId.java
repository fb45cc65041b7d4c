package io.peerbus.multiformats;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * A peer's id: the multihash of its public key, as libp2p serialises it. Immutable, any thread; equal and ordered as
 * bytes, never as text, because one id has many texts.
 *
 * <p>Spec: libp2p peer-ids. We take the two hashes the spec names and no other: identity for keys of up to 42 bytes,
 * SHA-256 for longer ones.
 */
public final class PeerId implements Comparable<PeerId> {

  /** The longest serialised key that is its own id (peer-ids, "Peer Ids"). */
  public static final int MAX_INLINED_KEY = 42;
  /** Multihash of the longest id. Longer input is refused unread: base58 costs quadratic time. */
  public static final int MAX_LENGTH = 2 + MAX_INLINED_KEY;

  private static final int LIBP2P_KEY = 0x72;
  private static final int DAG_PB = 0x70;
  private static final int SHA_256_LENGTH = 32;
  /** Version and codec before the multihash of a CIDv1. */
  private static final int CID_PREFIX = 2;

  private final byte[] multihash;
  private final int hash;
  /** Made when first asked for; a race makes it twice, to the same text. */
  private String text;

  private PeerId(byte[] multihash) {
    this.multihash = multihash;
    this.hash = Arrays.hashCode(multihash);
  }

  /**
   * From the multihash, which is copied.
   *
   * @throws FormatException when it is no multihash, or not one that a peer id can have
   */
  public static PeerId of(byte[] multihash) throws FormatException {
    return of(multihash, 0, multihash.length);
  }

  /** As {@link #of(byte[])}, of the {@code length} bytes at {@code offset}. */
  public static PeerId of(byte[] bytes, int offset, int length) throws FormatException {
    check(bytes, offset, length);
    return new PeerId(Arrays.copyOfRange(bytes, offset, offset + length));
  }

  /** From the serialised PublicKey protobuf: identity multihash up to 42 bytes, else SHA-256. */
  public static PeerId ofPublicKey(byte[] publicKeyProtobuf) {
    boolean inlined = publicKeyProtobuf.length <= MAX_INLINED_KEY;
    byte[] digest = inlined ? publicKeyProtobuf : sha256(publicKeyProtobuf);
    byte[] multihash = new byte[2 + digest.length];
    multihash[0] = (byte) (inlined ? Multihash.IDENTITY : Multihash.SHA2_256);
    multihash[1] = (byte) digest.length;
    System.arraycopy(digest, 0, multihash, 2, digest.length);
    return new PeerId(multihash);
  }

  /**
   * From any text form: base58btc of the multihash, or a CIDv1 (libp2p-key, or dag-pb as old tools wrote) in any
   * multibase.
   *
   * @throws FormatException when it is none of these
   */
  public static PeerId parse(String text) throws FormatException {
    try {
      byte[] multihash = text.startsWith("Qm") || text.startsWith("1")
          ? Multibase.BASE58_BTC.decodeDigits(text, 0, MAX_LENGTH)
          : ofCid(Multibase.decode(text, CID_PREFIX + MAX_LENGTH));
      check(multihash, 0, multihash.length);
      return new PeerId(multihash);
    } catch (FormatException e) {
      throw new FormatException("peer id " + Printable.quote(text) + ": " + e.getMessage());
    }
  }

  /** A copy of the multihash. */
  public byte[] toBytes() {
    return multihash.clone();
  }

  /** The serialised PublicKey protobuf inlined in an identity id, or {@code null}. Not checked to be a key. */
  public byte[] inlinedKey() {
    return multihash[0] == Multihash.IDENTITY ? Arrays.copyOfRange(multihash, 2, multihash.length) : null;
  }

  /** The CIDv1 (libp2p-key) text in base32. */
  public String toCid() {
    return Multibase.BASE32.encode(cid());
  }

  /** The CIDv1 (libp2p-key) text in base36, which fits a DNS label. */
  public String toCidBase36() {
    return Multibase.BASE36.encode(cid());
  }

  /** By the bytes of the multihash, unsigned. */
  @Override
  public int compareTo(PeerId other) {
    return Arrays.compareUnsigned(multihash, other.multihash);
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || other instanceof PeerId that && hash == that.hash && Arrays.equals(multihash, that.multihash);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** base58btc of the multihash, the form every implementation reads. */
  @Override
  public String toString() {
    String cached = text;
    if (cached == null) {
      cached = Multibase.BASE58_BTC.encodeDigits(multihash);
      text = cached;
    }
    return cached;
  }

  private static void check(byte[] bytes, int offset, int length) throws FormatException {
    String fault = fault(bytes, offset, length);
    if (fault != null) {
      throw new FormatException(fault.replace("%d", Integer.toString(length)));
    }
  }

  /** What keeps {@code bytes[offset, offset + length)} from being a peer id, or null; {@code %d} is the length. */
  static String fault(byte[] bytes, int offset, int length) {
    if (length > MAX_LENGTH) {
      return "a multihash of %d bytes, at most " + MAX_LENGTH + " are allowed";
    }
    if (length < 2) {
      return "a multihash of %d bytes is cut off";
    }
    int code = bytes[offset];
    int digest = bytes[offset + 1];
    if (code != Multihash.IDENTITY && code != Multihash.SHA2_256) {
      return "its hash is neither identity nor SHA-256";
    }
    if (digest != length - 2) {
      return "its multihash has %d bytes and says another length";
    }
    boolean fits = code == Multihash.IDENTITY ? digest > 0 : digest == SHA_256_LENGTH;
    return fits ? null : "a multihash of %d bytes, whose digest is not as long as its hash makes it";
  }

  private static byte[] ofCid(byte[] cid) throws FormatException {
    if (cid.length < CID_PREFIX || cid[0] != 1) {
      throw new FormatException("not a CID of version 1");
    }
    if (cid[1] != LIBP2P_KEY && cid[1] != DAG_PB) {
      throw new FormatException("a CID whose codec is not libp2p-key");
    }
    return Arrays.copyOfRange(cid, CID_PREFIX, cid.length);
  }

  private byte[] cid() {
    return ByteBuffer.allocate(CID_PREFIX + multihash.length).put((byte) 1).put((byte) LIBP2P_KEY).put(multihash)
        .array();
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
  }
}
