package io.peerbus.kademlia;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Something of our own that the network is to know for as long as we live: a record, or that we have a content.
 * Arrays are not to be changed; times are milliseconds since 1970.
 *
 * @param valueOrNull of a record; {@code null} for a content that we provide
 * @param rank of a record, see {@link Verdict}
 * @param putAt when it was published first
 * @param expiresAt when a record stops being valid, or {@link Long#MAX_VALUE}
 */
record Publication(byte[] key, byte[] valueOrNull, byte[] rank, long putAt, long nextAt, long expiresAt) {

  boolean isRecord() {
    return valueOrNull != null;
  }

  Publication at(long time) {
    return new Publication(key, valueOrNull, rank, putAt, time, expiresAt);
  }

  /** A record and a content may have one key. */
  byte[] storageKey() {
    return storageKey(Key.of(key), isRecord());
  }

  static byte[] storageKey(Key key, boolean isRecord) {
    return ByteBuffer.allocate(1 + Key.BITS / 8).put((byte) (isRecord ? 1 : 0)).put(key.toBytes()).array();
  }

  byte[] toBytes() {
    byte[] value = isRecord() ? valueOrNull : new byte[0];
    ByteBuffer out = Sealed.open(1 + 3 * Long.BYTES + 3 * Integer.BYTES + key.length + value.length + rank.length);
    out.put((byte) (isRecord() ? 1 : 0)).putLong(nextAt).putLong(expiresAt);
    Sealed.put(out, key);
    Sealed.put(out, value);
    Sealed.put(out, rank);
    out.putLong(putAt);
    return Sealed.seal(out);
  }

  /** {@code null} when the bytes are damaged. */
  static Publication of(byte[] stored) {
    return Sealed.read(stored, in -> {
      boolean isRecord = in.get() != 0;
      long nextAt = in.getLong();
      long expiresAt = in.getLong();
      byte[] key = Sealed.take(in);
      byte[] value = Sealed.take(in);
      byte[] rank = Sealed.take(in);
      return new Publication(key, isRecord ? value : null, rank, in.getLong(), nextAt, expiresAt);
    });
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Publication that && Arrays.equals(key, that.key)
        && Arrays.equals(valueOrNull, that.valueOrNull) && Arrays.equals(rank, that.rank) && putAt == that.putAt
        && nextAt == that.nextAt && expiresAt == that.expiresAt;
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(key) + Arrays.hashCode(valueOrNull);
  }
}
