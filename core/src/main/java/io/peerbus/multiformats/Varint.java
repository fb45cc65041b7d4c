package io.peerbus.multiformats;

import java.nio.ByteBuffer;

/** Unsigned varints of the multiformats: LEB128, at most 9 bytes (63 bits), minimal. */
public final class Varint {
  public static final int MAX_LENGTH = 9;

  private Varint() {}

  /** Length in bytes of {@code value}'s encoding. */
  public static int length(long value) { throw new UnsupportedOperationException(); }

  /** Writes {@code value} at the position of {@code out}. */
  public static void write(long value, ByteBuffer out) { throw new UnsupportedOperationException(); }

  public static byte[] encode(long value) { throw new UnsupportedOperationException(); }

  /** Reads a whole varint and advances; throws FormatException when it is truncated, too long or not minimal. */
  public static long read(ByteBuffer in) throws FormatException { throw new UnsupportedOperationException(); }

  /** As read, but answers -1 and leaves the position when more bytes are needed. */
  public static long readOrMinusOne(ByteBuffer in) throws FormatException { throw new UnsupportedOperationException(); }
}
