package io.peerbus.kademlia;

import io.peerbus.multiformats.PeerId;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A record that is kept. Arrays are not to be changed; times are milliseconds since 1970.
 *
 * @param rank what its validator gave it, see {@link Verdict}
 * @param from who put it; ourselves for one of our own
 */
public record StoredRecord(byte[] key, byte[] value, byte[] rank, PeerId from, long receivedAt, long expiresAt) {

  byte[] toBytes() {
    byte[] peer = from.toBytes();
    ByteBuffer out = Sealed.open(2 * Long.BYTES + 4 * Integer.BYTES
        + key.length + value.length + rank.length + peer.length);
    out.putLong(receivedAt).putLong(expiresAt);
    Sealed.put(out, key);
    Sealed.put(out, value);
    Sealed.put(out, rank);
    Sealed.put(out, peer);
    return Sealed.seal(out);
  }

  /** {@code null} when the bytes are damaged. */
  static StoredRecord of(byte[] stored) {
    return Sealed.read(stored, in -> {
      long receivedAt = in.getLong();
      long expiresAt = in.getLong();
      byte[] key = Sealed.take(in);
      byte[] value = Sealed.take(in);
      return new StoredRecord(key, value, Sealed.take(in), PeerId.of(Sealed.take(in)), receivedAt, expiresAt);
    });
  }

  /** What it takes of the quota. */
  int size() {
    return key.length + value.length + rank.length;
  }

  /**
   * Whether it is the one to keep of two under one key. Of equals by rank the one with the higher bytes is kept, so
   * that all peers decide alike; without a rank, as keys without a namespace have it, the later is.
   */
  boolean beats(StoredRecord other) {
    int order = Arrays.compareUnsigned(rank, other.rank);
    if (order == 0 && rank.length > 0) {
      order = Arrays.compareUnsigned(value, other.value);
    }
    return order > 0 || order == 0 && receivedAt >= other.receivedAt;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StoredRecord that && Arrays.equals(key, that.key) && Arrays.equals(value, that.value)
        && Arrays.equals(rank, that.rank) && from.equals(that.from) && receivedAt == that.receivedAt
        && expiresAt == that.expiresAt;
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(key) + Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return "record of " + value.length + " bytes under a key of " + key.length + ", from " + from;
  }
}
