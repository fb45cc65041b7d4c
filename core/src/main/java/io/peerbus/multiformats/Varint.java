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

  private static final long LAST = 0;
  private static final long MORE = -1;
  private static final long NOT_MINIMAL = -2;
  private static final long TOO_LONG = -3;

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
      throw new FormatException(fault(value));
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
      long state = state(next, i);
      if (state == LAST) {
        return value;
      }
      if (state != MORE) {
        throw new FormatException(fault(state));
      }
    }
    in.position(start);
    return MORE;
  }

  /**
   * The varint that begins at {@code at} and ends before {@code end}; the reader steps on by the value's
   * {@link #length}. Negative when there is none, see {@link #fault}: addresses are many and small, and a buffer or an
   * exception for each would be larger than most.
   */
  static long readAt(byte[] bytes, int at, int end) {
    long value = 0;
    for (int i = 0; at + i < end; i++) {
      byte next = bytes[at + i];
      value |= (long) (next & 0x7f) << (7 * i);
      long state = state(next, i);
      if (state != MORE) {
        return state == LAST ? value : state;
      }
    }
    return MORE;
  }

  /** What a negative answer of {@link #readAt} means. */
  static String fault(long answer) {
    return answer == MORE ? "varint is cut off"
        : answer == NOT_MINIMAL ? "varint is not minimal"
        : "varint is longer than " + MAX_LENGTH + " bytes";
  }

  /** What the byte {@code i} of a varint tells of it. */
  private static long state(byte next, int i) {
    if (next == 0 && i > 0) {
      return NOT_MINIMAL;
    }
    if (next < 0) {
      return i == MAX_LENGTH - 1 ? TOO_LONG : MORE;
    }
    return LAST;
  }
}
