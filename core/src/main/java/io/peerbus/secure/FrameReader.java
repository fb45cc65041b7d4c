package io.peerbus.secure;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts the input of a secure channel into frames that have their length in 2 big-endian bytes in front, and takes not
 * one byte more.
 *
 * <p>Keeps at most one partial frame, and allocates by what has come, not by what the length announces: together
 * at most twice the input and 2 KiB. Otherwise two bytes would make us hold 64 KiB.
 *
 * <p>Not thread safe, owned by its channel.
 */
public final class FrameReader {

  private static final int SLACK = 2048;
  private static final int CHUNK = 1024;

  private final int maxLength;
  /** The length is in its last two bytes. */
  private final byte[] header;
  private final boolean withHeader;
  private int headerCount;
  private int length = -1;
  /** Bytes of the frame that have come. */
  private int count;
  /** The frame as it will be given out; {@code null} while too little of it has come. */
  private byte[] frame;
  /** What has come before {@link #frame} was worth its memory; all chunks but the last are full. */
  private List<byte[]> chunks;
  private int chunkBytes;

  private FrameReader(int maxLength, int header, boolean withHeader) {
    this.maxLength = maxLength;
    this.header = new byte[header];
    this.withHeader = withHeader;
  }

  /** Frames of at most {@code maxLength} bytes behind their length, which is not given out (libp2p noise). */
  public static FrameReader prefixed(int maxLength) {
    return new FrameReader(maxLength, Short.BYTES, false);
  }

  /** TLS records of at most {@code maxLength} bytes, given out together with their header of 5 (RFC 8446, 5.1). */
  public static FrameReader records(int maxLength) {
    return new FrameReader(maxLength, 1 + Short.BYTES + Short.BYTES, true);
  }

  /**
   * The next frame in an array of its own, or {@code null} when more bytes are needed.
   *
   * @throws HandshakeException when a frame is longer than allowed
   */
  public byte[] next(ByteBuffer in) throws HandshakeException {
    if (length < 0 && !readHeader(in)) {
      return null;
    }
    take(in);
    return count == length ? finish() : null;
  }

  private boolean readHeader(ByteBuffer in) throws HandshakeException {
    int taken = Math.min(in.remaining(), header.length - headerCount);
    in.get(header, headerCount, taken);
    headerCount += taken;
    if (headerCount < header.length) {
      return false;
    }
    headerCount = 0;
    int announced = (header[header.length - 2] & 0xff) << Byte.SIZE | header[header.length - 1] & 0xff;
    if (announced > maxLength) {
      throw new HandshakeException("a message of " + announced + " bytes, where at most " + maxLength
          + " are allowed");
    }
    length = announced;
    if (withHeader) {
      length += header.length;
      take(ByteBuffer.wrap(header));
    }
    return true;
  }

  private void take(ByteBuffer in) {
    int taken = Math.min(in.remaining(), length - count);
    if (frame == null && chunkBytes + length <= 2 * (count + taken) + SLACK) {
      frame = new byte[length];
      moveChunks();
    }
    if (frame == null) {
      keep(in, taken);
    } else {
      in.get(frame, count, taken);
      count += taken;
    }
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
