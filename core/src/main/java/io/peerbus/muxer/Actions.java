package io.peerbus.muxer;

import io.peerbus.machine.ActionQueue;

/**
 * What the owner of a muxer is yet to be told; nothing more once it is closed.
 *
 * <p>Not thread safe, owned by its muxer.
 */
public final class Actions {

  private final ActionQueue<Muxer.Action> queue = new ActionQueue<>();
  private boolean closed;

  public void add(Muxer.Action action) {
    if (!closed) {
      queue.add(action);
    }
  }

  /** Adds the last action. */
  public void close(Muxer.Action.Closed action) {
    add(action);
    closed = true;
  }

  public Muxer.Action poll() {
    return queue.poll();
  }
}
