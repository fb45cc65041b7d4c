package io.peerbus.mplex;

import io.peerbus.multiformats.Varint;
import io.peerbus.muxer.ProtocolError;
import java.nio.ByteBuffer;

/**
 * The two varints before every frame: the stream's id and the flag, and how many bytes follow.
 *
 * <p>One instance is filled again for each frame that is read, a byte at a time, so that headers cost no garbage and
 * may come in pieces. Not thread safe, owned by its session.
 */
final class Header {

  /** Bytes of the longest header that we write: an id of 60 bits, and a length of at most 64 KiB. */
  static final int MAX_WRITTEN = Varint.MAX_LENGTH + 3;

  private static final int FLAG_BITS = 3;
  private static final int FLAGS = 7;

  /** The longest varint of the multiformats has nine groups of seven bits, so an id has 60 bits at the most. */
  private static final int MAX_SHIFT = 7 * Varint.MAX_LENGTH;

  private final MplexOptions options;
  private long value;
  private int shift;
  private boolean lengthFollows;
  private Flag flag;
  private long id;
  private int length;

  Header(MplexOptions options) {
    this.options = options;
  }

  static void write(ByteBuffer out, Flag flag, long id, int length) {
    Varint.write(id << FLAG_BITS | flag.ordinal(), out);
    Varint.write(length, out);
  }

  /** Takes what there is of a header; whether it is complete now. */
  boolean read(ByteBuffer in) throws ProtocolError {
    while (in.hasRemaining()) {
      byte next = in.get();
      if (shift == MAX_SHIFT) {
        throw new ProtocolError("a varint is longer than " + Varint.MAX_LENGTH + " bytes");
      }
      value |= (next & 0x7fL) << shift;
      shift += 7;
      if (next >= 0 && onVarint()) {
        return true;
      }
    }
    return false;
  }

  /** Whether it was the second one, the length. */
  private boolean onVarint() throws ProtocolError {
    long complete = value;
    boolean last = lengthFollows;
    lengthFollows = !last;
    value = 0;
    shift = 0;
    if (last) {
      onLength(complete);
    } else {
      id = complete >>> FLAG_BITS;
      flag = Flag.of((int) complete & FLAGS);
      if (flag == null) {
        throw new ProtocolError("unknown flag 7");
      }
    }
    return last;
  }

  private void onLength(long announced) throws ProtocolError {
    if (announced > options.getMaxMessage()) {
      throw Limit.MAX_MESSAGE.reached(options);
    }
    length = (int) announced;
  }

  /** Whether a part of a header has come and the rest is awaited. */
  boolean isPartial() {
    return lengthFollows || shift > 0;
  }

  Flag flag() {
    return flag;
  }

  /** The id in the number space of the stream's opener, 0 to 2^60-1. */
  long id() {
    return id;
  }

  int length() {
    return length;
  }
}
