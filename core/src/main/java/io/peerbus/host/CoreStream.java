package io.peerbus.host;

import io.peerbus.bus.Allowance;
import io.peerbus.bus.Credit;
import io.peerbus.bus.StreamFrame;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * Core's end of a stream on the event bus: joins the credit of a plugin with the window of a peer, both ways.
 *
 * <p>From the peer: bytes go to the plugin as far as its credit reaches and wait here otherwise, at most the Yamux
 * window of them; the window goes back for what the plugin consumed. To the peer: the plugin's credit goes back for
 * what was framed. Owned by its shard's event loop.
 */
final class CoreStream {

  /** Smaller pieces that wait are gathered up to this size, so that a flood of tiny frames stays small. */
  private static final int GATHER = 4096;

  /** What a stream asks of the connection below it. */
  interface Lower {
    void write(Buffer bytes);

    void end();

    void reset(long code);

    void consumed(int bytes);

    /** Bytes came, whatever becomes of them. */
    default void onReceived(int bytes) {}

    /** Bytes begin to wait for the plugin's credit. */
    default void onStalled() {}

    /** The fields of OPEN for it. */
    JsonObject describe();
  }

  private final long id;
  private final Lower lower;
  private final Holding holding;
  private Client client;
  private Consumer<StreamFrame> toPlugin;

  // from the peer to the plugin
  private Credit credit = new Credit();
  private final ArrayDeque<Buffer> waiting = new ArrayDeque<>();
  private Buffer tail; // the last one waiting, as long as more may be appended to it
  private boolean accepted;
  private boolean peerEnded;
  private boolean endDelivered;

  // from the plugin to the peer
  private Allowance allowance = new Allowance();
  private final ArrayDeque<Integer> unframed = new ArrayDeque<>();
  private long unsettled; // bytes still to be framed for a client that has moved the stream away
  private int framed; // bytes of the first unframed one that are framed already
  private boolean pluginEnded;
  private boolean finished;

  CoreStream(long id, Client client, Holding holding, Lower lower, Consumer<StreamFrame> toPlugin) {
    this.id = id;
    this.holding = holding;
    this.client = client;
    this.lower = lower;
    this.toPlugin = toPlugin;
  }

  long id() {
    return id;
  }

  Client client() {
    return client;
  }

  Lower lower() {
    return lower;
  }

  /** What it counts for in its plugin's account; to be closed when nothing can happen on it any more. */
  Holding holding() {
    return holding;
  }

  /**
   * Another client of the plugin goes on with it. What the first has got but not consumed it hands over by itself, so
   * here it counts as consumed; what it has written is framed as ever, but nobody is told any more.
   */
  void moveTo(Client next, Consumer<StreamFrame> to) {
    int unread = credit.abandon();
    unsettled += unframed.stream().mapToLong(Integer::longValue).sum() - framed;
    unframed.clear();
    framed = 0;
    credit = new Credit();
    allowance = new Allowance();
    accepted = false;
    client = next;
    toPlugin = to;
    if (unread > 0) {
      consumed(unread);
    }
  }

  private void consumed(int bytes) {
    holding.remove(bytes);
    lower.consumed(bytes);
  }

  boolean isAccepted() {
    return accepted;
  }

  /** The plugin has the stream and gave its first credit. Answers whether that is in range. */
  boolean accept(long initialCredit) {
    boolean sane = !accepted && credit.open(initialCredit);
    accepted = true;
    if (sane) {
      forward();
    }
    return sane;
  }

  /** Bytes from the peer. */
  void onData(Buffer bytes) {
    lower.onReceived(bytes.length());
    if (!holding.add(bytes.length())) {
      return;
    }
    if (waiting.isEmpty() && accepted) {
      if (credit.allows()) {
        send(bytes);
        return;
      }
      lower.onStalled();
    }
    if (bytes.length() < GATHER) {
      gather(bytes);
    } else {
      tail = null;
      waiting.add(bytes);
    }
  }

  private void gather(Buffer bytes) {
    if (tail == null || tail.length() + bytes.length() > GATHER) {
      tail = Buffer.buffer(GATHER);
      waiting.add(tail);
    }
    tail.appendBuffer(bytes);
  }

  private void send(Buffer bytes) {
    credit.spend(bytes.length());
    toPlugin.accept(StreamFrame.data(id, bytes));
  }

  /** The peer writes no more. */
  void onEnded() {
    peerEnded = true;
    forward();
  }

  /** That many bytes were framed for the peer. */
  void onSent(int bytes) {
    holding.remove(bytes);
    int earlier = (int) Math.min(unsettled, bytes);
    unsettled -= earlier;
    framed += bytes - earlier;
    while (!unframed.isEmpty() && framed >= unframed.peek()) {
      int length = unframed.poll();
      framed -= length;
      allowance.consumed(length);
    }
    long value = allowance.settle(unframed.isEmpty());
    if (value > 0) {
      toPlugin.accept(StreamFrame.credit(id, value));
    }
  }

  /**
   * A frame from the plugin, not OPEN, ACCEPT or RESET.
   *
   * @return {@code null}, or how the plugin broke the contract
   */
  String onFrame(StreamFrame frame) {
    return switch (frame.kind()) {
      case DATA -> onPluginData(frame.payload());
      case CREDIT -> onPluginCredit(frame.value());
      case END -> onPluginEnd();
      default -> frame.kind() + " on an open stream";
    };
  }

  private String onPluginData(Buffer bytes) {
    if (pluginEnded) {
      return "DATA after END";
    }
    if (bytes.length() == 0 || bytes.length() > StreamFrame.MAX_DATA) {
      return "DATA of " + bytes.length() + " bytes, 1 to " + StreamFrame.MAX_DATA + " allowed";
    }
    if (!allowance.onData(bytes.length())) {
      return "DATA beyond the credit";
    }
    if (holding.add(bytes.length())) {
      unframed.add(bytes.length());
      lower.write(bytes);
    }
    return null;
  }

  private String onPluginCredit(long value) {
    int bytes = credit.giveBack(value);
    if (bytes < 0) {
      return "CREDIT of " + value + ", more than was spent";
    }
    if (bytes > 0) {
      consumed(bytes);
    }
    forward();
    return null;
  }

  private String onPluginEnd() {
    if (!pluginEnded) {
      pluginEnded = true;
      lower.end();
    }
    return null;
  }

  private void forward() {
    while (accepted && !waiting.isEmpty() && credit.allows()) {
      Buffer next = waiting.poll();
      if (next == tail) {
        tail = null; // it belongs to the plugin now
      }
      send(next);
    }
    if (accepted && peerEnded && waiting.isEmpty() && !endDelivered) {
      endDelivered = true;
      toPlugin.accept(StreamFrame.end(id));
    }
  }

  /** Both directions ended on the connection; what waits here may still go to the plugin. */
  void onFinished() {
    finished = true;
  }

  /** Whether the plugin has had all and said all: what is still to be sent needs it no more. */
  boolean isLeft() {
    return pluginEnded && endDelivered;
  }

  /** Whether nothing can happen on it any more. */
  boolean isOver() {
    return finished && endDelivered;
  }
}
