package io.peerbus.gossipsub;

import io.peerbus.multiformats.PeerId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The messages of the last heartbeats, one window each: the newer windows are offered by IHAVE, all of them are
 * answered from for IWANT (gossipsub 1.0, "Message Cache").
 *
 * <p>Not thread safe, part of {@link Gossipsub}.
 */
final class MessageCache {

  /** A message with how often each peer got it because it asked. */
  record Entry(Message message, Map<PeerId, Integer> transmissions) {}

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
    if (entries.putIfAbsent(id, new Entry(message, new HashMap<>(0))) != null) {
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

  /** What there is, the newest window first. */
  List<Map<MessageId, Entry>> contents() {
    List<Map<MessageId, Entry>> all = new ArrayList<>();
    for (Deque<MessageId> window : windows) {
      Map<MessageId, Entry> of = new LinkedHashMap<>();
      window.forEach(id -> of.put(id, entries.get(id)));
      all.add(of);
    }
    return all;
  }

  /** Goes on with the {@link #contents} of an earlier machine's; windows and bytes above our limits are left out. */
  void restore(List<Map<MessageId, Entry>> contents) {
    List<Map<MessageId, Entry>> kept = contents.subList(0, Math.min(contents.size(), length));
    for (int i = kept.size() - 1; i >= 0; i--) {
      kept.get(i).forEach((id, entry) -> {
        put(id, entry.message);
        entries.get(id).transmissions.putAll(entry.transmissions);
      });
      if (i > 0) {
        shift();
      }
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
