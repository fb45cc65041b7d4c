package io.peerbus.host;

/**
 * One stream's part of its plugin's {@link Account}: itself, and the bytes that are held for the plugin or that it has
 * not consumed. A plugin tells what it consumed in portions only, so as much of each stream is free of charge.
 *
 * <p>Not thread safe, owned by the stream.
 */
final class Holding {

  /** Bytes of each stream that do not count: what a plugin that reads at once may owe an answer for. */
  static final long FREE = 32 * 1024;

  private final Account account;
  private long held;
  private long counted;
  private boolean exceeded;
  private boolean closed;

  Holding(Account account) {
    this.account = account;
  }

  /** More bytes; answers whether the budget allows them. If it does not, the stream cannot go on. */
  boolean add(int bytes) {
    held += bytes;
    long more = Math.max(0, held - FREE) - counted;
    if (more > 0 && !closed) {
      exceeded |= !account.take(more);
      counted += exceeded ? 0 : more;
    }
    return !exceeded;
  }

  /** They were consumed, or framed for the peer. */
  void remove(long bytes) {
    held -= bytes;
    long fewer = counted - Math.max(0, held - FREE);
    if (fewer > 0) {
      counted -= fewer;
      account.giveBack(fewer);
    }
  }

  boolean isExceeded() {
    return exceeded;
  }

  /** The stream is over. Does no harm a second time. */
  void close() {
    if (!closed) {
      closed = true;
      account.giveBack(counted);
      counted = 0;
      account.close();
    }
  }
}
