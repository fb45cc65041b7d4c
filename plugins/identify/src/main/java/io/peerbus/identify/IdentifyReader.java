package io.peerbus.identify;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Varint;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Collects what a peer sends on an identify stream, up to limits, and makes one message of it at the end.
 *
 * <p>The end of the peer's direction is the end of what it says: go splits its message in two when the signed record
 * is long. Bytes are kept in small pieces, since the length that the peer announces proves nothing.
 *
 * <p>Not thread safe, owned by the reader of one stream.
 *
 * <p>Spec: identify/README.md; limits as go and js have them (wire notes section 11, SEC-28).
 */
public final class IdentifyReader {

  /** The most bytes one message may have. Against a peer that tells an endless story. */
  public static final int MAX_MESSAGE = 8 * 1024;
  /** The most messages on one stream. Against the same story in instalments. */
  public static final int MAX_MESSAGES = 10;
  /** The most bytes kept for one stream; each message has a length prefix of at most two bytes. */
  public static final int MAX_TOTAL = MAX_MESSAGES * (MAX_MESSAGE + 2);

  private static final int PIECE = 1024;
  private static final int FEW_PIECES = 8;
  private static final int MAX_PIECES = (MAX_TOTAL + PIECE - 1) / PIECE;

  private byte[][] pieces = new byte[FEW_PIECES][];
  private int size;

  /** Takes all of {@code in}. */
  public void onBytes(ByteBuffer in) throws FormatException {
    if (in.remaining() > MAX_TOTAL - size) {
      throw new FormatException("identify: more than " + MAX_TOTAL + " bytes");
    }
    while (in.hasRemaining()) {
      int used = size % PIECE;
      int piece = size / PIECE;
      if (piece == pieces.length) {
        pieces = Arrays.copyOf(pieces, MAX_PIECES);
      }
      if (used == 0) {
        pieces[piece] = new byte[PIECE];
      }
      int count = Math.min(PIECE - used, in.remaining());
      in.get(pieces[piece], used, count);
      size += count;
    }
  }

  /** The peer ended its direction: what did it say? */
  public IdentifyMessage end() throws FormatException {
    byte[] bytes = join();
    FormatException wrong;
    try {
      return IdentifyMessage.of(bytes, frames(bytes));
    } catch (FormatException e) {
      wrong = e;
    }
    // py-libp2p before about 0.3 sends the bare message (wire notes section 11). It always carries its key.
    if (size > 0 && size <= MAX_MESSAGE) {
      try {
        IdentifyMessage bare = IdentifyMessage.of(bytes, new int[] {0, size});
        if (bare.publicKey() != null) {
          return bare;
        }
      } catch (FormatException e) {
        throw wrong;
      }
    }
    throw wrong;
  }

  /** As {@link #end()} for a peer that holds its direction open: only whole, length-prefixed messages count. */
  public IdentifyMessage timeout() throws FormatException {
    byte[] bytes = join();
    return IdentifyMessage.of(bytes, frames(bytes));
  }

  private byte[] join() {
    if (size > 0 && size <= PIECE) {
      return pieces[0];
    }
    byte[] bytes = new byte[size];
    for (int at = 0; at < size; at += PIECE) {
      System.arraycopy(pieces[at / PIECE], 0, bytes, at, Math.min(PIECE, size - at));
    }
    return bytes;
  }

  /** Offset and length of each message. */
  private int[] frames(byte[] bytes) throws FormatException {
    ByteBuffer in = ByteBuffer.wrap(bytes, 0, size);
    int[] frames = new int[2 * MAX_MESSAGES];
    int count = 0;
    while (in.hasRemaining()) {
      long length = Varint.read(in);
      if (length > MAX_MESSAGE) {
        throw new FormatException("identify: a message of " + length + " bytes, at most " + MAX_MESSAGE);
      }
      if (length > in.remaining()) {
        throw new FormatException("identify: ends " + (length - in.remaining()) + " bytes inside a message");
      }
      if (count == MAX_MESSAGES) {
        throw new FormatException("identify: more than " + MAX_MESSAGES + " messages");
      }
      frames[2 * count] = in.position();
      frames[2 * count + 1] = (int) length;
      in.position(in.position() + (int) length);
      count++;
    }
    if (count == 0) {
      throw new FormatException("identify: no message");
    }
    return frames;
  }
}
