package io.peerbus.yamux;

import java.util.ArrayDeque;

/**
 * What the owner of a session is yet to be told; nothing more once the session is over.
 *
 * <p>Not thread safe, owned by its session.
 */
final class Actions {

  /** A queue that held more than this at once is not kept: one read of tiny frames would leave 64 KiB behind. */
  private static final int USUAL = 256;

  private ArrayDeque<Session.Action> queue = new ArrayDeque<>();
  private int peak;
  private boolean closed;

  void add(Session.Action action) {
    if (!closed) {
      queue.add(action);
      peak = Math.max(peak, queue.size());
    }
  }

  /** Adds the last action. */
  void close(Session.Action.Closed action) {
    add(action);
    closed = true;
  }

  Session.Action poll() {
    Session.Action action = queue.poll();
    if (action == null && peak > USUAL) {
      queue = new ArrayDeque<>();
      peak = 0;
    }
    return action;
  }
}
