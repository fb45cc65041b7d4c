package io.peerbus.gossipsub;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.peerbus.gossipsub.pb.StateProto;
import io.peerbus.multiformats.PeerId;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Writes down what a machine knows, for the one that goes on in its place. The other half is {@link StateReader}. */
final class StateWriter {

  /** The parts of a machine that know something. */
  record Parts(Links links, Router router, Intake intake, Publications publications, Counter.Counts counts) {}

  private final long now;
  private final Parts parts;
  private final StateProto.State.Builder state = StateProto.State.newBuilder();
  private final Map<PeerState, Integer> peers = new IdentityHashMap<>();
  private final Map<Message, Integer> messages = new IdentityHashMap<>();

  StateWriter(long now, Parts parts) {
    this.now = now;
    this.parts = parts;
  }

  StateProto.State write(long nextHeartbeat) {
    state.setNextSeqno(parts.publications().nextSeqno()).setHeartbeatIn(nextHeartbeat - now);
    parts.links().all().forEach(peer -> add(peer, false));
    router(parts.router());
    for (Validations.Pending each : parts.intake().pending()) {
      pending(each);
    }
    for (Counter counter : Counter.values()) {
      state.putCounts(counter.name(), parts.counts().get(counter));
    }
    return state.build();
  }

  private void router(Router router) {
    Subscriptions subscriptions = router.subscriptions();
    state.addAllTopics(subscriptions.own());
    subscriptions.all().forEach((topic, of) -> state.addSubscribers(peersOf(topic, of)));
    router.mesh().topics().forEach(topic -> state.addMesh(peersOf(topic, router.mesh().peers(topic))));
    Fanout fanout = router.fanout();
    fanout.topics().forEach(topic ->
        state.addFanout(peersOf(topic, fanout.peers(topic)).setEndsIn(fanout.expiry(topic) - now)));
    router.mesh().backoff().forEach((topic, peer, since, until) -> state.addBackoffs(StateProto.Backoff.newBuilder()
        .setTopic(topic).setPeer(bytes(peer)).setSinceAgo(now - since).setEndsIn(until - now)));
    router.seen().all().forEach((id, expiry) -> state.addSeen(seen(id, expiry)));
    router.cache().contents().forEach(this::window);
  }

  private void window(Map<MessageId, MessageCache.Entry> entries) {
    StateProto.Window.Builder window = StateProto.Window.newBuilder();
    entries.forEach((id, entry) -> {
      StateProto.Cached.Builder cached = StateProto.Cached.newBuilder()
          .setId(bytes(id)).setMessage(place(entry.message()));
      entry.transmissions().forEach((peer, count) -> cached.addTransmissions(
          StateProto.Transmission.newBuilder().setPeer(bytes(peer)).setCount(count)));
      window.addMessages(cached);
    });
    state.addCache(window);
  }

  /** Who gets no copy because it has one, and has left since, does not matter any more. */
  private void pending(Validations.Pending each) {
    StateProto.Pending.Builder pending = StateProto.Pending.newBuilder();
    Integer source = peers.get(each.source);
    pending.setPeer(source == null ? add(each.source, true) : source).setMessage(place(each.message));
    each.alsoFrom.stream().filter(peers::containsKey).forEach(peer -> pending.addAlsoFrom(peers.get(peer)));
    state.addPending(pending);
  }

  private int add(PeerState peer, boolean gone) {
    StateProto.Peer.Builder written = StateProto.Peer.newBuilder()
        .setId(bytes(peer.id)).setGone(gone)
        .setConnected(peer.connected).setDialled(peer.dialled).setInbound(peer.inbound)
        .setLink(StateProto.Peer.Link.valueOf(peer.link.name()))
        .setDueIn(peer.due - now).setOpenedAgo(now - peer.openedAt).setFailures(peer.failures)
        .setProtocol(peer.kind.example()).setAgent(peer.agent)
        .addAllTopics(peer.topics)
        .setIhaves(peer.ihaves).setAsked(peer.asked).setOffences(peer.offences)
        .setOutbox(outbox(peer.outbox.contents()));
    peer.askedIds.forEach((id, expiry) -> written.addAskedIds(seen(id, expiry)));
    peers.put(peer, state.getPeersCount());
    state.addPeers(written);
    return state.getPeersCount() - 1;
  }

  private StateProto.Outbox outbox(Outbox.Contents contents) {
    StateProto.Outbox.Builder outbox = StateProto.Outbox.newBuilder()
        .addAllGrafts(contents.grafts()).addAllIwants(bytes(contents.iwants())).setDropped(contents.dropped());
    contents.subscriptions().forEach((topic, subscribe) -> outbox.addSubscriptions(
        StateProto.Subscription.newBuilder().setTopic(topic).setSubscribe(subscribe)));
    contents.prunes().forEach((topic, seconds) -> outbox.addPrunes(
        StateProto.PruneOf.newBuilder().setTopic(topic).setSeconds(seconds)));
    contents.ihaves().forEach((topic, ids) -> outbox.addIhaves(
        StateProto.Offer.newBuilder().setTopic(topic).addAllIds(bytes(ids))));
    contents.messages().forEach(message -> outbox.addMessages(place(message)));
    for (long time : contents.history()) {
      outbox.addPacedAgo(now - time);
    }
    return outbox.build();
  }

  private StateProto.PeersOf.Builder peersOf(String topic, Collection<PeerState> of) {
    StateProto.PeersOf.Builder written = StateProto.PeersOf.newBuilder().setTopic(topic);
    of.forEach(peer -> written.addPeers(peers.get(peer)));
    return written;
  }

  private int place(Message message) {
    return messages.computeIfAbsent(message, m -> {
      state.addMessages(UnsafeByteOperations.unsafeWrap(m.bytes()));
      return state.getMessagesCount() - 1;
    });
  }

  private StateProto.Seen seen(MessageId id, long expiry) {
    return StateProto.Seen.newBuilder().setId(bytes(id)).setEndsIn(expiry - now).build();
  }

  private static List<ByteString> bytes(Collection<MessageId> ids) {
    return ids.stream().map(StateWriter::bytes).toList();
  }

  private static ByteString bytes(MessageId id) {
    return UnsafeByteOperations.unsafeWrap(id.bytes());
  }

  private static ByteString bytes(PeerId peer) {
    return UnsafeByteOperations.unsafeWrap(peer.toBytes());
  }
}
