package io.peerbus.gossipsub;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * Lazy gossip: offers ids to peers outside the mesh, asks for what they offer, answers what they ask (gossipsub 1.0,
 * "Gossip Emission"; caps of 1.1).
 *
 * <p>Offers only go to those who make ids as we do: others would never recognise one, ask for every message and get
 * it twice, and js counts it against us that what it got bears another id than it asked for.
 *
 * <p>Not thread safe, part of {@link Gossipsub}.
 */
final class Gossip {

  /** Ids in one offer. More would take more RPCs than a peer looks at between two heartbeats. */
  private static final int MAX_OFFER = 2000;

  private final GossipsubOptions options;
  private final GossipsubLimits limits;
  private final Choice choice;
  private final MessageCache cache;
  private final Counter.Counts counts;

  Gossip(GossipsubOptions options, Choice choice, MessageCache cache, Counter.Counts counts) {
    this.options = options;
    this.limits = options.getLimits();
    this.choice = choice;
    this.cache = cache;
    this.counts = counts;
  }

  /** A new count begins for the peer. */
  void heartbeat(long now, PeerState peer) {
    peer.ihaves = 0;
    peer.asked = 0;
    Iterator<Long> expiries = peer.askedIds.values().iterator();
    while (expiries.hasNext() && expiries.next() <= now) {
      expiries.remove();
    }
  }

  /** Offers what is in the message cache to some of the peers, which are subscribers outside the mesh. */
  void offer(String topic, List<PeerState> outside) {
    List<MessageId> ids = cache.gossipIds(topic);
    if (ids.isEmpty()) {
      return;
    }
    List<PeerState> candidates = outside.stream().filter(peer -> knowsIds(peer, topic)).toList();
    int count = Math.max(options.getDLazy(), (int) (options.getGossipFactor() * candidates.size()));
    for (PeerState peer : choice.of(candidates, count)) {
      // A choice of ids for each peer: together they cover more of a long list.
      peer.outbox.ihave(topic, ids.size() > MAX_OFFER ? choice.of(ids, MAX_OFFER) : ids);
    }
  }

  private boolean knowsIds(PeerState peer, String topic) {
    return options.sharesIds(topic)
        || options.schemeOf(topic) == MessageIdScheme.FROM_SEQNO && matches(peer.agent, options.getSharedIdAgents());
  }

  /** Whether one of the parts is in the agent version, in whatever case. */
  static boolean matches(String agent, List<String> parts) {
    String lower = agent.toLowerCase(Locale.ROOT);
    return parts.stream().anyMatch(part -> lower.contains(part.toLowerCase(Locale.ROOT)));
  }

  /**
   * A peer offers messages.
   *
   * @param first whether it is the first offer of its RPC: RPCs are counted, whatever number of topics is in them
   * @param known whether a message is here, or being checked
   */
  void onIHave(long now, PeerState peer, List<MessageId> ids, boolean first, Predicate<MessageId> known) {
    if (!peer.canBeInMesh()) {
      return; // there is no way to ask
    }
    peer.ihaves += first ? 1 : 0;
    int most = Math.min(limits.getMaxIHaveLength() - peer.asked, limits.getMaxAsked() - peer.askedIds.size());
    if (peer.ihaves > limits.getMaxIHaveMessages() || most <= 0) {
      counts.add(Counter.IHAVE_IGNORED);
      return;
    }
    List<MessageId> wanted = new ArrayList<>();
    for (MessageId id : ids) {
      if (!peer.askedIds.containsKey(id) && !isKnown(id, known)) {
        wanted.add(id);
      }
    }
    // When not all can be asked, chance decides, and not the order of the peer's choice.
    List<MessageId> asked = choice.of(wanted, most);
    long expiry = now + options.getSeenTtl().toNanos();
    asked.forEach(id -> peer.askedIds.put(id, expiry));
    if (!asked.isEmpty()) {
      peer.asked += asked.size();
      counts.add(Counter.ASKED, asked.size());
      peer.outbox.iwant(asked); // as they came: py writes ids in hexadecimal, and looks them up so
    }
  }

  private static boolean isKnown(MessageId id, Predicate<MessageId> known) {
    if (known.test(id)) {
      return true;
    }
    MessageId decoded = id.fromHexText();
    return decoded != null && known.test(decoded);
  }

  /** A peer asks for messages; it gets those we have, each a few times at the most. */
  void onIWant(PeerState peer, List<MessageId> ids) {
    if (!peer.isReachable()) {
      return;
    }
    for (MessageId id : ids) {
      MessageId held = cache.contains(id) ? id : id.fromHexText();
      Message message = held == null ? null : cache.transmit(held, peer.id, limits.getMaxRetransmissions());
      if (message != null) {
        counts.add(peer.outbox.message(message) ? Counter.RETRANSMITTED : Counter.DROPPED);
      }
    }
  }
}
