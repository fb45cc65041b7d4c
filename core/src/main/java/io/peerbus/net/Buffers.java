package io.peerbus.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.ByteBuffer;

/** Between the heap slices of the pure packages and the buffers of Vert.x, without copying where that is wise. */
final class Buffers {

  /**
   * A slice smaller than this part of its array is copied. Whoever keeps a hundred bytes would otherwise keep the
   * whole Noise message that they came in, and a peer could make that the rule.
   */
  private static final int SMALLEST_SHARED_PART = 4;

  private Buffers() {}

  static Buffer share(ByteBuffer bytes) {
    if (bytes.remaining() < bytes.array().length / SMALLEST_SHARED_PART) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      return BufferInternal.buffer(Unpooled.wrappedBuffer(copy));
    }
    return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes));
  }

  static ByteBuffer share(Buffer buffer) {
    ByteBuf bytes = ((BufferInternal) buffer).getByteBuf();
    return bytes.nioBuffer();
  }
}
