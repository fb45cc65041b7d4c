package io.peerbus.gossipsub;

import io.peerbus.multiformats.PeerId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * The messages of the last heartbeats, one window each: the newer windows are offered by IHAVE, all of them are
 * answered from for IWANT (gossipsub 1.0, "Message Cache").
 *
 * <p>Not thread safe, part of {@link Gossipsub}.
 */
final class MessageCache {

  private static final class Entry {
    final Message message;
    final Map<PeerId, Integer> transmissions = new HashMap<>(0);

    Entry(Message message) {
      this.message = message;
    }
  }

  private final int length;
  private final int gossip;
  private final long limit;
  private final Map<MessageId, Entry> entries = new HashMap<>();
  private final Deque<Deque<MessageId>> windows = new ArrayDeque<>();
  private long bytes;

  MessageCache(int length, int gossip, long limit) {
    this.length = length;
    this.gossip = gossip;
    this.limit = limit;
    windows.addFirst(new ArrayDeque<>());
  }

  void put(MessageId id, Message message) {
    if (entries.putIfAbsent(id, new Entry(message)) != null) {
      return;
    }
    windows.peekFirst().add(id);
    bytes += cost(message);
    while (bytes > limit && entries.size() > 1) {
      evictEldest();
    }
  }

  private void evictEldest() {
    for (Iterator<Deque<MessageId>> oldest = windows.descendingIterator(); oldest.hasNext();) {
      MessageId eldest = oldest.next().poll();
      if (eldest != null) {
        remove(eldest);
        return;
      }
    }
  }

  /** Small messages weigh more in memory than on the wire. */
  private static long cost(Message message) {
    return message.size() + 400L;
  }

  boolean contains(MessageId id) {
    return entries.containsKey(id);
  }

  /** The message for a peer that asks for it; {@code null} when it is gone or the peer had it so often already. */
  Message transmit(MessageId id, PeerId peer, int most) {
    Entry entry = entries.get(id);
    if (entry == null || entry.transmissions.getOrDefault(peer, 0) >= most) {
      return null;
    }
    entry.transmissions.merge(peer, 1, Integer::sum);
    return entry.message;
  }

  /** The ids to offer, newest window first. */
  List<MessageId> gossipIds(String topic) {
    List<MessageId> ids = new ArrayList<>();
    int window = 0;
    for (Deque<MessageId> of : windows) {
      if (window++ == gossip) {
        break;
      }
      for (MessageId id : of) {
        if (entries.get(id).message.topics().contains(topic)) {
          ids.add(id);
        }
      }
    }
    return ids;
  }

  /** A heartbeat has passed: begins a new window and drops the oldest. */
  void shift() {
    windows.addFirst(new ArrayDeque<>());
    if (windows.size() > length) {
      windows.removeLast().forEach(this::remove);
    }
  }

  private void remove(MessageId id) {
    bytes -= cost(entries.remove(id).message);
  }

  int size() {
    return entries.size();
  }

  /** What its messages take, roughly. */
  long bytes() {
    return bytes;
  }
}
