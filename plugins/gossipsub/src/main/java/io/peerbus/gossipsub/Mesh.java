package io.peerbus.gossipsub;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * For each topic of ours the peers with whom we exchange full messages, and the rules by which they come and go
 * (gossipsub 1.0, "Control Messages"; 1.1, "Prune Backoff").
 *
 * <p>Differs from the specification in one thing: a peer that subscribes while the mesh is small is grafted at once
 * and not at the next heartbeat. In a network of two or three nodes the first message would be lost otherwise, and
 * py-libp2p, whose heartbeat may be minutes away, would forward nothing until then.
 *
 * <p>Not thread safe, part of {@link Gossipsub}.
 */
final class Mesh {

  private final GossipsubOptions options;
  private final Choice choice;
  private final Subscriptions subscriptions;
  private final Counter.Counts counts;
  private final Backoff backoff;
  private final long slack;
  private final Map<String, Set<PeerState>> topics = new LinkedHashMap<>();

  Mesh(GossipsubOptions options, Choice choice, Subscriptions subscriptions, Counter.Counts counts) {
    this.options = options;
    this.choice = choice;
    this.subscriptions = subscriptions;
    this.counts = counts;
    this.backoff = new Backoff(options.getMaxBackoff().toNanos(), options.getLimits().getMaxBackoffs());
    this.slack = options.getHeartbeat().toNanos();
  }

  Collection<String> topics() {
    return topics.keySet();
  }

  /** Empty for a topic we do not subscribe to. */
  Set<PeerState> peers(String topic) {
    return topics.getOrDefault(topic, Set.of());
  }

  /** We subscribe: those whom we published to before come first, then chance decides. */
  void join(long now, String topic, Collection<PeerState> preferred) {
    topics.put(topic, new LinkedHashSet<>());
    preferred.stream().filter(peer -> mayGraft(now, peer, topic)).limit(options.getD())
        .forEach(peer -> graft(peer, topic));
    fill(now, topic);
  }

  /** We unsubscribe. */
  void leave(long now, String topic) {
    Set<PeerState> peers = topics.remove(topic);
    if (peers != null) {
      peers.forEach(peer -> prune(now, peer, topic, options.getUnsubscribeBackoff().toNanos()));
    }
  }

  /** A peer subscribed, or its stream is open now. */
  void consider(long now, PeerState peer, String topic) {
    Set<PeerState> peers = topics.get(topic);
    if (peers != null && peers.size() < options.getDLow() && mayGraft(now, peer, topic)) {
      graft(peer, topic);
    }
  }

  void remove(PeerState peer, String topic) {
    Set<PeerState> peers = topics.get(topic);
    if (peers != null) {
      peers.remove(peer);
    }
  }

  void removeAll(PeerState peer) {
    topics.values().forEach(peers -> peers.remove(peer));
  }

  void onGraft(long now, PeerState peer, String topic) {
    Set<PeerState> peers = topics.get(topic);
    if (peers == null || !subscriptions.add(peer, topic)) {
      return; // an answer, or anything kept, for a topic of the peer's invention would be its weapon (CVE-2026-95859)
    }
    if (peers.contains(peer)) {
      return;
    }
    if (backoff.isActive(now, topic, peer.id)) {
      offend(now, peer, topic);
      refuse(now, peer, topic);
    } else if (!peer.canBeInMesh() || peers.size() >= options.getDHigh() && !peer.dialled) {
      refuse(now, peer, topic);
    } else {
      peers.add(peer);
    }
  }

  private void offend(long now, PeerState peer, String topic) {
    int weight = backoff.isActiveSince(now, topic, peer.id, options.getGraftFloodThreshold().toNanos()) ? 2 : 1;
    peer.offences += weight;
    counts.add(Counter.OFFENCE, weight);
  }

  private void refuse(long now, PeerState peer, String topic) {
    counts.add(Counter.GRAFT_REFUSED);
    prune(now, peer, topic, options.getPruneBackoff().toNanos());
  }

  /** @param seconds unsigned; 0 for none, as gossipsub 1.0 has it */
  void onPrune(long now, PeerState peer, String topic, long seconds) {
    Set<PeerState> peers = topics.get(topic);
    if (peers == null) {
      return;
    }
    peers.remove(peer);
    long nanos = seconds == 0 ? options.getPruneBackoff().toNanos() : backoff.ofSeconds(seconds);
    backoff.add(now, topic, peer.id, nanos);
  }

  void heartbeat(long now) {
    backoff.expire(now, slack);
    for (String topic : topics.keySet()) {
      Set<PeerState> peers = topics.get(topic);
      if (peers.size() < options.getDLow()) {
        fill(now, topic);
      } else if (peers.size() > options.getDHigh()) {
        for (PeerState peer : choice.of(peers, peers.size() - options.getD())) {
          peers.remove(peer);
          prune(now, peer, topic, options.getPruneBackoff().toNanos());
        }
      }
    }
  }

  private void fill(long now, String topic) {
    List<PeerState> candidates = new ArrayList<>();
    for (PeerState peer : subscriptions.of(topic)) {
      if (mayGraft(now, peer, topic)) {
        candidates.add(peer);
      }
    }
    choice.of(candidates, options.getD() - peers(topic).size()).forEach(peer -> graft(peer, topic));
  }

  /** The slack makes up for clocks that do not run alike: the peer must not see us come too early. */
  private boolean mayGraft(long now, PeerState peer, String topic) {
    return peer.canBeInMesh() && !peers(topic).contains(peer) && !backoff.isActive(now - slack, topic, peer.id);
  }

  private void graft(PeerState peer, String topic) {
    peers(topic).add(peer);
    peer.outbox.graft(topic);
  }

  private void prune(long now, PeerState peer, String topic, long nanos) {
    backoff.add(now, topic, peer.id, nanos);
    peer.outbox.prune(topic, Math.max(1, (nanos + 999_999_999L) / 1_000_000_000L));
  }

  int backoffs() {
    return backoff.size();
  }

  Backoff backoff() {
    return backoff;
  }

  /** A topic of ours with the peers that an earlier machine had for it: nobody is told. */
  void restore(String topic, Collection<PeerState> peers) {
    topics.put(topic, new LinkedHashSet<>(peers));
  }
}
