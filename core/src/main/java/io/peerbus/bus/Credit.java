package io.peerbus.bus;

import java.util.ArrayDeque;

/**
 * The credit of one direction of one stream, on the sending side: what may still be sent, and which frames the other
 * side has not given back yet. Credit is counted in {@link StreamFrame#cost}, bytes are what it stands for.
 *
 * <p>Not thread safe, owned by the stream.
 */
public final class Credit {

  /** A grant never lifts the balance above this. A broken receiver could otherwise overflow the sum. */
  public static final long MAX = 1L << 32;

  private final ArrayDeque<Integer> inFlight = new ArrayDeque<>();
  private long available;
  private long returned; // cost that came back but does not cover the first frame in flight yet

  /** Whether a frame of this length may be sent: one may always be, as long as the balance is positive. */
  public boolean allows() {
    return available > 0;
  }

  public long available() {
    return available;
  }

  /** Takes the cost of a DATA frame. The balance may go below zero by one frame, so that no frame is too large. */
  public void spend(int length) {
    available -= StreamFrame.cost(length);
    inFlight.add(length);
  }

  /** The first grant, which gives nothing back. Answers whether the value is sane. */
  public boolean open(long value) {
    if (value < 0 || value > MAX) {
      return false;
    }
    available += value;
    return true;
  }

  /** The bytes of all frames that were not given back, which will not be any more. */
  public int abandon() {
    int bytes = inFlight.stream().mapToInt(Integer::intValue).sum();
    inFlight.clear();
    returned = 0;
    return bytes;
  }

  /**
   * Credit came back.
   *
   * @return the bytes of the frames that it covers, or -1 when more came back than was spent
   */
  public int giveBack(long value) {
    if (value < 0 || value > MAX || available + value > MAX) {
      return -1;
    }
    available += value;
    returned += value;
    int bytes = 0;
    while (!inFlight.isEmpty() && returned >= StreamFrame.cost(inFlight.peek())) {
      int length = inFlight.poll();
      returned -= StreamFrame.cost(length);
      bytes += length;
    }
    return inFlight.isEmpty() && returned > 0 ? -1 : bytes;
  }
}
