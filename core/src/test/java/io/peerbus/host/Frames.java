package io.peerbus.host;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The Yamux frames that a raw peer was sent, put together from plaintext cut anywhere. */
final class Frames {

  record Frame(int type, int flags, int stream, int length, byte[] payload) {}

  final List<Frame> all = new ArrayList<>();
  private ByteBuffer rest = ByteBuffer.allocate(0);

  void add(ByteBuffer plain) {
    if (plain == null) {
      throw new AssertionError("the connection was closed after " + all.size() + " frames");
    }
    ByteBuffer in = ByteBuffer.allocate(rest.remaining() + plain.remaining()).put(rest).put(plain).flip();
    while (in.remaining() >= 12) {
      in.mark();
      int type = in.getInt();
      int stream = in.getInt();
      int length = in.getInt();
      boolean isData = type >>> 16 == RawPeer.DATA;
      if (isData && in.remaining() < length) {
        in.reset();
        break;
      }
      byte[] payload = new byte[isData ? length : 0];
      in.get(payload);
      all.add(new Frame(type >>> 16, type & 0xffff, stream, length, payload));
    }
    rest = in.slice();
  }

  boolean reset(int stream) {
    return all.stream().anyMatch(frame -> frame.stream() == stream && (frame.flags() & RawPeer.RST) != 0);
  }

  /** Whether the last byte of some data of the stream is this one. */
  boolean holds(int stream, byte last) {
    return all.stream().anyMatch(frame -> frame.stream() == stream && frame.payload().length > 0
        && frame.payload()[frame.payload().length - 1] == last);
  }

  int count(int type, int flags) {
    return (int) all.stream().filter(frame -> frame.type() == type && (frame.flags() & flags) == flags).count();
  }
}
