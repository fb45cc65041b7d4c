package io.peerbus.gossipsub.verticle;

import io.peerbus.multiformats.FormatException;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts the bytes of one stream into RPCs: each comes after its length as a varint (pubsub spec, "The RPC").
 *
 * <p>An incomplete RPC is kept in blocks that grow with what has arrived, never with what is announced. Not thread
 * safe, one a stream.
 */
final class RpcFramer {

  /** Takes an RPC without its length. */
  interface FrameHandler {
    void onFrame(byte[] frame) throws FormatException;
  }

  private static final int FIRST_BLOCK = 1024;

  /** No limit of ours needs a longer length: 35 bits. */
  private static final int LONGEST_PREFIX = 5;

  private final int limit;
  private final FrameHandler frames;
  private final List<byte[]> blocks = new ArrayList<>();
  private int used; // of the last block

  private boolean inBody;
  private long length;
  private int prefixBytes;
  private int received;
  private long frameCount;

  /** @param limit bytes of an RPC */
  RpcFramer(int limit, FrameHandler frames) {
    this.limit = limit;
    this.frames = frames;
  }

  /** The next bytes of the stream. After an exception the stream is of no use any more. */
  void onBytes(Buffer in) throws FormatException {
    int at = 0;
    while (at < in.length()) {
      if (!inBody) {
        onPrefix(in.getByte(at++));
      } else {
        int taken = (int) Math.min(length - received, in.length() - at);
        onBody(in, at, taken);
        at += taken;
      }
    }
  }

  private void onPrefix(byte next) throws FormatException {
    length |= (next & 0x7fL) << 7 * prefixBytes++;
    if (next < 0 && prefixBytes == LONGEST_PREFIX) {
      throw new FormatException("length of an rpc: more than " + LONGEST_PREFIX + " bytes long");
    }
    if (next < 0) {
      return;
    }
    if (next == 0 && prefixBytes > 1) {
      throw new FormatException("length of an rpc: not in its shortest form");
    }
    if (length > limit) {
      throw new FormatException("rpc of " + length + " bytes: the most is " + limit);
    }
    inBody = length > 0; // an empty one says nothing
    reset();
  }

  private void reset() {
    if (!inBody) {
      length = 0;
    }
    prefixBytes = 0;
    received = 0;
    used = 0;
    blocks.clear();
  }

  private void onBody(Buffer in, int at, int count) throws FormatException {
    if (count == length) {
      finish(in.getBytes(at, at + count));
      return;
    }
    int end = at + count;
    for (int from = at; from < end;) {
      if (blocks.isEmpty() || used == last().length) {
        blocks.add(new byte[(int) Math.min(length - received, Math.max(FIRST_BLOCK, received))]);
        used = 0;
      }
      int part = Math.min(end - from, last().length - used);
      in.getBytes(from, from + part, last(), used);
      used += part;
      received += part;
      from += part;
    }
    if (received == length) {
      finish(blocks.size() == 1 ? last() : joined());
    }
  }

  private byte[] last() {
    return blocks.get(blocks.size() - 1);
  }

  private byte[] joined() {
    byte[] whole = new byte[(int) length];
    int at = 0;
    for (byte[] block : blocks) {
      System.arraycopy(block, 0, whole, at, block.length);
      at += block.length;
    }
    return whole;
  }

  private void finish(byte[] frame) throws FormatException {
    inBody = false;
    frameCount++;
    reset();
    frames.onFrame(frame);
  }

  /** The bytes of the part of an RPC that is here, for another framer to begin with. */
  Buffer unread() {
    Buffer all = Buffer.buffer();
    if (inBody) {
      long left = length;
      for (; left > 0x7f; left >>>= 7) {
        all.appendByte((byte) (left | 0x80));
      }
      all.appendByte((byte) left);
    }
    for (int i = 0; i < prefixBytes; i++) {
      all.appendByte((byte) (length >>> 7 * i | 0x80)); // all but the last byte of a length say that there are more
    }
    for (byte[] block : blocks) {
      all.appendBytes(block, 0, block == last() ? used : block.length);
    }
    return all;
  }

  /** Whether a part of an RPC is here and waits for the rest. */
  boolean isWaiting() {
    return inBody || prefixBytes > 0;
  }

  /** RPCs so far. */
  long frameCount() {
    return frameCount;
  }
}
