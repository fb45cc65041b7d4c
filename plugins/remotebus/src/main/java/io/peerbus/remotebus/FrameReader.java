package io.peerbus.remotebus;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Varint;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The one message of a side on a stream: its length as an unsigned varint, then so many bytes. Not thread safe. */
final class FrameReader {

  private static final int CHUNK = 1_024;

  private final int maxMessage;
  private byte[] held = new byte[16];
  private int count;
  private boolean whole;

  FrameReader(int maxMessage) {
    this.maxMessage = maxMessage;
  }

  /** A message as it is sent. */
  static byte[] frame(byte[] message) {
    ByteBuffer out = ByteBuffer.allocate(Varint.length(message.length) + message.length);
    Varint.write(message.length, out);
    return out.put(message).array();
  }

  boolean isWhole() {
    return whole;
  }

  /** The message when these bytes make it whole, else {@code null}. */
  byte[] read(byte[] bytes) throws FormatException {
    if (whole) {
      throw new FormatException("more bytes behind the message");
    }
    int most = maxMessage + Varint.MAX_LENGTH;
    if (bytes.length > most - count) {
      throw new FormatException("more than " + most + " bytes");
    }
    if (count + bytes.length > held.length) { // grows with what came, never with what a prefix says
      held = Arrays.copyOf(held, Math.min(most, Math.max(2 * count, count + bytes.length + CHUNK)));
    }
    System.arraycopy(bytes, 0, held, count, bytes.length);
    count += bytes.length;
    ByteBuffer in = ByteBuffer.wrap(held, 0, count);
    long length = Varint.readOrMinusOne(in);
    if (length > maxMessage) {
      throw new FormatException("a message of " + length + " bytes, more than " + maxMessage);
    }
    if (length < 0 || in.remaining() < length) {
      return null;
    }
    if (in.remaining() > length) {
      throw new FormatException("more bytes behind the message");
    }
    whole = true;
    held = new byte[0];
    byte[] message = new byte[(int) length];
    in.get(message);
    return message;
  }
}
