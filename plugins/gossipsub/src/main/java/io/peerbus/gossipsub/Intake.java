package io.peerbus.gossipsub;

import io.peerbus.multiformats.PeerId;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;

/**
 * Messages of peers on their way in, from the cheapest question to the dearest: is the topic ours, is it our own
 * message, has it the fields it should have, was it seen, is the signature good. Only what passed all is marked as
 * seen, delivered and forwarded, so that a forged message cannot keep out the honest one with the same id.
 *
 * <p>Not thread safe, part of {@link Gossipsub}.
 */
final class Intake {

  private final PeerId self;
  private final GossipsubOptions options;
  private final Router router;
  private final Counter.Counts counts;
  private final Queue<Action> actions;
  private final Validations validations;
  private final Set<PeerState> paused = new LinkedHashSet<>();

  Intake(PeerId self, GossipsubOptions options, Router router, Counter.Counts counts, Queue<Action> actions) {
    this.self = self;
    this.options = options;
    this.router = router;
    this.counts = counts;
    this.actions = actions;
    this.validations = new Validations(options.getLimits());
  }

  /** Whether the message was accepted, or is being checked. */
  boolean knows(MessageId id) {
    return router.hasSeen(id) || validations.contains(id);
  }

  void onMessage(long now, PeerState peer, Message message) {
    counts.add(Counter.RECEIVED);
    if (message.topics().stream().noneMatch(router.subscriptions()::isOwn)) {
      counts.add(Counter.UNWANTED);
    } else if (self.equals(message.author())) {
      counts.add(Counter.OWN_RETURNED);
    } else if (!options.getPolicy().admits(message)) {
      counts.add(Counter.UNFIT);
    } else {
      MessageId id = options.schemeOf(message.topics().get(0)).idOf(message);
      if (router.hasSeen(id) || validations.join(peer, id, message)) {
        counts.add(Counter.DUPLICATE);
      } else {
        validate(now, peer, id, message);
      }
    }
  }

  private void validate(long now, PeerState peer, MessageId id, Message message) {
    long number = validations.begin(peer, id, message);
    if (number < 0) {
      counts.add(Counter.OVERLOAD);
    } else if (message.signature() == null) {
      onVerified(now, number, true); // the policy admits it without
    } else {
      actions.add(new Action.Verify(number, message));
    }
  }

  /** What is being checked, of each peer in the order it came. */
  List<Validations.Pending> pending() {
    return validations.all();
  }

  /** A message that an earlier machine had begun to check is checked anew. */
  void restore(PeerState peer, Message message, Collection<PeerState> alsoFrom) {
    MessageId id = options.schemeOf(message.topics().get(0)).idOf(message);
    long number = validations.begin(peer, id, message);
    if (number < 0) {
      counts.add(Counter.OVERLOAD);
    } else {
      peer.pending.peekLast().alsoFrom.addAll(alsoFrom);
      actions.add(new Action.Verify(number, message));
    }
  }

  void onVerified(long now, long validation, boolean valid) {
    for (Validations.Pending checked : validations.finish(validation, valid)) {
      if (checked.isValid()) {
        router.accept(now, checked);
      } else {
        counts.add(Counter.INVALID);
      }
    }
    paused.removeIf(peer -> {
      boolean takes = validations.takesMore(peer);
      if (takes) {
        actions.add(new Action.Resume(peer.id));
      }
      return takes;
    });
  }

  boolean takesMore(PeerState peer) {
    boolean takes = validations.takesMore(peer);
    if (!takes) {
      paused.add(peer);
    }
    return takes;
  }

  /** The peer's stream is gone: there is nothing to read on. What is being checked of it still counts. */
  void forget(PeerState peer) {
    paused.remove(peer);
  }

  /** Messages being checked. */
  int size() {
    return validations.size();
  }
}
