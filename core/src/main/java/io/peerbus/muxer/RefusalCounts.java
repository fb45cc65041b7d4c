package io.peerbus.muxer;

import java.util.function.Function;

/**
 * What a session has refused since its owner was told, by the limit that forbade it.
 *
 * <p>One read may bring thousands of streams beyond a limit. They are counted, and {@link #tell} makes one action of
 * them for each limit, the same one as before where the number is the same. So a flood of refused streams queues no
 * more actions than there are limits, and leaves no garbage; a session that refuses nothing holds nothing.
 *
 * <p>Not thread safe, owned by its session.
 *
 * @param <L> the limits of the protocol
 */
public final class RefusalCounts<L extends Enum<L>> {

  private static final class Count {
    private final String message;
    private int fresh;
    private Muxer.Action.Refused last;

    Count(String message) {
      this.message = message;
    }
  }

  private final Function<L, String> messages;
  private final Actions actions;
  private Count[] counts; // by the limit's ordinal

  /** {@code messages}: see {@link Muxer.Action.Refused}; asked once for each limit. */
  public RefusalCounts(Function<L, String> messages, Actions actions) {
    this.messages = messages;
    this.actions = actions;
  }

  /** One more. */
  public void add(L limit) {
    if (counts == null) {
      counts = new Count[limit.getDeclaringClass().getEnumConstants().length];
    }
    Count count = counts[limit.ordinal()];
    if (count == null) {
      count = new Count(messages.apply(limit));
      counts[limit.ordinal()] = count;
    }
    count.fresh++;
  }

  /** Queues the actions. To be called at the end of every input that may have refused something. */
  public void tell() {
    if (counts == null) {
      return;
    }
    for (Count count : counts) {
      if (count != null && count.fresh > 0) {
        if (count.last == null || count.last.count() != count.fresh) {
          count.last = new Muxer.Action.Refused(count.message, count.fresh);
        }
        count.fresh = 0;
        actions.add(count.last);
      }
    }
  }

  /** Queues the action of a limit that ends the session, after all others; no effect for an error of another kind. */
  public void tell(ProtocolError end) {
    tell();
    if (end.isLimit()) {
      actions.add(new Muxer.Action.Refused(end.getMessage(), 1));
    }
  }
}
