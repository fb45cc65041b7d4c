package io.peerbus.gossipsub;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The ids of messages that were accepted, for two minutes: none is delivered twice. Only accepted ones, so that a
 * forged message cannot keep out the honest one whose id it bears.
 *
 * <p>Not thread safe, part of {@link Gossipsub}.
 */
final class SeenCache {

  private final long ttl;
  private final int limit;
  private final Map<MessageId, Long> expiries = new LinkedHashMap<>();

  SeenCache(long ttl, int limit) {
    this.ttl = ttl;
    this.limit = limit;
  }

  boolean contains(MessageId id) {
    return expiries.containsKey(id);
  }

  /** Answers whether it was new. */
  boolean add(long now, MessageId id) {
    if (expiries.putIfAbsent(id, now + ttl) != null) {
      return false;
    }
    if (expiries.size() > limit) {
      removeEldest();
    }
    return true;
  }

  void expire(long now) {
    while (!expiries.isEmpty() && expiries.values().iterator().next() <= now) {
      removeEldest();
    }
  }

  private void removeEldest() {
    Iterator<MessageId> eldest = expiries.keySet().iterator();
    eldest.next();
    eldest.remove();
  }

  /** All with their expiries, the eldest first. */
  Map<MessageId, Long> all() {
    return expiries;
  }

  /** One that an earlier machine has seen; to be told the eldest first. */
  void restore(MessageId id, long expiry) {
    add(expiry - ttl, id);
  }

  int size() {
    return expiries.size();
  }
}
