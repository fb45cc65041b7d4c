package io.peerbus.yamux;

import io.peerbus.muxer.ProtocolError;
import java.nio.ByteBuffer;

/**
 * The 12 bytes before every frame: version, type, flags, stream id, length; big endian.
 *
 * <p>One instance is filled again for each frame that is read, so that headers cost no garbage; a header that comes
 * in pieces is put together here. Not thread safe, owned by its session.
 */
final class Header {

  /** Bytes of a header. */
  static final int SIZE = 12;

  /** The stream id of frames that concern the session. */
  static final int SESSION = 0;

  private static final int VERSION = 0;

  private final ByteBuffer pieces = ByteBuffer.allocate(SIZE);
  private FrameType type;
  private int flags;
  private int stream;
  private int length;

  static void write(ByteBuffer out, FrameType type, int flags, int stream, int length) {
    out.putInt(VERSION << 24 | type.ordinal() << 16 | flags);
    out.putInt(stream);
    out.putInt(length);
  }

  /** Takes what there is of a header; whether it is complete now. */
  boolean read(ByteBuffer in) throws ProtocolError {
    if (pieces.position() == 0 && in.remaining() >= SIZE) {
      parse(in.getInt(), in.getInt(), in.getInt());
      return true;
    }
    while (pieces.hasRemaining() && in.hasRemaining()) {
      pieces.put(in.get());
    }
    if (pieces.hasRemaining()) {
      return false;
    }
    pieces.flip();
    int first = pieces.getInt();
    int second = pieces.getInt();
    int third = pieces.getInt();
    pieces.clear();
    parse(first, second, third);
    return true;
  }

  /** Whether a part of a header has come and the rest is awaited. */
  boolean isPartial() {
    return pieces.position() > 0;
  }

  FrameType type() {
    return type;
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  int stream() {
    return stream;
  }

  /** The length field without interpretation: a signed view of 32 unsigned bits. */
  int value() {
    return length;
  }

  /** The length field as a number, 0 to 2^32-1. */
  long length() {
    return Integer.toUnsignedLong(length);
  }

  private void parse(int first, int second, int third) throws ProtocolError {
    int version = first >>> 24;
    flags = first & 0xffff;
    stream = second;
    length = third;
    if (version != VERSION) {
      throw new ProtocolError("version " + version + " is not " + VERSION);
    }
    type = FrameType.of(first >>> 16 & 0xff);
  }
}
