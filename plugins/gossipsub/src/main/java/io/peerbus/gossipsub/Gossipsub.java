package io.peerbus.gossipsub;

import io.peerbus.gossipsub.PeerState.Link;
import io.peerbus.gossipsub.pb.StateProto;
import io.peerbus.machine.Deadlines;
import io.peerbus.machine.Machine;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Gossipsub 1.1 without scores, peer exchange and extended validators, 1.0 where the peer knows no better, and
 * floodsub as an option (pubsub, gossipsub 1.0 and 1.1 specifications).
 *
 * <p>This class only dispatches. {@link Links} knows the peers and when to open streams; {@link Router}, with
 * {@link Subscriptions}, {@link Mesh}, {@link Fanout} and {@link Gossip}, decides who gets what; {@link Intake} and
 * {@link Publications} hold messages that wait for cryptography; each peer's {@link Outbox} keeps what is to be sent.
 *
 * <p>Not thread safe, owned by its driver. Begins with {@link #start}.
 */
public final class Gossipsub implements Machine<Action> {

  private enum Timer { HEARTBEAT, PACE }

  private final Identity self;
  private final GossipsubOptions options;
  private final Queue<Action> actions = new ArrayDeque<>();
  private final Queue<PeerId> announcements = new ArrayDeque<>();
  private final Deadlines<Timer> deadlines = new Deadlines<>(Timer.class);
  private final Counter.Counts counts = new Counter.Counts();
  private final Links links;
  private final Router router;
  private final Intake intake;
  private final Publications publications;
  private final Set<PeerState> paced = new LinkedHashSet<>();
  private long nextHeartbeat;

  /**
   * @param options copied and checked
   * @param random of the mesh and of gossip
   * @param firstSeqno the sequence number of our first message: the wall clock in nanoseconds, so that it is greater
   *     than any of an earlier life
   */
  public Gossipsub(Identity self, GossipsubOptions options, RandomGenerator random, long firstSeqno) {
    options.check();
    this.self = self;
    this.options = new GossipsubOptions(options);
    links = new Links(new LinkedHashSet<>(protocols()), this.options.getLimits(), actions, announcements);
    router = new Router(this.options, new Choice(random), counts, actions);
    intake = new Intake(self.peer(), this.options, router, counts, actions);
    publications = new Publications(self, this.options, firstSeqno);
  }

  /** The protocol ids to serve and to open streams with, best first. */
  public List<String> protocols() {
    return options.allProtocols();
  }

  public void start(long now) {
    nextHeartbeat = now + options.getFirstHeartbeat().toNanos();
    deadlines.set(Timer.HEARTBEAT, nextHeartbeat);
  }

  /**
   * Everything that another machine, of a newer version of the plugin, needs to go on in this one's place; this one is
   * of no use any more. Every action must have been carried out. Messages of peers may still be waiting for
   * {@link #onVerified}: they go along. Messages of ours that wait for {@link #onSigned} do not.
   */
  public StateProto.State leave(long now) {
    if (!actions.isEmpty()) {
      throw new IllegalStateException(actions.size() + " actions were not carried out");
    }
    return new StateWriter(now, parts()).write(nextHeartbeat);
  }

  /**
   * Goes on in the place of an earlier machine; instead of {@link #start}. After an exception the machine is of no use.
   * What our options do not allow is left out.
   *
   * @param streams those that came along; all others of the earlier machine have ended
   */
  public void restore(long now, StateProto.State state, Streams streams) throws FormatException {
    StateReader reader = new StateReader(now, parts(), state);
    reader.read(options);
    nextHeartbeat = now + Math.min(Math.max(0, state.getHeartbeatIn()), options.getHeartbeat().toNanos());
    deadlines.set(Timer.HEARTBEAT, nextHeartbeat);
    for (PeerState peer : List.copyOf(links.all())) {
      if (peer.inbound && !streams.inbound().contains(peer.id)) {
        onInboundEnded(peer.id);
      }
      if (peer.link == Link.OPEN && !streams.outbound().contains(peer.id)) {
        onOutboundEnded(now, peer.id);
      }
    }
  }

  /** The peers whose stream to us, and to whom a stream of ours, is open. */
  public record Streams(Set<PeerId> inbound, Set<PeerId> outbound) {}

  private StateWriter.Parts parts() {
    return new StateWriter.Parts(links, router, intake, publications, counts);
  }

  // Our own side

  /** Joins a topic; again is no harm. {@link #problemWith} must find nothing wrong with it. */
  public void subscribe(long now, String topic) {
    if (router.join(now, topic)) {
      announce(topic, true);
    }
  }

  public void unsubscribe(long now, String topic) {
    if (router.leave(now, topic)) {
      announce(topic, false);
    }
  }

  /**
   * We are about to stop: tells the peers that we subscribe to nothing. There is no PRUNE, whose backoff would be
   * offended by whoever comes after us with our peer id and does not know of it.
   */
  public void takeLeave() {
    router.subscriptions().own().forEach(topic -> announce(topic, false));
  }

  /** Peers whose stream is not open yet are told all our topics when it is. */
  private void announce(String topic, boolean subscribe) {
    for (PeerState peer : links.all()) {
      if (peer.link == Link.OPEN) {
        peer.outbox.subscription(topic, subscribe);
      }
    }
  }

  /** What is wrong with a topic, or {@code null}. */
  public String problemWith(String topic) {
    return Topics.problem(topic, options.getLimits());
  }

  /**
   * Publishes, to whoever it may concern.
   *
   * @param request named in the answer, {@link Action.Published} or {@link Action.NotPublished}
   */
  public void publish(long now, long request, String topic, byte[] data) {
    String unfit = publications.problemWith(topic, data);
    if (unfit != null) {
      actions.add(new Action.NotPublished(request, Action.Cause.UNFIT, unfit));
    } else if (publications.isFull()) {
      actions.add(new Action.NotPublished(request, Action.Cause.BUSY, "too many messages wait for their signature"));
    } else {
      Message draft = publications.begin(request, topic, data);
      if (options.getPolicy().signs()) {
        actions.add(new Action.Sign(request, draft.signedBytes()));
      }
      publishDone(now);
    }
  }

  /** @param signature or {@code null} when it could not be made */
  public void onSigned(long now, long request, byte[] signature) {
    publications.onSigned(request, signature);
    publishDone(now);
  }

  private void publishDone(long now) {
    for (Publications.Publication done = publications.poll(); done != null; done = publications.poll()) {
      actions.add(done.message() == null
          ? new Action.NotPublished(done.request, Action.Cause.NOT_SIGNED, "the node did not sign it")
          : new Action.Published(done.request, router.publish(now, self.peer(), done.topic, done.message())));
    }
  }

  // Peers and streams

  /** @param dialled whether we made the connection */
  public void onConnected(long now, PeerId id, boolean dialled) {
    links.onConnected(now, id, dialled);
  }

  /** Identify told what a peer is. */
  public void onIdentified(PeerId id, List<String> protocols, String agent) {
    PeerState peer = links.onIdentified(id, protocols, agent);
    if (peer != null) {
      peer.outbox.setPaced(Gossip.matches(agent, options.getPacedAgents()), options.getPacedMessages());
    }
  }

  public void onDisconnected(PeerId id) {
    PeerState peer = links.get(id);
    if (peer != null) {
      links.onDisconnected(peer);
      settle(peer);
    }
  }

  /** A peer opened a stream; one it had before counts no more, and its end is not to be told. */
  public void onInbound(PeerId id, String protocol) {
    links.onInbound(id, protocol);
  }

  /** The peer's stream is over. */
  public void onInboundEnded(PeerId id) {
    PeerState peer = links.get(id);
    if (peer != null) {
      links.onInboundEnded(peer);
      settle(peer);
    }
  }

  /** The answer to {@link Action.Open}: our stream is open; {@link Action.Ready} follows when there is what to say. */
  public void onOpened(long now, PeerId id, String protocol) {
    PeerState peer = links.get(id);
    if (peer != null) {
      links.onOpened(now, peer, protocol);
      peer.outbox.open(peer.kind, router.subscriptions().own());
      router.onReachable(now, peer);
    }
  }

  /** @param unsupported whether the peer answered that it speaks none of our protocols */
  public void onOpenFailed(long now, PeerId id, boolean unsupported) {
    PeerState peer = links.get(id);
    if (peer != null) {
      links.onOpenFailed(now, peer, unsupported);
      settle(peer);
    }
  }

  /** Our stream to the peer is over. */
  public void onOutboundEnded(long now, PeerId id) {
    PeerState peer = links.get(id);
    if (peer != null) {
      links.onEnded(now, peer);
      settle(peer);
    }
  }

  /** Drops what makes no sense any more after a stream or a connection went. */
  private void settle(PeerState peer) {
    if (!peer.isReachable()) {
      peer.outbox.close();
      paced.remove(peer);
      router.onUnreachable(peer);
    }
    if (!peer.inbound) {
      intake.forget(peer);
      router.onSilent(peer);
    }
    links.forget(peer);
  }

  /** The next bytes for our stream to the peer, or {@code null}; to be asked for while the stream takes more. */
  public byte[] next(long now, PeerId id) {
    PeerState peer = links.get(id);
    if (peer == null) {
      return null;
    }
    byte[] frame = peer.outbox.next(now);
    if (frame == null && peer.outbox.isPaced()) {
      paced.add(peer);
      deadlines.set(Timer.PACE, Math.min(deadlines.get(Timer.PACE), peer.outbox.pacedUntil()));
    }
    return frame;
  }

  /** What a peer sent on its stream. */
  public void onRpc(long now, PeerId id, Rpc rpc) {
    PeerState peer = links.get(id);
    if (peer != null) {
      counts.add(Counter.SURPLUS, rpc.surplus());
      rpc.forEach(new Dispatch(now, peer, router, intake));
    }
  }

  /** Whether to read on from a peer; if not, {@link Action.Resume} follows when it is time. */
  public boolean takesMore(PeerId id) {
    PeerState peer = links.get(id);
    return peer == null || intake.takesMore(peer);
  }

  /** The answer to {@link Action.Verify}. */
  public void onVerified(long now, long validation, boolean valid) {
    intake.onVerified(now, validation, valid);
  }

  // Time

  @Override
  public Action poll() {
    Action action = actions.poll();
    if (action != null) {
      return action;
    }
    PeerId ready = announcements.poll();
    return ready == null ? null : new Action.Ready(ready);
  }

  @Override
  public long deadline() {
    return Math.min(deadlines.next(), links.due());
  }

  @Override
  public void onDeadline(long now) {
    for (Timer timer = deadlines.expire(now); timer != null; timer = deadlines.expire(now)) {
      switch (timer) {
        case HEARTBEAT -> heartbeat(now);
        case PACE -> {
          paced.forEach(peer -> peer.outbox.announce());
          paced.clear();
        }
      }
    }
    if (links.due() <= now) {
      links.onDue(now);
    }
  }

  private void heartbeat(long now) {
    long interval = options.getHeartbeat().toNanos();
    nextHeartbeat = Math.max(nextHeartbeat + interval, now + interval / 2); // after a stall, no burst of heartbeats
    deadlines.set(Timer.HEARTBEAT, nextHeartbeat);
    for (PeerState peer : links.all()) {
      router.gossip().heartbeat(now, peer);
      long dropped = peer.outbox.takeDropped();
      if (dropped > 0) {
        actions.add(new Action.Lagging(peer.id, dropped));
      }
    }
    router.heartbeat(now);
  }

  // Questions

  /** Topics we subscribe to, in the order of joining. */
  public List<String> topics() {
    return List.copyOf(router.subscriptions().own());
  }

  /** Peers that subscribe to the topic. */
  public List<PeerId> peers(String topic) {
    return ids(router.subscriptions().of(topic));
  }

  /** Peers with whom we exchange the topic's messages; empty when we do not subscribe to it. */
  public List<PeerId> mesh(String topic) {
    return ids(router.mesh().peers(topic));
  }

  /** Peers that are in the mesh of any topic. */
  public Set<PeerId> meshed() {
    Set<PeerId> meshed = new LinkedHashSet<>();
    router.mesh().topics().forEach(topic -> meshed.addAll(mesh(topic)));
    return meshed;
  }

  private static List<PeerId> ids(Collection<PeerState> peers) {
    return peers.stream().map(peer -> peer.id).toList();
  }

  /** Peers of which we were told that they are connected. */
  public List<PeerId> connected() {
    return ids(links.all().stream().filter(peer -> peer.connected).toList());
  }

  /** Whether nothing is kept of a peer, but for backoffs, which outlast it. */
  boolean isForgotten(PeerId id) {
    return links.get(id) == null && announcements.stream().noneMatch(id::equals);
  }

  public long count(Counter counter) {
    return counts.get(counter);
  }
}
