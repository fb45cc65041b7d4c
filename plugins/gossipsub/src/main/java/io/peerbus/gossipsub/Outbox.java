package io.peerbus.gossipsub;

import io.peerbus.multiformats.PeerId;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/**
 * What waits to be sent to one peer. Control entries go first and share an RPC with messages; of contradicting ones
 * only the last is kept, so they are few however slow the peer is. Messages are bounded by bytes and by number, and
 * what does not fit is dropped and counted.
 *
 * <p>Pulled by the owner while its stream takes more ({@link #next}), announced to it when there is something.
 * Not thread safe, part of {@link PeerState}.
 */
final class Outbox {

  private final PeerId peer;
  private final GossipsubLimits limits;
  private final Queue<PeerId> announcements;

  private final Map<String, Boolean> subscriptions = new LinkedHashMap<>();
  private final Map<String, Boolean> grafts = new LinkedHashMap<>(); // used as a set
  private final Map<String, Long> prunes = new LinkedHashMap<>();
  private final Map<String, Deque<MessageId>> ihaves = new LinkedHashMap<>();
  private final Deque<MessageId> iwants = new ArrayDeque<>();
  private final Deque<Message> messages = new ArrayDeque<>();
  private long bytes;

  private boolean open;
  private boolean announced;
  private boolean control = true;
  private boolean backoff = true;
  private Pace pace;
  private long dropped;

  /** @param announcements gets the peer when there is something to send and the owner does not know it yet */
  Outbox(PeerId peer, GossipsubLimits limits, Queue<PeerId> announcements) {
    this.peer = peer;
    this.limits = limits;
    this.announcements = announcements;
  }

  /**
   * There is a new stream: everything is told anew.
   *
   * @param kind what the peer speaks on it
   */
  void open(PeerKind kind, Collection<String> topics) {
    open = true;
    announced = false;
    control = kind != PeerKind.FLOODSUB;
    backoff = kind == PeerKind.GOSSIPSUB_1_1;
    subscriptions.clear();
    topics.forEach(topic -> subscriptions.put(topic, true));
    announce();
  }

  /** The stream is gone, and so is what was to go out on it. */
  void close() {
    open = false;
    announced = false;
    subscriptions.clear();
    grafts.clear();
    prunes.clear();
    ihaves.clear();
    iwants.clear();
    messages.clear();
    bytes = 0;
  }

  /** Whether messages to this peer are kept to {@code messages} a second. */
  void setPaced(boolean paced, int messages) {
    if (!paced) {
      pace = null;
    } else if (pace == null) {
      pace = new Pace(messages);
    }
  }

  void subscription(String topic, boolean subscribe) {
    subscriptions.remove(topic); // the order on the wire is the order of events
    subscriptions.put(topic, subscribe);
    announce();
  }

  void graft(String topic) {
    prunes.remove(topic);
    grafts.put(topic, true);
    announce();
  }

  void prune(String topic, long backoffSeconds) {
    grafts.remove(topic);
    prunes.put(topic, backoffSeconds);
    announce();
  }

  /** Replaces an offer that has not gone out: it would only be older. */
  void ihave(String topic, Collection<MessageId> ids) {
    ihaves.put(topic, new ArrayDeque<>(ids));
    announce();
  }

  void iwant(Collection<MessageId> ids) {
    iwants.addAll(ids);
    announce();
  }

  /** Answers whether there was room for it. */
  boolean message(Message message) {
    if (messages.size() >= limits.getMaxQueueMessages() || bytes + message.size() > limits.getMaxQueueBytes()) {
      dropped++;
      return false;
    }
    messages.add(message);
    bytes += message.size();
    announce();
    return true;
  }

  /** Tells the owner, unless it knows. */
  void announce() {
    if (open && !announced) {
      announced = true;
      announcements.add(peer);
    }
  }

