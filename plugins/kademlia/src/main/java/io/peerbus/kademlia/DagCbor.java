package io.peerbus.kademlia;

import io.peerbus.multiformats.FormatException;
import java.nio.charset.StandardCharsets;

/**
 * Steps through a map of the one form of CBOR that DAG-CBOR allows: definite lengths, numbers in their shortest form.
 * Builds nothing; values that are no bytes and no numbers are passed over, without recursion.
 *
 * <p>Not thread safe. Spec: DAG-CBOR, "Strictness".
 */
final class DagCbor {

  static final int UNSIGNED = 0;
  static final int BYTES = 2;
  static final int MAP = 5;

  private static final int NEGATIVE = 1;
  private static final int TEXT = 3;
  private static final int ARRAY = 4;
  private static final int TAG = 6;
  /** Longer than any name we look for; longer ones are other people's. */
  private static final int MAX_NAME = 64;

  private final byte[] in;
  private int position;
  private long entries;
  private int major;
  private long argument;
  private String name;
  private int valueMajor;
  private long number;
  private int offset;
  private int length;

  DagCbor(byte[] document) throws FormatException {
    in = document;
    head();
    if (major != MAP) {
      throw new FormatException("cbor: not a map");
    }
    entries = argument;
  }

  /** Moves to the next entry; false at the end, which must be that of the document. */
  boolean next() throws FormatException {
    if (entries == 0) {
      if (position < in.length) {
        throw new FormatException("cbor: " + (in.length - position) + " bytes after the end");
      }
      return false;
    }
    entries--;
    head();
    if (major != TEXT) {
      throw new FormatException("cbor: a name that is no text");
    }
    int nameLength = take();
    name = nameLength > MAX_NAME ? "" : new String(in, position - nameLength, nameLength, StandardCharsets.UTF_8);
    value();
    return true;
  }

  /** The entry's name; empty for one that is longer than any we know. */
  String name() {
    return name;
  }

  boolean isNumber() {
    return valueMajor == UNSIGNED;
  }

  boolean isBytes() {
    return valueMajor == BYTES;
  }

  /** As an unsigned number. */
  long number() {
    return number;
  }

  /** A copy. */
  byte[] bytes() {
    byte[] value = new byte[length];
    System.arraycopy(in, offset, value, 0, length);
    return value;
  }

  private void value() throws FormatException {
    head();
    valueMajor = major;
    number = argument;
    if (major == BYTES || major == TEXT) {
      length = take();
      offset = position - length;
    } else {
      skipRest();
    }
  }

  /** Passes over what is inside the item whose head was just read. */
  private void skipRest() throws FormatException {
    long open = inside();
    while (open > 0) {
      head();
      open--;
      if (major == BYTES || major == TEXT) {
        take();
      } else {
        open += inside();
      }
      if (open > in.length - position) {
        throw new FormatException("cbor: more items than bytes");
      }
    }
  }

  private long inside() throws FormatException {
    return switch (major) {
      case UNSIGNED, NEGATIVE -> 0;
      case ARRAY -> bounded();
      case MAP -> 2 * bounded();
      case TAG -> 1;
      default -> 0; // simple values and floats are wholly in their head
    };
  }

  private long bounded() throws FormatException {
    if (argument < 0 || argument > in.length) {
      throw new FormatException("cbor: more items than bytes");
    }
    return argument;
  }

  private int take() throws FormatException {
    if (argument < 0 || argument > in.length - position) {
      throw new FormatException("cbor: " + Long.toUnsignedString(argument) + " bytes, "
          + (in.length - position) + " are left");
    }
    position += (int) argument;
    return (int) argument;
  }

  private void head() throws FormatException {
    if (position == in.length) {
      throw new FormatException("cbor: cut off");
    }
    int first = in[position++] & 0xff;
    major = first >> 5;
    int info = first & 0x1f;
    if (info < 24) {
      argument = info;
      return;
    }
    if (info > 27) {
      throw new FormatException("cbor: an indefinite length");
    }
    int size = 1 << info - 24;
    if (size > in.length - position) {
      throw new FormatException("cbor: cut off");
    }
    argument = 0;
    for (int i = 0; i < size; i++) {
      argument = argument << 8 | in[position++] & 0xff;
    }
    boolean shortest = size == 1 ? argument >= 24 : argument >>> size * 4 != 0;
    if (!shortest && major != 7) {
      throw new FormatException("cbor: a number that is not in its shortest form");
    }
  }
}
