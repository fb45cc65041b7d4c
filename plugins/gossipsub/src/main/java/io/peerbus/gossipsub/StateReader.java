package io.peerbus.gossipsub;

import com.google.protobuf.ByteString;
import io.peerbus.gossipsub.PeerState.Link;
import io.peerbus.gossipsub.pb.StateProto;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives a fresh machine what {@link StateWriter} has written down. The parts apply their limits to it, which may be
 * others than those it was written under.
 */
final class StateReader {

  private final long now;
  private final StateWriter.Parts parts;
  private final StateProto.State state;
  private final List<PeerState> peers = new ArrayList<>();
  private final List<Message> messages = new ArrayList<>(); // null for one that is too large now

  StateReader(long now, StateWriter.Parts parts, StateProto.State state) {
    this.now = now;
    this.parts = parts;
    this.state = state;
  }

  void read(GossipsubOptions options) throws FormatException {
    GossipsubLimits limits = options.getLimits();
    for (ByteString each : state.getMessagesList()) {
      Message message = each.size() > limits.getMaxMessageSize() ? null : Message.restore(each.toByteArray());
      messages.add(message == null || message.topics().isEmpty() ? null : message);
    }
    parts.publications().restore(state.getNextSeqno());
    for (StateProto.Peer each : state.getPeersList()) {
      PeerId id = PeerId.of(each.getId().toByteArray());
      PeerState peer = each.getGone() ? parts.links().detached(id) : parts.links().restore(id);
      peers.add(peer);
      if (!each.getGone()) {
        peer(peer, each, options);
      }
    }
    router(limits);
    peers.forEach(parts.links()::resume);
    pending(options.getPolicy());
    for (Counter counter : Counter.values()) {
      parts.counts().add(counter, state.getCountsOrDefault(counter.name(), 0));
    }
  }

  private void peer(PeerState peer, StateProto.Peer from, GossipsubOptions options) throws FormatException {
    peer.connected = from.getConnected();
    peer.dialled = from.getDialled();
    peer.inbound = from.getInbound();
    peer.link = link(from.getLink());
    peer.due = now + from.getDueIn();
    peer.openedAt = now - from.getOpenedAgo();
    peer.failures = from.getFailures();
    peer.kind = PeerKind.of(from.getProtocol());
    peer.agent = from.getAgent();
    peer.ihaves = from.getIhaves();
    peer.asked = from.getAsked();
    peer.offences = from.getOffences();
    from.getTopicsList().stream().limit(options.getLimits().getMaxTopicsPerPeer()).forEach(peer.topics::add);
    from.getAskedIdsList().stream().limit(options.getLimits().getMaxAsked())
        .forEach(each -> peer.askedIds.put(id(each.getId()), now + each.getEndsIn()));
    peer.outbox.setPaced(Gossip.matches(peer.agent, options.getPacedAgents()), options.getPacedMessages());
    peer.outbox.restore(peer.link == Link.OPEN, peer.kind, outbox(from.getOutbox()));
  }

  private static Link link(StateProto.Peer.Link link) throws FormatException {
    return switch (link) {
      case NONE -> Link.NONE;
      case WAITING -> Link.WAITING;
      case OPENING -> Link.OPENING;
      case OPEN -> Link.OPEN;
      case UNSUPPORTED -> Link.UNSUPPORTED;
      case UNRECOGNIZED -> throw new FormatException("state: a link of a kind that is not known");
    };
  }

