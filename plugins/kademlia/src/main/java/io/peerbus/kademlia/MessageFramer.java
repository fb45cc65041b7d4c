package io.peerbus.kademlia;

import io.peerbus.multiformats.FormatException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts the bytes of a stream into messages, each with its length before it. What is kept grows with what arrives: the
 * length that a peer announces never sizes a buffer (hardening, SEC-11).
 *
 * <p>Not thread safe, owned by the reader of one stream.
 */
public final class MessageFramer {

  /** The first piece of a message that comes in parts; each further one is as large as all before it. */
  private static final int FIRST_PIECE = 1024;
  /** 35 bits, more than any limit. */
  private static final int LONGEST_PREFIX = 5;

  private final int maxSize;
  private final List<byte[]> pieces = new ArrayList<>();
  /** Of the last piece. */
  private int used;
  private long length;
  private int prefixBytes;
  private boolean inBody;
  private int received;

  /** @param maxSize bytes of a message */
  public MessageFramer(int maxSize) {
    this.maxSize = maxSize;
  }

  /**
   * Takes bytes up to the end of the next message, and answers that message, or {@code null} when it takes more.
   * Empty messages are passed over.
   *
   * @throws FormatException when the length is wrong or above the limit; the stream is then of no more use
   */
  public byte[] next(ByteBuffer in) throws FormatException {
    while (in.hasRemaining()) {
      if (!inBody) {
        onPrefix(in.get());
      } else if (received == 0 && in.remaining() >= length) {
        byte[] whole = new byte[(int) length];
        in.get(whole);
        reset();
        return whole;
      } else {
        onPart(in);
        if (received == length) {
          return join();
        }
      }
    }
    return null;
  }

  /** Whether a part of a message is here and waits for the rest. */
  public boolean isWaiting() {
    return inBody || prefixBytes > 0;
  }

  private void onPrefix(byte next) throws FormatException {
    length |= (next & 0x7fL) << 7 * prefixBytes++;
    if (next < 0 && prefixBytes == LONGEST_PREFIX) {
      throw new FormatException("kademlia: a length of more than " + LONGEST_PREFIX + " bytes");
    }
    if (next < 0) {
      return;
    }
    if (next == 0 && prefixBytes > 1) {
      throw new FormatException("kademlia: a length that is not in its shortest form");
    }
    if (length > maxSize) {
      throw new FormatException("kademlia: a message of " + length + " bytes: the most is " + maxSize);
    }
    inBody = length > 0;
    prefixBytes = 0;
  }

  private void onPart(ByteBuffer in) {
    byte[] last = pieces.isEmpty() ? null : pieces.get(pieces.size() - 1);
    if (last == null || used == last.length) {
      last = new byte[(int) Math.min(length - received, Math.max(FIRST_PIECE, received))];
      pieces.add(last);
      used = 0;
    }
    int part = Math.min(in.remaining(), last.length - used);
    in.get(last, used, part);
    used += part;
    received += part;
  }

  private byte[] join() {
    ByteBuffer whole = ByteBuffer.allocate((int) length);
    pieces.forEach(piece -> whole.put(piece, 0, Math.min(piece.length, whole.remaining())));
    reset();
    return whole.array();
  }

  private void reset() {
    pieces.clear();
    used = 0;
    length = 0;
    received = 0;
    inBody = false;
  }
}
