package io.peerbus.muxer;

import io.peerbus.muxer.Muxer.Action;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/** What holds for the actions of any muxer, whatever the other side sends. */
public final class ActionRules {

  private final int remoteParity;
  private final Map<Integer, Life> streams = new HashMap<>();
  private final Set<Integer> openedByRemote = new HashSet<>();
  private final IntUnaryOperator unreadBound;
  private boolean closed;

  private static final class Life {
    private long written;
    private long sent;
    private long unread;
    private boolean ended;
    private boolean remoteEnded;
  }

  /** @param unreadBound by stream, the most that may be unread of it, or -1 when it is not known any more */
  public ActionRules(boolean dialer, IntUnaryOperator unreadBound) {
    this.remoteParity = dialer ? 0 : 1;
    this.unreadBound = unreadBound;
  }

  /** We did these. */
  void opened(int stream) {
    check(streams.put(stream, new Life()) == null && (stream & 1) != remoteParity, "bad id " + stream);
  }

  void wrote(int stream, int bytes) {
    Life life = streams.get(stream);
    if (life != null && !life.ended) {
      life.written += bytes;
    }
  }

  void ended(int stream) {
    Life life = streams.get(stream);
    if (life != null) {
      life.ended = true;
    }
  }

  void reset(int stream) {
    streams.remove(stream);
  }

  void consumed(int stream, int bytes) {
    Life life = streams.get(stream);
    if (life != null) {
      life.unread -= bytes;
    }
  }

  /** The muxer told this. */
  public void told(Action action) {
    check(!closed, "after the end: " + action);
    if (action instanceof Action.Opened opened) {
      int id = opened.stream();
      check(id != 0 && (id & 1) == remoteParity && openedByRemote.add(id), "bad id: " + action);
      streams.put(id, new Life());
    } else if (action instanceof Action.Received received) {
      Life life = live(received.stream(), action);
      int size = received.data().remaining();
      check(size > 0 && !life.remoteEnded, "not in its time: " + action);
      life.unread += size;
      int bound = unreadBound.applyAsInt(received.stream());
      check(bound == -1 || life.unread <= bound, "beyond the bound of " + bound + ": " + action);
    } else if (action instanceof Action.Ended ended) {
      Life life = live(ended.stream(), action);
      check(!life.remoteEnded, "twice: " + action);
      life.remoteEnded = true;
    } else if (action instanceof Action.Sent sent) {
      Life life = live(sent.stream(), action);
      life.sent += sent.bytes();
      check(sent.bytes() > 0 && life.sent <= life.written, "more than written: " + action);
    } else if (action instanceof Action.Finished finished) {
      Life life = live(finished.stream(), action);
      check(life.ended && life.remoteEnded && life.sent == life.written, "too early: " + action);
      streams.remove(finished.stream());
    } else if (action instanceof Action.Reset reset) {
      live(reset.stream(), action);
      streams.remove(reset.stream());
    } else if (action instanceof Action.Overrun overrun) {
      live(overrun.stream(), action);
      streams.remove(overrun.stream());
    } else if (action instanceof Action.Refused refused) {
      check(refused.count() > 0 && refused.message().matches("(yamux|mplex)\\.[a-zA-Z]+: .+"), "bad: " + action);
    } else {
      closed = action instanceof Action.Closed;
    }
  }

  private Life live(int stream, Action action) {
    Life life = streams.get(stream);
    check(life != null, "no such stream: " + action);
    return life;
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