  private Outbox.Contents outbox(StateProto.Outbox from) throws FormatException {
    Map<String, Boolean> subscriptions = new LinkedHashMap<>();
    from.getSubscriptionsList().forEach(each -> subscriptions.put(each.getTopic(), each.getSubscribe()));
    Map<String, Long> prunes = new LinkedHashMap<>();
    from.getPrunesList().forEach(each -> prunes.put(each.getTopic(), each.getSeconds()));
    Map<String, List<MessageId>> ihaves = new LinkedHashMap<>();
    from.getIhavesList().forEach(each -> ihaves.put(each.getTopic(), ids(each.getIdsList())));
    List<Message> waiting = new ArrayList<>();
    for (int place : from.getMessagesList()) {
      Message message = at(messages, place);
      if (message != null) {
        waiting.add(message);
      }
    }
    long[] history = from.getPacedAgoList().stream().mapToLong(ago -> now - ago).toArray();
    return new Outbox.Contents(subscriptions, from.getGraftsList(), prunes, ihaves, ids(from.getIwantsList()),
        waiting, history, from.getDropped());
  }

  private void router(GossipsubLimits limits) throws FormatException {
    Router router = parts.router();
    for (String topic : state.getTopicsList()) {
      if (Topics.problem(topic, limits) == null && router.subscriptions().own().add(topic)) {
        router.mesh().restore(topic, List.of());
      }
    }
    for (StateProto.PeersOf each : state.getSubscribersList()) {
      router.subscriptions().restore(each.getTopic(), at(each));
    }
    peers.forEach(peer -> peer.topics.removeIf(topic -> !router.subscriptions().of(topic).contains(peer)));
    for (StateProto.PeersOf each : state.getMeshList()) {
      if (router.subscriptions().isOwn(each.getTopic())) {
        router.mesh().restore(each.getTopic(), at(each));
      }
    }
    for (StateProto.PeersOf each : state.getFanoutList()) {
      router.fanout().restore(each.getTopic(), now + each.getEndsIn(), at(each));
    }
    for (StateProto.Backoff each : state.getBackoffsList()) {
      router.mesh().backoff().restore(each.getTopic(), PeerId.of(each.getPeer().toByteArray()),
          now - each.getSinceAgo(), now + each.getEndsIn());
    }
    state.getSeenList().forEach(each -> router.seen().restore(id(each.getId()), now + each.getEndsIn()));
    cache(router.cache());
  }

  private void cache(MessageCache cache) throws FormatException {
    List<Map<MessageId, MessageCache.Entry>> windows = new ArrayList<>();
    for (StateProto.Window window : state.getCacheList()) {
      Map<MessageId, MessageCache.Entry> entries = new LinkedHashMap<>();
      for (StateProto.Cached each : window.getMessagesList()) {
        Message message = at(messages, each.getMessage());
        Map<PeerId, Integer> transmissions = new LinkedHashMap<>();
        for (StateProto.Transmission one : each.getTransmissionsList()) {
          transmissions.put(PeerId.of(one.getPeer().toByteArray()), one.getCount());
        }
        if (message != null) {
          entries.put(id(each.getId()), new MessageCache.Entry(message, transmissions));
        }
      }
      windows.add(entries);
    }
    cache.restore(windows);
  }

  private void pending(SignaturePolicy policy) throws FormatException {
    for (StateProto.Pending each : state.getPendingList()) {
      PeerState source = at(peers, each.getPeer());
      Message message = at(messages, each.getMessage());
      List<PeerState> alsoFrom = new ArrayList<>();
      for (int place : each.getAlsoFromList()) {
        alsoFrom.add(at(peers, place));
      }
      if (message != null && message.signature() != null && policy.admits(message)) {
        parts.intake().restore(source, message, alsoFrom);
      }
    }
  }

  private Collection<PeerState> at(StateProto.PeersOf of) throws FormatException {
    List<PeerState> found = new ArrayList<>();
    for (int place : of.getPeersList()) {
      found.add(at(peers, place));
    }
    return found;
  }

  private static <T> T at(List<T> all, int place) throws FormatException {
    if (place < 0 || place >= all.size()) {
      throw new FormatException("state: there is no number " + place + " among " + all.size());
    }
    return all.get(place);
  }

  private static List<MessageId> ids(List<ByteString> ids) {
    return ids.stream().map(StateReader::id).toList();
  }

  private static MessageId id(ByteString id) {
    return MessageId.wrap(id.toByteArray());
  }
}
