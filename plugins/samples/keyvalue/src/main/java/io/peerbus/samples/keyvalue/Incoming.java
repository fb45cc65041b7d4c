package io.peerbus.samples.keyvalue;

import io.peerbus.machine.Machine;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Varint;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;

/**
 * Reads the one message that a peer sends on a stream: its length as an unsigned varint, then so many bytes. The
 * deadline is that of the whole exchange: it stays when the message has come, until the owner is done.
 *
 * <p>Not thread safe, owned by the driver of one stream.
 */
public final class Incoming implements Machine<Incoming.Action> {

  /** What the owner is to do. */
  public sealed interface Action {
    /** The message is whole. */
    record Message(byte[] bytes) implements Action {}

    /** Give the stream up. */
    record Failed(boolean timedOut, String reason) implements Action {}
  }

  private static final int CHUNK = 1_024;

  private final int maxMessage;
  private final Queue<Action> actions = new ArrayDeque<>();
  private long deadline;
  private byte[] held = new byte[16];
  private int count;
  private boolean whole;
  private boolean failed;

  /** A message may have {@code maxMessage} bytes; all is to be over at {@code deadline}. */
  public Incoming(int maxMessage, long deadline) {
    this.maxMessage = maxMessage;
    this.deadline = deadline;
  }

  /** A message as it is sent. */
  public static byte[] frame(byte[] message) {
    ByteBuffer out = ByteBuffer.allocate(Varint.length(message.length) + message.length);
    Varint.write(message.length, out);
    return out.put(message).array();
  }

  @Override
  public Action poll() {
    return actions.poll();
  }

  @Override
  public long deadline() {
    return deadline;
  }

  @Override
  public void onDeadline(long now) {
    if (now >= deadline) {
      fail(true, whole ? "the peer did not end the stream in time" : "no whole message in time");
    }
  }

  /** Bytes of the peer. */
  public void onBytes(byte[] bytes) {
    if (failed) {
      return;
    }
    if (whole) {
      fail(false, "more bytes behind the message");
      return;
    }
    int most = maxMessage + Varint.MAX_LENGTH;
    if (bytes.length > most - count) {
      fail(false, "more than " + most + " bytes");
      return;
    }
    if (count + bytes.length > held.length) { // grows with what came, never with what a prefix says
      held = Arrays.copyOf(held, Math.min(most, count + bytes.length + CHUNK));
    }
    System.arraycopy(bytes, 0, held, count, bytes.length);
    count += bytes.length;
    read();
  }

  private void read() {
    ByteBuffer in = ByteBuffer.wrap(held, 0, count);
    try {
      long length = Varint.readOrMinusOne(in);
      if (length > maxMessage) {
        fail(false, "a message of " + length + " bytes, more than " + maxMessage);
      } else if (length >= 0 && in.remaining() > length) {
        fail(false, "more bytes behind the message");
      } else if (length >= 0 && in.remaining() == length) {
        whole = true;
        byte[] message = new byte[(int) length];
        in.get(message);
        held = new byte[0];
        actions.add(new Action.Message(message));
      }
    } catch (FormatException e) {
      fail(false, e.getMessage());
    }
  }

  /** The peer ended its direction. */
  public void onEnd() {
    if (!whole && !failed) {
      fail(false, "ended in the middle of the message");
    }
  }

  private void fail(boolean timedOut, String reason) {
    if (!failed) {
      failed = true;
      deadline = NEVER;
      actions.add(new Action.Failed(timedOut, reason));
    }
  }
}
