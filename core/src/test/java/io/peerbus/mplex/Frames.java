package io.peerbus.mplex;

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

  static ByteBuffer frame(Flag flag, long id, byte[] payload) {
    ByteBuffer frame = ByteBuffer.allocate(Header.MAX_WRITTEN + payload.length);
    Header.write(frame, flag, id, payload.length);
    return frame.put(payload).flip();
  }

  static ByteBuffer frame(Flag flag, long id) {
    return frame(flag, id, new byte[0]);
  }

  static ByteBuffer open(long id) {
    return frame(Flag.NEW_STREAM, id);
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
