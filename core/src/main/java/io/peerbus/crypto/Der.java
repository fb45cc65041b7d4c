package io.peerbus.crypto;

import io.peerbus.multiformats.FormatException;
import java.math.BigInteger;
import java.nio.ByteBuffer;

/**
 * Reads the little DER that key files and public keys are made of, and takes only the one encoding that DER allows.
 *
 * <p>Strict because a key is named by the hash of its bytes: a reader that let a second encoding pass would give one
 * key many peer ids. Nothing is allocated by a length that has not been held against what is there.
 *
 * <p>Spec: ITU-T X.690. Not thread safe, read once from front to end.
 */
final class Der {

  static final int INTEGER = 0x02;
  static final int BIT_STRING = 0x03;
  static final int OCTET_STRING = 0x04;
  static final int SEQUENCE = 0x30;
  /** The explicit tags 0 and 1 of a SEC1 private key. */
  static final int CONTEXT_0 = 0xa0;
  static final int CONTEXT_1 = 0xa1;

  private final ByteBuffer in;

  Der(byte[] bytes) {
    this(ByteBuffer.wrap(bytes));
  }

  private Der(ByteBuffer in) {
    this.in = in;
  }

  /** What is inside the next element, which must have this tag. */
  Der enter(int tag) throws FormatException {
    int length = header(tag);
    Der inside = new Der(in.slice(in.position(), length));
    in.position(in.position() + length);
    return inside;
  }

  /** The content of the next element, which must have this tag. */
  byte[] bytes(int tag) throws FormatException {
    byte[] content = new byte[header(tag)];
    in.get(content);
    return content;
  }

  /** What is inside the next element, a bit string of whole bytes. */
  Der enterBits() throws FormatException {
    Der inside = enter(BIT_STRING);
    if (inside.next() != 0) {
      throw new FormatException("DER: a bit string that is not of whole bytes");
    }
    return inside;
  }

  /** An integer that is not negative. */
  BigInteger natural(int maxBits) throws FormatException {
    int length = header(INTEGER);
    int at = in.position();
    if (length == 0 || in.get(at) < 0) {
      throw new FormatException("DER: an integer that is negative or empty");
    }
    if (length > 1 && in.get(at) == 0 && in.get(at + 1) >= 0) {
      throw new FormatException("DER: an integer that is not minimal");
    }
    if (length > maxBits / Byte.SIZE + 1) {
      throw new FormatException("DER: an integer of " + length + " bytes, at most " + maxBits + " bits are allowed");
    }
    in.position(at + length);
    BigInteger value = new BigInteger(in.array(), in.arrayOffset() + at, length);
    if (value.bitLength() > maxBits) {
      throw new FormatException("DER: an integer of " + value.bitLength() + " bits, at most " + maxBits
          + " are allowed");
    }
    return value;
  }

  /** Takes exactly these bytes. */
  void expect(byte[] bytes, String what) throws FormatException {
    if (in.remaining() < bytes.length || !in.slice(in.position(), bytes.length).equals(ByteBuffer.wrap(bytes))) {
      throw new FormatException("DER: not " + what);
    }
    in.position(in.position() + bytes.length);
  }

  /** Whether exactly these bytes are left. */
  boolean is(byte[] bytes) {
    return in.equals(ByteBuffer.wrap(bytes));
  }

  /** Whether the next element has this tag. */
  boolean isNext(int tag) {
    return in.hasRemaining() && (in.get(in.position()) & 0xff) == tag;
  }

  void end() throws FormatException {
    if (in.hasRemaining()) {
      throw new FormatException("DER: " + in.remaining() + " bytes too many");
    }
  }

  private int header(int tag) throws FormatException {
    if (!isNext(tag)) {
      throw new FormatException("DER: no element with tag 0x" + Integer.toHexString(tag) + " where one must be");
    }
    in.get();
    int length = length();
    if (length > in.remaining()) {
      throw new FormatException("DER: an element of " + length + " bytes, but " + in.remaining() + " are left");
    }
    return length;
  }

  private int length() throws FormatException {
    int first = next();
    if (first < 0x80) {
      return first;
    }
    int length = switch (first) {
      case 0x81 -> next();
      case 0x82 -> next() << 8 | next();
      // 0x80 is BER's unknown length, and no key has 64 KiB.
      default -> throw new FormatException("DER: a length in a form that no key needs");
    };
    if (length < 0x80 || first == 0x82 && length < 0x100) {
      throw new FormatException("DER: a length that is not minimal");
    }
    return length;
  }

  private int next() throws FormatException {
    if (!in.hasRemaining()) {
      throw new FormatException("DER: cut off");
    }
    return in.get() & 0xff;
  }
}
