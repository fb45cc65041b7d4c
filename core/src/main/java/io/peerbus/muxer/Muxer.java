package io.peerbus.muxer;

import io.peerbus.machine.Machine;
import java.nio.ByteBuffer;

/**
 * The state of a multiplexing protocol on one connection: many streams over one pair of byte streams.
 *
 * <p>Bytes of the wire come in by {@link #onBytes}; what they mean comes out of {@link #poll}. Bytes for the wire are
 * pulled by {@link #transmit}, only when the wire can take them: that is the back-pressure, and until then data stays
 * queued. How the other side is held back is the protocol's: {@link #consumed} tells what readers took, and
 * {@link #isFull} when nothing more should be read from the wire.
 *
 * <p>It lives until {@link #close}, an error of the other side, or whatever end the protocol has. All of these end in
 * exactly one {@link Action.Closed}, the last action there is; the streams are over with it, without an action of their
 * own. What is received or asked after that has no effect, but {@link #transmit} still hands out what is to go first.
 *
 * <p>Streams go by ids of 32 bits, to be read as unsigned, that are never used twice. Time is in nanoseconds of any
 * origin. No method throws for what the other side does. Not thread safe, owned by its connection.
 */
public interface Muxer extends Machine<Muxer.Action> {

  /** What the owner is to know. */
  sealed interface Action {

    /** The other side opened a stream; {@link Muxer#accept} it or {@link Muxer#refuse} it. */
    record Opened(int stream) implements Action {}

    /**
     * Bytes of a stream, a slice of what was given to {@link Muxer#onBytes}; one frame may come in several. Frames
     * may be as small as one byte, and each slice holds all of the input it is cut from: who keeps small ones for
     * long should copy them together, or a peer makes a window of bytes cost a hundred times as much.
     */
    record Received(int stream, ByteBuffer data) implements Action {}

    /** The other side will write no more, after all its data. */
    record Ended(int stream) implements Action {}

    /**
     * Both halves are abandoned, by the other side or by us for its fault.
     *
     * @param code the other side's reason, 0 to 2^32-1; 0 when it has none
     */
    record Reset(int stream, long code) implements Action {}

    /** Reset by us, as the other side gave no credit for what was written to it for too long. */
    record Stalled(int stream) implements Action {}

    /** Reset by us, as more came of it than its reader takes, and the protocol has no way to hold the writer back. */
    record Overrun(int stream) implements Action {}

    /** So many bytes that were written to the stream are in frames now. */
    record Sent(int stream, int bytes) implements Action {}

    /** Both halves have ended and all is sent: the muxer knows the stream no longer. */
    record Finished(int stream) implements Action {}

    /**
     * A limit refused streams of the other side, one of ours, or gave one up; or it ends the session, and then
     * {@link Closed} follows. Refused streams of one input are told together.
     *
     * @param message the name of the limit, a colon and a space, and what is the matter; a constant of the session
     *     but for what ends it
     * @param count at least 1
     */
    record Refused(String message, int count) implements Action {}

    /** A ping was answered. */
    record RoundTrip(long nanos) implements Action {}

    /** We can open few streams more; told once. */
    record Worn() implements Action {}

    /** It is over. */
    record Closed(CloseCode code, boolean byRemote, String reason) implements Action {}
  }

  /**
   * Bytes of the other side, cut anywhere; all are taken. {@code in} must not be changed afterwards, since
   * {@link Action.Received} hands out slices of it.
   */
  void onBytes(long now, ByteBuffer in);

  /**
   * Opens a stream; it may be written to at once.
   *
   * @return its id, or -1 when a limit forbids it, which {@link Action.Refused} names, none are left, or the muxer is
   *     closed
   */
  int open(long now);

  /** The layer above took an inbound stream. */
  void accept(long now, int stream);

  /**
   * Queues data, which must not be changed afterwards; how much may be queued is between the owner and the writer,
   * whom {@link Action.Sent} gives room again. Accepts the stream if need be. No effect on a stream that is gone or
   * whose writing half has ended.
   */
  void write(long now, int stream, ByteBuffer data);

  /** We write no more: the other side reads the end after all that is queued. Accepts the stream if need be. */
  void end(long now, int stream);

  /**
   * Abandons both halves; what is queued is lost and what still arrives is drained. No action answers this.
   *
   * @param code the reason, 32 unsigned bits, told to the other side where the protocol has room for it
   */
  void reset(long now, int stream, int code);

  /** As {@link #reset}, for a stream of the other side: too many of these in a short time close the muxer. */
  void refuse(long now, int stream, int code);

  /**
   * The reader took so many of the received bytes.
   *
   * @throws IllegalArgumentException when that is more than it was given
   */
  void consumed(long now, int stream, int bytes);

  /**
   * How long nothing more should be read from the other side, in nanoseconds: not 0 while more of its streams come to
   * nothing than may. Each read of such a peer makes work, however cheap; a few hundred peers that are read as fast as
   * they send would keep honest ones waiting. Ending their connections instead would only make them dial again.
   */
  long pause(long now);

  /** How often a stream of either side with data of ours has run out of credit; 0 where there is none. */
  default long stalls() {
    return 0;
  }

  /**
   * Whether nothing should be read from the wire until this is {@code false} again, because readers are behind. Only a
   * protocol without flow control says so, and {@link #deadline} sees to it that it does not last.
   */
  default boolean isFull() {
    return false;
  }

  /** Whether we can open no more streams, however many of them end. */
  boolean isUsedUp();

  /** Leaves: what can be sent of the streams goes first. */
  void close(long now);

  /**
   * Fills {@code out} with whole frames: control first, then data of the streams in turn.
   *
   * @return the bytes written; 0 means that there is nothing to send, given room for 13 bytes
   */
  int transmit(long now, ByteBuffer out);

  /** Whether {@link #transmit} has something to write. */
  boolean hasOutput();

  /** Whether {@link Action.Closed} was queued; something may still wait to be sent. */
  boolean isClosed();
}
