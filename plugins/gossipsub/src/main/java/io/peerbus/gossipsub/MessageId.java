package io.peerbus.gossipsub;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * The id of a message, by whatever scheme its topic uses. Immutable, compared as bytes.
 *
 * <p>Peers choose these bytes. Comparable, so that a hash map whose buckets they manage to fill stays logarithmic.
 */
public final class MessageId implements Comparable<MessageId> {

  private final byte[] bytes;
  private final int hash;

  private MessageId(byte[] bytes) {
    this.bytes = bytes;
    this.hash = Arrays.hashCode(bytes);
  }

  /** Takes the array over; it must not be changed afterwards. */
  static MessageId wrap(byte[] bytes) {
    return new MessageId(bytes);
  }

  public static MessageId of(byte[] bytes) {
    return new MessageId(bytes.clone());
  }

  /** A copy. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** The id itself, not to be changed: for those who only copy it elsewhere. */
  byte[] bytes() {
    return bytes;
  }

  /** The id that this one is the hexadecimal text of, as py-libp2p writes ids; {@code null} when it is no such text. */
  MessageId fromHexText() {
    if (bytes.length == 0 || (bytes.length & 1) != 0) {
      return null;
    }
    byte[] decoded = new byte[bytes.length / 2];
    for (int i = 0; i < decoded.length; i++) {
      int high = digit(bytes[2 * i]);
      int low = digit(bytes[2 * i + 1]);
      if (high < 0 || low < 0) {
        return null;
      }
      decoded[i] = (byte) (high << 4 | low);
    }
    return new MessageId(decoded);
  }

  private static int digit(byte character) {
    return character < 0 ? -1 : Character.digit(character, 16);
  }

  @Override
  public int compareTo(MessageId other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MessageId id && hash == id.hash && Arrays.equals(bytes, id.bytes);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** Hexadecimal. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
