package io.peerbus.gossipsub;

import io.peerbus.multiformats.PeerId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;

/**
 * Where messages go: to our subscribers, to the mesh, to the fanout, or to everyone who subscribes.
 *
 * <p>Not thread safe, part of {@link Gossipsub}.
 */
final class Router {

  private final GossipsubOptions options;
  private final Choice choice;
  private final Counter.Counts counts;
  private final Queue<Action> actions;
  private final boolean floodsub;

  private final Subscriptions subscriptions;
  private final Mesh mesh;
  private final Fanout fanout;
  private final Gossip gossip;
  private final SeenCache seen;
  private final MessageCache cache;

  Router(GossipsubOptions options, Choice choice, Counter.Counts counts, Queue<Action> actions) {
    GossipsubLimits limits = options.getLimits();
    this.options = options;
    this.choice = choice;
    this.counts = counts;
    this.actions = actions;
    this.floodsub = options.allProtocols().stream().anyMatch(each -> PeerKind.of(each) == PeerKind.FLOODSUB);
    subscriptions = new Subscriptions(limits.getMaxTopicsPerPeer());
    mesh = new Mesh(options, choice, subscriptions, counts);
    fanout = new Fanout(options, choice, subscriptions);
    seen = new SeenCache(options.getSeenTtl().toNanos(), limits.getMaxSeen());
    cache = new MessageCache(options.getHistoryLength(), options.getHistoryGossip(), limits.getMaxCacheBytes());
    gossip = new Gossip(options, choice, cache, counts);
  }

  Subscriptions subscriptions() {
    return subscriptions;
  }

  Mesh mesh() {
    return mesh;
  }

  Fanout fanout() {
    return fanout;
  }

  SeenCache seen() {
    return seen;
  }

  MessageCache cache() {
    return cache;
  }

  Gossip gossip() {
    return gossip;
  }

  boolean hasSeen(MessageId id) {
    return seen.contains(id);
  }

  /** Answers whether it is new to us. */
  boolean join(long now, String topic) {
    if (!subscriptions.own().add(topic)) {
      return false;
    }
    mesh.join(now, topic, fanout.take(topic));
    return true;
  }

  boolean leave(long now, String topic) {
    if (!subscriptions.own().remove(topic)) {
      return false;
    }
    mesh.leave(now, topic);
    return true;
  }

  void onSubscribe(long now, PeerState peer, String topic) {
    if (subscriptions.add(peer, topic)) {
      mesh.consider(now, peer, topic);
    } else {
      counts.add(Counter.SURPLUS);
    }
  }

  void onUnsubscribe(PeerState peer, String topic) {
    subscriptions.remove(peer, topic);
    mesh.remove(peer, topic);
    fanout.remove(peer, topic);
  }

  /** Our stream to the peer is open. */
  void onReachable(long now, PeerState peer) {
    peer.topics.forEach(topic -> mesh.consider(now, peer, topic));
  }

  /** Nothing we send arrives at the peer. */
  void onUnreachable(PeerState peer) {
    mesh.removeAll(peer);
    fanout.removeAll(peer);
  }

  /** The peer can no longer tell us what it wants. */
  void onSilent(PeerState peer) {
    subscriptions.removeAll(peer);
    onUnreachable(peer);
  }

  /** A message is valid: delivers and forwards it, unless another copy was faster. */
  void accept(long now, Validations.Pending checked) {
    Message message = checked.message;
    if (!seen.add(now, checked.id)) {
      counts.add(Counter.DUPLICATE);
      return;
    }
    counts.add(Counter.ACCEPTED);
    cache.put(checked.id, message);
    Set<PeerState> targets = new LinkedHashSet<>();
    for (String topic : message.topics()) {
      if (subscriptions.isOwn(topic)) {
        actions.add(new Action.Deliver(topic, message, checked.id, checked.source.id));
        targets.addAll(mesh.peers(topic));
        targets.addAll(floodsub(topic));
      }
    }
    targets.remove(checked.source);
    targets.removeAll(checked.alsoFrom);
    targets.removeIf(peer -> peer.id.equals(message.author()));
    send(message, targets);
  }

  /** Sends a message of ours. */
  PublishResult publish(long now, PeerId self, String topic, Message message) {
    MessageId id = options.schemeOf(topic).idOf(message);
    int subscribers = subscriptions.of(topic).size();
    if (!seen.add(now, id)) {
      return new PublishResult(id, List.of(), subscribers, "a message with this id was sent within the last "
          + options.getSeenTtl().toSeconds() + " s: peers would take it for a duplicate");
    }
    counts.add(Counter.PUBLISHED);
    cache.put(id, message);
    if (options.isEmitSelf() && subscriptions.isOwn(topic)) {
      actions.add(new Action.Deliver(topic, message, id, self));
    }
    Collection<PeerState> targets = targets(now, topic);
    List<PeerId> reached = send(message, targets);
    return new PublishResult(id, reached, subscribers, reached.isEmpty() ? whyNobody(topic, targets) : null);
  }

  private Collection<PeerState> targets(long now, String topic) {
    if (options.isFloodPublish()) {
      return subscriptions.of(topic).stream().filter(PeerState::isReachable).toList();
    }
    Set<PeerState> targets = new LinkedHashSet<>();
    if (subscriptions.isOwn(topic)) {
      targets.addAll(mesh.peers(topic));
      if (targets.size() < options.getD()) { // a mesh that is small because of backoffs must not swallow our message
        List<PeerState> others = subscriptions.of(topic).stream()
            .filter(peer -> peer.canBeInMesh() && !targets.contains(peer)).toList();
        targets.addAll(choice.of(others, options.getD() - targets.size()));
      }
    } else {
      targets.addAll(fanout.publish(now, topic));
    }
    targets.addAll(floodsub(topic));
    return targets;
  }

  private Collection<PeerState> floodsub(String topic) {
    if (!floodsub) {
      return List.of();
    }
    return subscriptions.of(topic).stream()
        .filter(peer -> peer.kind == PeerKind.FLOODSUB && peer.isReachable()).toList();
  }

  private String whyNobody(String topic, Collection<PeerState> targets) {
    if (!targets.isEmpty()) {
      return "none of " + targets.size() + " peers reads fast enough: their queues are full";
    }
    if (subscriptions.of(topic).isEmpty()) {
      return "no connected peer subscribes to " + topic;
    }
    return "no stream is open to any of the " + subscriptions.of(topic).size() + " subscribers";
  }

  private List<PeerId> send(Message message, Collection<PeerState> targets) {
    List<PeerId> reached = new ArrayList<>();
    for (PeerState peer : targets) {
      if (peer.outbox.message(message)) {
        counts.add(Counter.SENT);
        reached.add(peer.id);
      } else {
        counts.add(Counter.DROPPED);
      }
    }
    return reached;
  }

  void heartbeat(long now) {
    seen.expire(now);
    mesh.heartbeat(now);
    fanout.heartbeat(now);
    mesh.topics().forEach(topic -> gossip.offer(topic, outside(topic, mesh.peers(topic))));
    fanout.topics().forEach(topic -> gossip.offer(topic, outside(topic, fanout.peers(topic))));
    cache.shift();
  }

  private List<PeerState> outside(String topic, Collection<PeerState> inside) {
    return subscriptions.of(topic).stream().filter(peer -> peer.canBeInMesh() && !inside.contains(peer)).toList();
  }
}