  /**
   * The next RPC with its length before it; {@code null} when there is none now. Then the owner is told again when
   * there is, or, where {@link #isPaced()}, has to ask again at {@link #pacedUntil}.
   */
  byte[] next(long now) {
    if (!open) {
      return null;
    }
    RpcWriter rpc = new RpcWriter(limits);
    boolean controlWent = moveSubscriptions(rpc) && moveControl(rpc);
    if (controlWent) {
      moveMessages(now, rpc);
    }
    byte[] frame = rpc.frame();
    announced = frame != null;
    return frame;
  }

  private boolean moveSubscriptions(RpcWriter rpc) {
    return move(subscriptions, (topic, subscribe) -> rpc.subscription(subscribe, topic));
  }

  private boolean moveControl(RpcWriter rpc) {
    if (!control) {
      grafts.clear();
      prunes.clear();
      ihaves.clear();
      iwants.clear();
      return true;
    }
    return move(prunes, (topic, seconds) -> rpc.prune(topic, backoff ? seconds : 0))
        && move(grafts, (topic, always) -> rpc.graft(topic))
        && rpc.iwant(iwants)
        && move(ihaves, rpc::ihave);
  }

  private interface Entry<V> {
    boolean write(String topic, V value);
  }

  private static <V> boolean move(Map<String, V> entries, Entry<V> entry) {
    for (Iterator<Map.Entry<String, V>> left = entries.entrySet().iterator(); left.hasNext();) {
      Map.Entry<String, V> each = left.next();
      if (!entry.write(each.getKey(), each.getValue())) {
        return false;
      }
      left.remove();
    }
    return true;
  }

  private void moveMessages(long now, RpcWriter rpc) {
    while (!messages.isEmpty() && (pace == null || pace.allows(now)) && rpc.message(messages.peek())) {
      bytes -= messages.poll().size();
      if (pace != null) {
        pace.sent(now);
      }
    }
  }

  /** Whether messages wait only because the peer takes no more of them now. */
  boolean isPaced() {
    return open && pace != null && !messages.isEmpty() && !announced;
  }

  long pacedUntil() {
    return pace.next();
  }

  /**
   * All that waits, and when the last messages went where they are paced.
   *
   * @param history nanoseconds, the eldest first
   */
  record Contents(Map<String, Boolean> subscriptions, Collection<String> grafts, Map<String, Long> prunes,
      Map<String, ? extends Collection<MessageId>> ihaves, Collection<MessageId> iwants, Collection<Message> messages,
      long[] history, long dropped) {}

  /** Belongs to the outbox, only to be read. */
  Contents contents() {
    return new Contents(subscriptions, grafts.keySet(), prunes, ihaves, iwants, messages,
        pace == null ? new long[0] : pace.history(), dropped);
  }

  /**
   * Goes on with what an earlier machine's outbox had; messages above our limits are dropped.
   *
   * @param stream whether the stream is open
   * @param kind what the peer speaks on it
   */
  void restore(boolean stream, PeerKind kind, Contents contents) {
    if (stream) {
      open(kind, List.of());
    }
    subscriptions.putAll(contents.subscriptions);
    contents.grafts.forEach(topic -> grafts.put(topic, true));
    prunes.putAll(contents.prunes);
    contents.ihaves.forEach((topic, ids) -> ihaves.put(topic, new ArrayDeque<>(ids)));
    iwants.addAll(contents.iwants);
    dropped = contents.dropped;
    contents.messages.forEach(this::message);
    if (pace != null) {
      Arrays.stream(contents.history).forEach(pace::sent);
    }
  }

  /** Messages dropped since this was last asked. */
  long takeDropped() {
    long count = dropped;
    dropped = 0;
    return count;
  }

  /** Entries of any kind that wait. */
  int size() {
    int offered = ihaves.values().stream().mapToInt(Deque::size).sum();
    return subscriptions.size() + grafts.size() + prunes.size() + offered + iwants.size() + messages.size();
  }
}
