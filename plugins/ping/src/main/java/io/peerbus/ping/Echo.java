package io.peerbus.ping;

import io.peerbus.machine.Deadlines;
import io.peerbus.machine.Machine;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;

/**
 * Answers the pings on one stream: every whole block of 32 bytes goes back, never a part of one.
 *
 * <p>A peer may end its direction right behind its ping and read afterwards, as js does; its last block is answered
 * all the same. The owner does not read on while an answer cannot be written, so a flood is held up by its own
 * answers; then nothing comes in here and the idle time runs out.
 *
 * <p>Not thread safe, owned by the driver of one stream. Spec: ping/ping.md.
 */
public final class Echo implements Machine<Echo.Action> {

  /** What the owner is to do. */
  public sealed interface Action {
    /** Write these bytes, one or more whole blocks. */
    record Send(ByteBuffer blocks) implements Action {}

    /** End our direction behind what was written. */
    record End() implements Action {}

    /** Reset the stream. */
    record Cut(String reason) implements Action {}
  }

  /** The length of a ping. */
  public static final int BLOCK = 32;

  private enum Timer {
    BLOCK,
    IDLE
  }

  private final PingOptions options;
  private final Deadlines<Timer> deadlines = new Deadlines<>(Timer.class);
  private final Queue<Action> actions = new ArrayDeque<>();
  private final byte[] partial = new byte[BLOCK];
  private int held;
  private boolean over;

  public Echo(PingOptions options, long now) {
    this.options = options;
    deadlines.set(Timer.IDLE, now + options.getInboundIdleTimeout());
  }

  @Override
  public Action poll() {
    return actions.poll();
  }

  @Override
  public long deadline() {
    return deadlines.next();
  }

  @Override
  public void onDeadline(long now) {
    Timer due = deadlines.expire(now);
    if (due != null) {
      over();
      actions.add(new Action.Cut(due == Timer.BLOCK
          ? "ping: " + held + " of " + BLOCK + " bytes came in time" : "ping: no whole block came in time"));
    }
  }

  /** Bytes of the peer; all of {@code in} is consumed. */
  public void onBytes(long now, ByteBuffer in) {
    if (over || !in.hasRemaining()) {
      return;
    }
    int whole = (held + in.remaining()) / BLOCK * BLOCK;
    if (whole > 0) {
      ByteBuffer blocks = ByteBuffer.allocate(whole);
      blocks.put(partial, 0, held);
      int rest = in.remaining() - blocks.remaining();
      in.limit(in.limit() - rest);
      blocks.put(in);
      in.limit(in.limit() + rest);
      held = 0;
      deadlines.clear(Timer.BLOCK);
      deadlines.set(Timer.IDLE, now + options.getInboundIdleTimeout());
      actions.add(new Action.Send(blocks.flip()));
    }
    if (in.hasRemaining()) {
      int count = in.remaining();
      in.get(partial, held, count);
      held += count;
      if (!deadlines.isSet(Timer.BLOCK)) {
        deadlines.set(Timer.BLOCK, now + options.getBlockTimeout());
      }
    }
  }

  /** The beginning of a block that is not whole yet: what another echo for this stream has to be given first. */
  public ByteBuffer partial() {
    return ByteBuffer.wrap(Arrays.copyOf(partial, held));
  }

  /** The peer ended its direction. A block that is not whole is not answered. */
  public void onEnd() {
    if (!over) {
      over();
      actions.add(new Action.End());
    }
  }

  private void over() {
    over = true;
    deadlines.clearAll();
  }
}
