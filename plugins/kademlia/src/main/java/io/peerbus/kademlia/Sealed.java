package io.peerbus.kademlia;

import io.peerbus.multiformats.FormatException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * The form of everything that is stored: a version, the fields, a checksum. What a broken disk or a crash left behind
 * is recognised and not taken for a record.
 */
final class Sealed {

  private static final byte VERSION = 1;
  private static final int FRAME = 1 + Integer.BYTES;

  private Sealed() {}

  /** Reads fields; throws what buffers throw when they are cut off. */
  interface Reader<T> {
    T read(ByteBuffer in) throws FormatException;
  }

  /** Room for {@code size} bytes of fields, with the version before them. Ends with {@link #seal}. */
  static ByteBuffer open(int size) {
    return ByteBuffer.allocate(FRAME + size).put(VERSION);
  }

  /** The bytes, once all fields are in. */
  static byte[] seal(ByteBuffer fields) {
    return fields.putInt(checksum(fields.array())).array();
  }

  /** What is stored, or {@code null} when it is damaged or of a version that is not ours. */
  static <T> T read(byte[] stored, Reader<T> reader) {
    if (stored == null || stored.length < FRAME || stored[0] != VERSION) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(stored);
    if (in.getInt(stored.length - Integer.BYTES) != checksum(stored)) {
      return null;
    }
    try {
      return reader.read(in.limit(stored.length - Integer.BYTES).position(1));
    } catch (FormatException | BufferUnderflowException | IllegalArgumentException | NegativeArraySizeException e) {
      return null;
    }
  }

  private static int checksum(byte[] sealed) {
    CRC32 crc = new CRC32();
    crc.update(sealed, 0, sealed.length - Integer.BYTES);
    return (int) crc.getValue();
  }

  /** Bytes with their length before them. */
  static void put(ByteBuffer out, byte[] bytes) {
    out.putInt(bytes.length).put(bytes);
  }

  static byte[] take(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }
}
