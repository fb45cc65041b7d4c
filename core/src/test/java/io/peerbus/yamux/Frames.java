package io.peerbus.yamux;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;

/** Frames written by hand, and bytes. */
final class Frames {

  private static final HexFormat HEX = HexFormat.of();

  private Frames() {}

  /** Bytes of hex text; spaces do not count. */
  static ByteBuffer hex(String text) {
    return ByteBuffer.wrap(HEX.parseHex(text.replace(" ", "")));
  }

  static String hex(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return HEX.formatHex(copy);
  }

  static ByteBuffer frame(FrameType type, int flags, int stream, long length) {
    ByteBuffer frame = ByteBuffer.allocate(Header.SIZE);
    Header.write(frame, type, flags, stream, (int) length);
    return frame.flip();
  }

  static ByteBuffer data(int flags, int stream, byte[] payload) {
    ByteBuffer frame = ByteBuffer.allocate(Header.SIZE + payload.length);
    Header.write(frame, FrameType.DATA, flags, stream, payload.length);
    return frame.put(payload).flip();
  }

  static ByteBuffer update(int flags, int stream, long delta) {
    return frame(FrameType.WINDOW_UPDATE, flags, stream, delta);
  }

  static ByteBuffer ping(int flags, int value) {
    return frame(FrameType.PING, flags, 0, value);
  }

  static ByteBuffer join(ByteBuffer... frames) {
    int size = 0;
    for (ByteBuffer frame : frames) {
      size += frame.remaining();
    }
    ByteBuffer all = ByteBuffer.allocate(size);
    for (ByteBuffer frame : frames) {
      all.put(frame.duplicate());
    }
    return all.flip();
  }

  /** Bytes that differ at every place, the same for the same seed. */
  static byte[] bytes(int size, long seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
