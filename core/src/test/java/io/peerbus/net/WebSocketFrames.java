package io.peerbus.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Frames of a WebSocket written byte by byte, right ones and wrong ones, by nothing that the node uses. */
public final class WebSocketFrames {

  private static final byte[] MASK = {0x12, (byte) 0xfe, 0x00, (byte) 0x9c};

  private WebSocketFrames() {}

  /** The first byte of a whole frame of that kind. */
  public static int last(int opcode) {
    return 0x80 | opcode;
  }

  /** A frame as a listener writes it. */
  public static byte[] plain(int start, byte[] payload) {
    return bytes(header(start, payload.length, 0).writeBytes(payload));
  }

  /** A frame as a dialer writes it. */
  public static byte[] masked(int start, byte[] payload) {
    ByteBuf frame = header(start, payload.length, 0x80).writeBytes(MASK);
    for (int i = 0; i < payload.length; i++) {
      frame.writeByte(payload[i] ^ MASK[i % MASK.length]);
    }
    return bytes(frame);
  }

  private static ByteBuf header(int start, long length, int mask) {
    ByteBuf frame = Unpooled.buffer().writeByte(start);
    if (length < 126) {
      return frame.writeByte(mask | (int) length);
    }
    return length > 0xffff ? frame.writeByte(mask | 127).writeLong(length)
        : frame.writeByte(mask | 126).writeShort((int) length);
  }

  private static byte[] bytes(ByteBuf buffer) {
    byte[] bytes = new byte[buffer.readableBytes()];
    buffer.readBytes(bytes);
    return bytes;
  }
}
