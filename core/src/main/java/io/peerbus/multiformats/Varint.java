package io.peerbus.multiformats;

import java.nio.ByteBuffer;

/**
 * Unsigned varints of the multiformats: seven bits a byte, least significant first, at most 9 bytes (63 bits),
 * always in the shortest form.
 *
 * <p>Protobuf's own varints are another matter: they have up to 10 bytes and need not be minimal.
 *
 * <p>Spec: multiformats/unsigned-varint. Stateless, any thread.
 */
public final class Varint {

  /** The spec's bound. A tenth byte would carry bit 63 and make lengths negative, which cheats every later check. */
  public static final int MAX_LENGTH = 9;

  private static final long MORE = -1;

  private Varint() {
  }

  /**
   * The length in bytes, 1 to 9, of {@code value}'s encoding.
   *
   * @throws IllegalArgumentException when {@code value} is negative
   */
  public static int length(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("varint: " + value + " < 0");
    }
    return Math.max(1, (70 - Long.numberOfLeadingZeros(value)) / 7);
  }

  /**
   * Writes {@code value} at the position of {@code out} and advances it.
   *
   * @throws IllegalArgumentException when {@code value} is negative
   * @throws java.nio.BufferOverflowException when there is no room; {@code out} then holds a part
   */
  public static void write(long value, ByteBuffer out) {
    long rest = value;
    for (int left = length(value); left > 1; left--) {
      out.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest);
  }

  /**
   * The encoding of {@code value}.
   *
   * @throws IllegalArgumentException when {@code value} is negative
   */
  public static byte[] encode(long value) {
    byte[] bytes = new byte[length(value)];
    write(value, ByteBuffer.wrap(bytes));
    return bytes;
  }

  /**
   * Reads a whole varint and advances.
   *
   * @return the value, 0 to 2<sup>63</sup>-1
   * @throws FormatException when it is truncated, too long or not minimal; the position is then not defined
   */
  public static long read(ByteBuffer in) throws FormatException {
    long value = readOrMinusOne(in);
    if (value == MORE) {
      throw cutOff();
    }
    return value;
  }

  /**
   * As {@link #read}, but answers -1 and leaves the position when more bytes are needed.
   *
   * @throws FormatException when it is too long or not minimal, as soon as that can be seen
   */
  public static long readOrMinusOne(ByteBuffer in) throws FormatException {
    int start = in.position();
    long value = 0;
    for (int i = 0; in.hasRemaining(); i++) {
      byte next = in.get();
      value |= (long) (next & 0x7f) << (7 * i);
      if (isLast(next, i)) {
        return value;
      }
    }
    in.position(start);
    return MORE;
  }

  /**
   * As {@link #read}, for an array; the reader steps on by the value's {@link #length}. Addresses are many and small,
   * and a buffer around each would be larger than most.
   */
  static long readAt(byte[] bytes, int at) throws FormatException {
    long value = 0;
    for (int i = 0; at + i < bytes.length; i++) {
      byte next = bytes[at + i];
      value |= (long) (next & 0x7f) << (7 * i);
      if (isLast(next, i)) {
        return value;
      }
    }
    throw cutOff();
  }

  /** Whether a varint ends with its byte {@code i}. */
  private static boolean isLast(byte next, int i) throws FormatException {
    if (next == 0 && i > 0) {
      throw new FormatException("varint is not minimal");
    }
    if (next < 0 && i == MAX_LENGTH - 1) {
      throw new FormatException("varint is longer than " + MAX_LENGTH + " bytes");
    }
    return next >= 0;
  }

  private static FormatException cutOff() {
    return new FormatException("varint is cut off");
  }
}
