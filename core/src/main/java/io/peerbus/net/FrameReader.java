package io.peerbus.net;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.nio.ByteBuffer;

/**
 * Takes the frames of a WebSocket apart. Payload is passed on as it comes, and no frame is ever held: its length, up to
 * 2⁶³ by the word of a stranger, costs nothing, where Netty's decoder collects a frame before it passes it on. That the
 * borders of frames are lost is no loss, as they mean nothing to libp2p.
 *
 * <p>Not thread safe, owned by the {@link WebSocketHandler} of its channel. After an exception it is not to be used.
 *
 * <p>Spec: RFC 6455, section 5, without extensions; text is refused.
 */
final class FrameReader {

  /** Who is told of frames that are not data. */
  interface Control {
    /** @param payload at most 125 bytes, the caller's */
    void onControl(int opcode, byte[] payload) throws FrameException;

    /** A frame of data without any. */
    void onEmpty() throws FrameException;
  }

  static final int CONTINUATION = 0;
  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;

  private static final int FINAL = 0x80;
  private static final int RESERVED = 0x70;
  private static final int MASKED = 0x80;
  private static final int LENGTH = 0x7f;
  private static final int MAX_CONTROL = 125;
  private static final int SHORT_LENGTH = 126;
  private static final int LONG_LENGTH = 127;
  private static final int MASK_LENGTH = 4;

  private final boolean fromDialer;
  private final Control owner;
  private final byte[] header = new byte[2 + Long.BYTES + MASK_LENGTH];
  private int headerLength;
  private boolean inPayload;
  private boolean inMessage;
  private boolean closed;
  private int opcode;
  private long left;
  /** Rotated as it is used up, so that its first byte is the next one's. */
  private int mask;
  private byte[] control;

  /** @param fromDialer whether the frames are a dialer's, which are masked, or a listener's, which are not */
  FrameReader(boolean fromDialer, Control owner) {
    this.fromDialer = fromDialer;
    this.owner = owner;
  }

  /**
   * Reads all of {@code in}, which is written to: what is data is unmasked in its place, and moved to where it adjoins
   * the data before it, so that a swarm of small frames is passed on in one piece.
   *
   * @return the data, a part of {@code in} that is not retained
   */
  ByteBuf read(ByteBuf in) throws FrameException {
    int from = in.readerIndex();
    int to = from;
    while (in.isReadable() && !closed) {
      if (!inPayload) {
        readHeader(in);
      } else if (opcode >= CLOSE) {
        readControl(in);
      } else {
        int length = (int) Math.min(left, in.readableBytes());
        int at = in.readerIndex();
        unmask(in, at, length);
        if (from == to) {
          from = at;
          to = at;
        } else if (at != to) {
          in.setBytes(to, in, at, length);
        }
        to += length;
        in.skipBytes(length);
        took(length);
      }
    }
    in.skipBytes(in.readableBytes()); // what is behind a close frame means nothing
    return in.slice(from, to - from);
  }

  private void readHeader(ByteBuf in) throws FrameException {
    header[headerLength++] = in.readByte();
    if (headerLength == 2) {
      checkStart();
    }
    if (headerLength >= 2 && headerLength == lengthOfHeader()) {
      begin();
    }
  }

  private int lengthOfHeader() {
    int length = header[1] & LENGTH;
    int extended = length == LONG_LENGTH ? Long.BYTES : length == SHORT_LENGTH ? Short.BYTES : 0;
    return 2 + extended + (fromDialer ? MASK_LENGTH : 0);
  }

  /** What the first two bytes say. */
  private void checkStart() throws FrameException {
    opcode = header[0] & 0x0f;
    boolean isFinal = (header[0] & FINAL) != 0;
    if ((header[0] & RESERVED) != 0) {
      throw FrameException.malformed("a frame of an extension that was not agreed on");
    }
    if (((header[1] & MASKED) != 0) != fromDialer) {
      throw FrameException.malformed(fromDialer ? "a frame without a mask" : "a frame with a mask");
    }
    if (opcode == TEXT) {
      throw new FrameException(WebSocketCloseStatus.INVALID_MESSAGE_TYPE, "a text frame, only binary ones are taken");
    }
    switch (opcode) {
      case CONTINUATION, BINARY -> {
        if ((opcode == CONTINUATION) != inMessage) {
          throw FrameException.malformed(inMessage ? "a message within a message" : "a continuation of nothing");
        }
        inMessage = !isFinal;
      }
      case CLOSE, PING, PONG -> {
        if (!isFinal || (header[1] & LENGTH) > MAX_CONTROL) {
          throw FrameException.malformed("a control frame that is too long or in parts");
        }
      }
      default -> throw FrameException.malformed("a frame of the unknown kind " + opcode);
    }
  }

  private void begin() throws FrameException {
    left = header[1] & LENGTH;
    if (left >= SHORT_LENGTH) {
      int bytes = left == SHORT_LENGTH ? Short.BYTES : Long.BYTES;
      left = number(2, bytes);
      if (left < SHORT_LENGTH || bytes == Long.BYTES && left <= 0xffff) {
        throw FrameException.malformed("a length in a form that is not the shortest");
      }
    }
    mask = fromDialer ? (int) number(headerLength - MASK_LENGTH, MASK_LENGTH) : 0;
    headerLength = 0;
    inPayload = true;
    control = opcode >= CLOSE ? new byte[(int) left] : null;
    if (left == 0) {
      if (opcode < CLOSE) {
        owner.onEmpty();
      }
      took(0);
    }
  }

  /** An unsigned number, or a negative one when it has 64 bits. */
  private long number(int at, int bytes) {
    long number = 0;
    for (int i = at; i < at + bytes; i++) {
      number = number << 8 | header[i] & 0xff;
    }
    return number;
  }

  private void readControl(ByteBuf in) throws FrameException {
    int length = (int) Math.min(left, in.readableBytes());
    unmask(in, in.readerIndex(), length);
    in.readBytes(control, control.length - (int) left, length);
    took(length);
  }

  private void took(int length) throws FrameException {
    left -= length;
    if (left == 0) {
      inPayload = false;
      if (control != null) {
        closed = opcode == CLOSE;
        byte[] payload = control;
        control = null;
        owner.onControl(opcode, payload);
      }
    }
  }

  private void unmask(ByteBuf in, int from, int length) {
    if (mask != 0) {
      for (ByteBuffer part : in.nioBuffers(from, length)) {
        unmask(part);
      }
    }
  }

  private void unmask(ByteBuffer part) {
    int at = part.position();
    long wide = (mask & 0xffffffffL) << Integer.SIZE | mask & 0xffffffffL;
    for (; part.limit() - at >= Long.BYTES; at += Long.BYTES) {
      part.putLong(at, part.getLong(at) ^ wide);
    }
    for (; at < part.limit(); at++) {
      part.put(at, (byte) (part.get(at) ^ mask >>> 24));
      mask = Integer.rotateLeft(mask, 8);
    }
  }
}
