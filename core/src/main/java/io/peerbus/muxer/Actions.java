package io.peerbus.muxer;

import java.util.ArrayDeque;

/**
 * What the owner of a muxer is yet to be told; nothing more once it is closed.
 *
 * <p>Not thread safe, owned by its muxer.
 */
public final class Actions {

  /** A queue that held more than this at once is not kept: one read of tiny frames would leave 64 KiB behind. */
  private static final int USUAL = 256;

  private ArrayDeque<Muxer.Action> queue = new ArrayDeque<>();
  private int peak;
  private boolean closed;

  public void add(Muxer.Action action) {
    if (!closed) {
      queue.add(action);
      peak = Math.max(peak, queue.size());
    }
  }

  /** Adds the last action. */
  public void close(Muxer.Action.Closed action) {
    add(action);
    closed = true;
  }

  public Muxer.Action poll() {
    Muxer.Action action = queue.poll();
    if (action == null && peak > USUAL) {
      queue = new ArrayDeque<>();
      peak = 0;
    }
    return action;
  }
}
