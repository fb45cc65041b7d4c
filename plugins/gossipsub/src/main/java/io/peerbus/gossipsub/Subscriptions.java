package io.peerbus.gossipsub;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which peers subscribe to which topics, and which topics we do. Bounded by the topics of each peer; a topic that
 * nobody subscribes to any more leaves nothing behind.
 *
 * <p>Not thread safe, part of {@link Gossipsub}.
 */
final class Subscriptions {

  private final int mostPerPeer;
  private final Set<String> own = new LinkedHashSet<>();
  private final Map<String, Set<PeerState>> subscribers = new LinkedHashMap<>();

  Subscriptions(int mostPerPeer) {
    this.mostPerPeer = mostPerPeer;
  }

  /** Our topics, in the order we joined them. */
  Set<String> own() {
    return own;
  }

  boolean isOwn(String topic) {
    return own.contains(topic);
  }

  /** Answers false when the peer has as many topics as one peer may have. */
  boolean add(PeerState peer, String topic) {
    if (peer.topics.contains(topic)) {
      return true;
    }
    if (peer.topics.size() >= mostPerPeer) {
      return false;
    }
    peer.topics.add(topic);
    subscribers.computeIfAbsent(topic, t -> new LinkedHashSet<>()).add(peer);
    return true;
  }

  void remove(PeerState peer, String topic) {
    if (peer.topics.remove(topic)) {
      forget(peer, topic);
    }
  }

  void removeAll(PeerState peer) {
    peer.topics.forEach(topic -> forget(peer, topic));
    peer.topics.clear();
  }

  private void forget(PeerState peer, String topic) {
    Set<PeerState> peers = subscribers.get(topic);
    peers.remove(peer);
    if (peers.isEmpty()) {
      subscribers.remove(topic);
    }
  }

  /** The subscribers by topic. */
  Map<String, Set<PeerState>> all() {
    return subscribers;
  }

  /** The topic's subscribers in an earlier machine's order; those count whose {@code topics} have it. */
  void restore(String topic, Collection<PeerState> peers) {
    for (PeerState peer : peers) {
      if (peer.topics.contains(topic)) {
        subscribers.computeIfAbsent(topic, t -> new LinkedHashSet<>()).add(peer);
      }
    }
  }

  Collection<PeerState> of(String topic) {
    return subscribers.getOrDefault(topic, Set.of());
  }

  /** Topics that peers subscribe to. */
  int size() {
    return subscribers.size();
  }
}
