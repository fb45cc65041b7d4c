package io.peerbus.noise;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts the input into frames with a 2-byte big-endian length in front, and takes not one byte more.
 *
 * <p>Keeps at most one partial frame, and allocates by what has come, not by what the length announces: together
 * at most twice the input and 2 KiB. Otherwise two bytes would make us hold 64 KiB.
 */
final class FrameReader {

  private static final int SLACK = 2048;
  private static final int CHUNK = 1024;

  private final int maxLength;
  private int prefix = -1;
  private int length = -1;
  /** Bytes of the frame that have come. */
  private int count;
  /** The frame as it will be given out; {@code null} while too little of it has come. */
  private byte[] frame;
  /** What has come before {@link #frame} was worth its memory; all chunks but the last are full. */
  private List<byte[]> chunks;
  private int chunkBytes;

  FrameReader(int maxLength) {
    this.maxLength = maxLength;
  }

  /** The next frame in an array of its own, or {@code null} when more bytes are needed. */
  byte[] next(ByteBuffer in) throws HandshakeException {
    if (length < 0 && !readLength(in)) {
      return null;
    }
    int taken = Math.min(in.remaining(), length - count);
    if (frame == null && chunkBytes + length <= 2 * (count + taken) + SLACK) {
      frame = new byte[length];
      moveChunks();
    }
    if (frame == null) {
      keep(in, taken);
      return null;
    }
    in.get(frame, count, taken);
    count += taken;
    return count == length ? finish() : null;
  }

  private boolean readLength(ByteBuffer in) throws HandshakeException {
    while (in.hasRemaining()) {
      int next = in.get() & 0xff;
      if (prefix < 0) {
        prefix = next;
        continue;
      }
      length = prefix << 8 | next;
      prefix = -1;
      if (length > maxLength) {
        throw new HandshakeException("a message of " + length + " bytes, where at most " + maxLength + " are allowed");
      }
      return true;
    }
    return false;
  }

  private void keep(ByteBuffer in, int bytes) {
    int left = bytes;
    while (left > 0) {
      if (count == chunkBytes) {
        addChunk(Math.min(length - count, Math.max(left, CHUNK)));
      }
      byte[] last = chunks.get(chunks.size() - 1);
      int part = Math.min(left, chunkBytes - count);
      in.get(last, last.length - (chunkBytes - count), part);
      count += part;
      left -= part;
    }
  }

  private void addChunk(int size) {
    if (chunks == null) {
      chunks = new ArrayList<>();
    }
    chunks.add(new byte[size]);
    chunkBytes += size;
  }

  private void moveChunks() {
    if (chunks == null) {
      return;
    }
    int moved = 0;
    for (byte[] chunk : chunks) {
      int part = Math.min(chunk.length, count - moved);
      System.arraycopy(chunk, 0, frame, moved, part);
      moved += part;
    }
    chunks = null;
  }

  private byte[] finish() {
    byte[] whole = frame;
    frame = null;
    length = -1;
    count = 0;
    chunkBytes = 0;
    return whole;
  }
}
