package io.peerbus.kademlia;

import io.peerbus.multiformats.PeerId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * A place in the key space: SHA-256 of a peer's id, of a record's key or of a content's multihash. Distance is XOR,
 * read as a number. Immutable, any thread; ordered as a number.
 *
 * <p>Spec: kad-dht, "Distance". The hash is always made here, of what a message carries: a key that is hashed before
 * it is sent is hashed again by its reader, and no search for it ever converges.
 */
public final class Key implements Comparable<Key> {

  /** Bits of a key, and how long the common prefix of a key with itself is. */
  public static final int BITS = 256;

  private static final int WORDS = 4;

  private final long[] words;

  private Key(long[] words) {
    this.words = words;
  }

  /** Of the bytes that stand in the key field of a message. */
  public static Key of(byte[] preimage) {
    try {
      return ofDigest(MessageDigest.getInstance("SHA-256").digest(preimage));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
  }

  public static Key of(PeerId peer) {
    return of(peer.toBytes());
  }

  /** Of a hash that was made by {@link #of(byte[])} and stored. */
  static Key ofDigest(byte[] digest) {
    long[] words = new long[WORDS];
    ByteBuffer.wrap(digest).asLongBuffer().get(words);
    return new Key(words);
  }

  /** How many leading bits both have in common, 0 to {@link #BITS}. */
  public int commonPrefix(Key other) {
    for (int i = 0; i < WORDS; i++) {
      long distance = words[i] ^ other.words[i];
      if (distance != 0) {
        return i * Long.SIZE + Long.numberOfLeadingZeros(distance);
      }
    }
    return BITS;
  }

  /** Below 0 when {@code one} is nearer to this key than {@code two}, above when it is farther, 0 for equal ones. */
  public int compareDistance(Key one, Key two) {
    for (int i = 0; i < WORDS; i++) {
      int order = Long.compareUnsigned(words[i] ^ one.words[i], words[i] ^ two.words[i]);
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  /** The first 64 bits of how far the other one is, as an unsigned number. */
  long leadingDistance(Key other) {
    return words[0] ^ other.words[0];
  }

  /** How far the other one is, as a part of all of the key space: 0 to 1. */
  double distance(Key other) {
    double high = (words[0] ^ other.words[0]) >>> 1;
    double low = (words[1] ^ other.words[1]) >>> 1;
    return high * 0x1p-63 + low * 0x1p-127;
  }

  /**
   * Something whose hash has exactly so many leading bits in common with this key. Requests carry what is hashed, never
   * the hash, so it has to be found by trying: some 2^(commonPrefix + 1) times.
   */
  byte[] preimageBeside(int commonPrefix, RandomGenerator random) {
    ByteBuffer multihash = ByteBuffer.allocate(34).put((byte) 0x12).put((byte) 32);
    do {
      for (int i = 0; i < WORDS; i++) {
        multihash.putLong(2 + Long.BYTES * i, random.nextLong());
      }
    } while (commonPrefix(of(multihash.array())) != commonPrefix);
    return multihash.array();
  }

  /** Nearest to this key first. */
  public Comparator<Key> byDistance() {
    return this::compareDistance;
  }

  /** The 32 bytes. */
  public byte[] toBytes() {
    ByteBuffer bytes = ByteBuffer.allocate(WORDS * Long.BYTES);
    bytes.asLongBuffer().put(words);
    return bytes.array();
  }

  @Override
  public int compareTo(Key other) {
    for (int i = 0; i < WORDS; i++) {
      int order = Long.compareUnsigned(words[i], other.words[i]);
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Key that && compareTo(that) == 0;
  }

  /** The key is a hash already. */
  @Override
  public int hashCode() {
    return (int) words[0];
  }

  /** In hexadecimal digits. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(toBytes());
  }
}
