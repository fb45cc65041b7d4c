package io.peerbus.machine;

import java.util.ArrayDeque;

/**
 * What an owner is yet to be told, in order.
 *
 * <p>Not thread safe, owned by its machine.
 *
 * @param <A> the machine's actions
 */
public final class ActionQueue<A> {

  /**
   * A queue that held more than this at once is not kept. One read of tiny frames makes thousands of actions, and each
   * connection of a crowd that sends such would otherwise go on holding their places, some 200 KiB.
   */
  private static final int USUAL = 256;

  private ArrayDeque<A> queue = new ArrayDeque<>();
  private int peak;

  public void add(A action) {
    queue.add(action);
    peak = Math.max(peak, queue.size());
  }

  /** The next one, or {@code null} when there is none. */
  public A poll() {
    A action = queue.poll();
    if (action == null && peak > USUAL) {
      queue = new ArrayDeque<>();
      peak = 0;
    }
    return action;
  }
}
