package io.peerbus.gossipsub;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * For topics we publish in without subscribing: the peers we publish to, so that they stay the same for a while
 * (gossipsub 1.0, "Fanout"). Only in use without flood publishing.
 *
 * <p>Not thread safe, part of {@link Gossipsub}.
 */
final class Fanout {

  private static final class Entry {
    final Set<PeerState> peers = new LinkedHashSet<>();
    long expiry;
  }

  private final GossipsubOptions options;
  private final Choice choice;
  private final Subscriptions subscriptions;
  private final Map<String, Entry> topics = new LinkedHashMap<>();

  Fanout(GossipsubOptions options, Choice choice, Subscriptions subscriptions) {
    this.options = options;
    this.choice = choice;
    this.subscriptions = subscriptions;
  }

  /** Whom to send a message to that is published now. Nothing is kept of a topic that nobody subscribes to. */
  Collection<PeerState> publish(long now, String topic) {
    if (subscriptions.of(topic).isEmpty()) {
      return Set.of();
    }
    Entry entry = topics.computeIfAbsent(topic, t -> new Entry());
    entry.expiry = now + options.getFanoutTtl().toNanos();
    fill(topic, entry);
    return entry.peers;
  }

  /** We subscribe to the topic: it leaves the fanout. */
  Collection<PeerState> take(String topic) {
    Entry entry = topics.remove(topic);
    return entry == null ? Set.of() : entry.peers;
  }

  void remove(PeerState peer, String topic) {
    Entry entry = topics.get(topic);
    if (entry != null) {
      entry.peers.remove(peer);
    }
  }

  void removeAll(PeerState peer) {
    topics.values().forEach(entry -> entry.peers.remove(peer));
  }

  void heartbeat(long now) {
    topics.values().removeIf(entry -> entry.expiry <= now);
    topics.forEach(this::fill);
  }

  private void fill(String topic, Entry entry) {
    int missing = options.getD() - entry.peers.size();
    if (missing > 0) {
      Collection<PeerState> candidates = subscriptions.of(topic).stream()
          .filter(peer -> peer.canBeInMesh() && !entry.peers.contains(peer)).toList();
      entry.peers.addAll(choice.of(candidates, missing));
    }
  }

  Collection<String> topics() {
    return topics.keySet();
  }

  /** When the topic is dropped, unless something is published in it before. */
  long expiry(String topic) {
    return topics.get(topic).expiry;
  }

  /** A topic with the peers that an earlier machine had for it. */
  void restore(String topic, long expiry, Collection<PeerState> peers) {
    Entry entry = new Entry();
    entry.expiry = expiry;
    entry.peers.addAll(peers);
    topics.put(topic, entry);
  }

  Collection<PeerState> peers(String topic) {
    Entry entry = topics.get(topic);
    return entry == null ? Set.of() : entry.peers;
  }
}
