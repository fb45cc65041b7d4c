package io.peerbus.multiformats;

/**
 * Steps through the fields of one protobuf message without building anything: the caller looks at each field's number
 * and takes what it wants, within its own limits. A message therefore costs no more memory than its bytes.
 *
 * <p>Not thread safe. The message's bytes are read, never changed. Groups, which libp2p does not use, are skipped
 * without recursion (CVE-2024-7254: nested groups overflowed the stack of other parsers).
 *
 * <p>Spec: protobuf encoding, https://protobuf.dev/programming-guides/encoding/.
 */
public final class FieldReader {

  /** Wire type of a field whose value is {@link #varint()}. */
  public static final int VARINT = 0;
  /** Wire type of 8 fixed bytes; {@link #offset()} says where. */
  public static final int FIXED64 = 1;
  /** Wire type of a field whose value is the {@link #length()} bytes at {@link #offset()}. */
  public static final int BYTES = 2;
  /** Wire type of 4 fixed bytes; {@link #offset()} says where. */
  public static final int FIXED32 = 5;

  private static final int START_GROUP = 3;
  private static final int END_GROUP = 4;

  private final byte[] message;
  private int end;
  private int position;
  private int number;
  private int wireType;
  private int offset;
  private int length;
  private long varint;

  /** Reads {@code message} from its first byte to its last. */
  public FieldReader(byte[] message) {
    this(message, 0, message.length);
  }

  /** Reads the message that lies at {@code offset} and is {@code length} bytes long. */
  public FieldReader(byte[] message, int offset, int length) {
    this.message = message;
    restart(offset, length);
  }

  /** Goes on with another message in the same array: a list of many small ones needs no reader for each. */
  public void restart(int offset, int length) {
    if (offset < 0 || length < 0 || offset > message.length - length) {
      throw new IndexOutOfBoundsException(offset + " + " + length + " > " + message.length);
    }
    this.position = offset;
    this.end = offset + length;
  }

  /** Moves to the next field; false at the end of the message. After an exception the reader is of no more use. */
  public boolean next() throws FormatException {
    int groups = 0;
    while (position < end) {
      readTag();
      if (wireType == START_GROUP) {
        groups++;
      } else if (wireType == END_GROUP) {
        if (--groups < 0) {
          throw new FormatException("protobuf: group " + number + " ends and never began");
        }
      } else {
        readValue();
        if (groups == 0) {
          return true;
        }
      }
    }
    if (groups > 0) {
      throw new FormatException("protobuf: the message ends inside a group");
    }
    return false;
  }

  /** The current field's number, 1 to 2^29-1. */
  public int number() {
    return number;
  }

  /** The current field's wire type, one of the constants. */
  public int wireType() {
    return wireType;
  }

  /** Whether the current field has this number and this wire type. */
  public boolean is(int fieldNumber, int fieldWireType) {
    return number == fieldNumber && wireType == fieldWireType;
  }

  /** The value of a {@link #VARINT} field, as 64 bits; 0 for other wire types. */
  public long varint() {
    return varint;
  }

  /** Where the value of a field that is not a varint begins in the array. */
  public int offset() {
    return offset;
  }

  /** How many bytes the value of a field that is not a varint has; 0 for a varint. */
  public int length() {
    return length;
  }

  /** A copy of the current value's bytes. */
  public byte[] bytes() {
    byte[] value = new byte[length];
    System.arraycopy(message, offset, value, 0, length);
    return value;
  }

  private void readTag() throws FormatException {
    long tag = readVarint();
    if (tag >>> 32 != 0 || tag >>> 3 == 0) {
      throw new FormatException("protobuf: no such tag: " + Long.toUnsignedString(tag));
    }
    number = (int) (tag >>> 3);
    wireType = (int) (tag & 7);
  }

  private void readValue() throws FormatException {
    varint = 0;
    length = 0;
    switch (wireType) {
      case VARINT -> varint = readVarint();
      case FIXED64 -> take(Long.BYTES);
      case FIXED32 -> take(Integer.BYTES);
      case BYTES -> take(readVarint());
      default -> throw new FormatException("protobuf: field " + number + " has the unknown wire type " + wireType);
    }
  }

  private void take(long bytes) throws FormatException {
    if (bytes < 0 || bytes > end - position) {
      throw new FormatException("protobuf: field " + number + " claims " + Long.toUnsignedString(bytes)
          + " bytes, " + (end - position) + " are left");
    }
    offset = position;
    length = (int) bytes;
    position += length;
  }

  /** Up to ten bytes, 64 bits: negative numbers of int32 and int64 fields fill them all. */
  private long readVarint() throws FormatException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (position == end) {
        throw new FormatException("protobuf: the message ends inside a varint");
      }
      byte b = message[position++];
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new FormatException("protobuf: a varint has more than 10 bytes");
  }
}
