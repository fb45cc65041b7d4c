package io.peerbus.bus;

/**
 * The credit of one direction of one stream, on the receiving side: what the other side may still send, and what it
 * is owed. Credit goes back in portions, not for every frame.
 *
 * <p>Not thread safe, owned by the stream.
 */
public final class Allowance {

  /** The credit a stream starts with: Yamux's window, and room for the overhead of some hundred frames. */
  public static final long INITIAL = (256 + 32) * 1024L;

  /** What may be owed before it is given back. */
  static final long PORTION = 32 * 1024L;

  private long balance = INITIAL;
  private long owed;

  /** A DATA frame came. Answers whether its sender was allowed to send it. */
  public boolean onData(int length) {
    boolean allowed = balance > 0;
    balance -= StreamFrame.cost(length);
    return allowed;
  }

  /** A frame of this length was consumed. */
  public void consumed(int length) {
    owed += StreamFrame.cost(length);
  }

  /**
   * What to give back now, 0 for nothing yet.
   *
   * @param idle nothing is left to consume, so that nothing will bring the portion up to its size
   */
  public long settle(boolean idle) {
    if (owed == 0 || !idle && owed < PORTION) {
      return 0;
    }
    long value = owed;
    owed = 0;
    balance += value;
    return value;
  }
}
