package io.peerbus.perf;

import io.peerbus.machine.Machine;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The serving side of one stream: how many bytes are wanted, whatever is uploaded, and then the bytes.
 *
 * <p>Not thread safe, owned by the driver of one stream. Spec: perf/perf.md.
 */
public final class Answer implements Machine<Answer.Action> {

  /** What the owner is to do. */
  public sealed interface Action {
    /** Write so many bytes, telling each part by {@link Answer#onMoved}, and end. */
    record Send(long bytes) implements Action {}

    /** Reset the stream. */
    record Cut(String reason) implements Action {}
  }

  private final PerfOptions options;
  private final Queue<Action> actions = new ArrayDeque<>();
  private final ByteBuffer wanted = ByteBuffer.allocate(Long.BYTES);
  private long uploaded;
  private long deadline;
  private boolean over;

  public Answer(PerfOptions options, long now) {
    this.options = options;
    onMoved(now);
  }

  /** How many of the bytes that say how many are wanted are still to come, 8 to 0. */
  public int missing() {
    return wanted.remaining();
  }

  /** Bytes of the peer; all are consumed. */
  public void onBytes(long now, ByteBuffer in) {
    while (wanted.hasRemaining() && in.hasRemaining()) {
      wanted.put(in.get());
    }
    onUploaded(now, in.remaining());
    in.position(in.limit());
  }

  /** So many bytes came when none are {@link #missing}: what they are is all the same, so nobody need show them. */
  public void onUploaded(long now, int bytes) {
    onMoved(now);
    uploaded += bytes;
    if (uploaded > options.getMaxBytes()) {
      cut("more than " + options.getMaxBytes() + " bytes came");
    }
  }

  /** The peer ended its direction. */
  public void onEnd(long now) {
    onMoved(now);
    long bytes = wanted.getLong(0);
    if (wanted.hasRemaining()) {
      cut("the stream ended before it was said how many bytes are wanted");
    } else if (bytes < 0 || bytes > options.getMaxBytes()) {
      cut(Long.toUnsignedString(bytes) + " bytes are wanted, and at most " + options.getMaxBytes() + " are sent");
    } else if (!over) {
      actions.add(new Action.Send(bytes));
    }
  }

  /** Something was sent or has come. */
  public void onMoved(long now) {
    deadline = over ? NEVER : now + options.getIdleTimeout();
  }

  /** All is sent, or the stream is gone. */
  public void onOver() {
    over = true;
    deadline = NEVER;
  }

  private void cut(String reason) {
    if (!over) {
      onOver();
      actions.add(new Action.Cut("perf: " + reason));
    }
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
    if (deadline <= now) {
      cut("nothing moved for " + options.getIdleTimeout() / 1_000_000 + " ms");
    }
  }
}
