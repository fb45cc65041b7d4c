package io.peerbus.multistream;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Varint;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Cuts the input into messages and takes not one byte more. Keeps at most one partial message. */
final class MessageReader {

  private static final int FIRST_CAPACITY = 64;

  private final ByteBuffer prefix = ByteBuffer.allocate(Varint.MAX_LENGTH);
  private byte[] held = new byte[FIRST_CAPACITY];
  private int count;
  private int length = -1;

  /** The text of the next message without trailing white space, or {@code null} when more bytes are needed. */
  String next(ByteBuffer in) throws NegotiationException {
    while (length < 0) {
      if (!in.hasRemaining()) {
        return null;
      }
      length = readLength(in.get());
    }
    take(in, Math.min(in.remaining(), length - count));
    if (count < length) {
      return null;
    }
    if (held[length - 1] != '\n') {
      throw NegotiationException.malformed("a message of " + length + " bytes does not end in a newline");
    }
    String text = new String(held, 0, length - 1, StandardCharsets.UTF_8);
    length = -1;
    count = 0;
    prefix.clear();
    return text.stripTrailing();
  }

  private int readLength(byte next) throws NegotiationException {
    prefix.put(next).flip();
    long value;
    try {
      value = Varint.readOrMinusOne(prefix);
    } catch (FormatException e) {
      throw NegotiationException.malformed("length of a message: " + e.getMessage());
    }
    prefix.position(prefix.limit()).limit(prefix.capacity());
    if (value == 0 || value > Message.MAX_LENGTH) {
      throw NegotiationException.malformed(
          "a message of " + value + " bytes, where 1 to " + Message.MAX_LENGTH + " are allowed");
    }
    return (int) value;
  }

  /** The buffer grows with what has come, not with what the prefix announces. */
  private void take(ByteBuffer in, int bytes) {
    if (count + bytes > held.length) {
      held = Arrays.copyOf(held, Math.min(Message.MAX_LENGTH, Math.max(count + bytes, 2 * held.length)));
    }
    in.get(held, count, bytes);
    count += bytes;
  }
}
