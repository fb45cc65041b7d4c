package io.peerbus.gossipsub;

import io.peerbus.multiformats.PeerId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Until when a peer and we do not graft each other in a topic (gossipsub 1.1, "Prune Backoff").
 *
 * <p>Kept when the peer disconnects, since the peer keeps it too and would punish a GRAFT after a reconnect; bounded
 * by time and by number instead. Not thread safe, part of {@link Mesh}.
 */
final class Backoff {

  private record Entry(long since, long until) {}

  private final long longest;
  private final int limit;
  private final Map<String, Map<PeerId, Entry>> topics = new LinkedHashMap<>();

  /**
   * @param longest nanoseconds
   * @param limit entries of one topic; the oldest give way
   */
  Backoff(long longest, int limit) {
    this.longest = longest;
    this.limit = limit;
  }

  /** Starts a backoff, or renews it; never makes it shorter. */
  void add(long now, String topic, PeerId peer, long nanos) {
    long until = now + Math.max(0, Math.min(nanos, longest));
    Map<PeerId, Entry> entries = topics.computeIfAbsent(topic, t -> new LinkedHashMap<>());
    Entry before = entries.remove(peer);
    entries.put(peer, new Entry(now, before == null ? until : Math.max(until, before.until)));
    if (entries.size() > limit) {
      entries.remove(entries.keySet().iterator().next());
    }
  }

  /** The backoff in nanoseconds that so many seconds on the wire, any 64 bits, stand for. */
  long ofSeconds(long unsigned) {
    long most = longest / 1_000_000_000L;
    return Long.compareUnsigned(unsigned, most) > 0 ? longest : unsigned * 1_000_000_000L;
  }

  boolean isActive(long now, String topic, PeerId peer) {
    Entry entry = entry(topic, peer);
    return entry != null && now < entry.until;
  }

  /** Whether a backoff is active that began less than {@code nanos} ago. */
  boolean isActiveSince(long now, String topic, PeerId peer, long nanos) {
    Entry entry = entry(topic, peer);
    return entry != null && now < entry.until && now - entry.since < nanos;
  }

  private Entry entry(String topic, PeerId peer) {
    Map<PeerId, Entry> entries = topics.get(topic);
    return entries == null ? null : entries.get(peer);
  }

  /** Forgets what ended at least {@code slack} nanoseconds ago. */
  void expire(long now, long slack) {
    for (Iterator<Map<PeerId, Entry>> each = topics.values().iterator(); each.hasNext();) {
      Map<PeerId, Entry> entries = each.next();
      entries.values().removeIf(entry -> now - slack >= entry.until);
      if (entries.isEmpty()) {
        each.remove();
      }
    }
  }

  /** Takes the entries one by one. */
  interface Each {
    void entry(String topic, PeerId peer, long since, long until);
  }

  /** Those of one topic from the oldest on. */
  void forEach(Each each) {
    topics.forEach((topic, entries) ->
        entries.forEach((peer, entry) -> each.entry(topic, peer, entry.since, entry.until)));
  }

  /** An entry of an earlier machine. */
  void restore(String topic, PeerId peer, long since, long until) {
    add(since, topic, peer, until - since);
  }

  int size() {
    return topics.values().stream().mapToInt(Map::size).sum();
  }
}
