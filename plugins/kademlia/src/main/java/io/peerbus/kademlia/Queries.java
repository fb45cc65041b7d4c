package io.peerbus.kademlia;

import io.peerbus.multiformats.Multiaddr;
import java.util.ArrayList;
import java.util.List;

/** The lookups that are under way, each with what it is for. Not thread safe. */
final class Queries {

  /** What a lookup is for. */
  interface Goal {
    /** What every peer is asked. */
    Message request();

    /** A peer answered; true when nobody else need be asked. */
    boolean onAnswer(long now, Contact peer, Message answer, Multiaddr remoteOrNull);

    /** The lookup is over. Called once. */
    void onEnd(long now, Lookup lookup);
  }

  /** No record: java.lang.runtime.ObjectMethods keeps the types of the last one compared, and so this class loader. */
  private static final class Query {
    private final Lookup lookup;
    private final Goal goal;

    Query(Lookup lookup, Goal goal) {
      this.lookup = lookup;
      this.goal = goal;
    }
  }

  private final Peers peers;
  private final Requests requests;
  private final KademliaOptions options;
  private final Counters counters;
  private final List<Query> running = new ArrayList<>();

  Queries(Peers peers, Requests requests, KademliaOptions options, Counters counters) {
    this.peers = peers;
    this.requests = requests;
    this.options = options;
    this.counters = counters;
  }

  /** Begins a lookup with the nearest peers of the table; it may end at once. */
  Lookup start(long now, Key target, Goal goal) {
    return start(now, target, goal, peers.table.closest(target, options.getK(), null));
  }

  Lookup start(long now, Key target, Goal goal, List<Contact> seeds) {
    counters.add(Counter.LOOKUPS);
    peers.table.lookedUp(now, target);
    Query query = new Query(new Lookup(target, peers.self, options, peers.filter), goal);
    running.add(query);
    query.lookup.start(now, seeds);
    drain(now, query);
    return query.lookup;
  }

  /** Ends a lookup early. */
  void stop(long now, Lookup lookup) {
    lookup.stop();
    for (Query query : List.copyOf(running)) {
      if (query.lookup == lookup) {
        drain(now, query);
      }
    }
  }

  private void drain(long now, Query query) {
    for (Lookup.Action action = query.lookup.poll(); action != null; action = query.lookup.poll()) {
      if (action instanceof Lookup.Action.Ask ask) {
        if (query.lookup.end() == null) {
          ask(now, query, ask.contact());
        }
      } else if (running.remove(query)) {
        query.goal.onEnd(now, query.lookup);
      }
    }
  }

  private void ask(long now, Query query, Contact peer) {
    requests.send(now, peer, query.goal.request(), new Requests.Reply() {
      @Override
      public void onAnswer(long later, Message answer, Multiaddr remoteOrNull) {
        if (query.lookup.end() != null) {
          return;
        }
        if (query.goal.onAnswer(later, peer, answer, remoteOrNull)) {
          query.lookup.onAnswer(later, peer.peer(), List.of(), remoteOrNull);
          query.lookup.stop();
        } else {
          query.lookup.onAnswer(later, peer.peer(), answer.closer(), remoteOrNull);
        }
        drain(later, query);
      }

      @Override
      public void onFailure(long later, String reason) {
        query.lookup.onFailure(later, peer.peer(), reason);
        drain(later, query);
      }
    });
  }

  long deadline() {
    long next = Long.MAX_VALUE;
    for (Query query : running) {
      next = Math.min(next, query.lookup.deadline());
    }
    return next;
  }

  void onDeadline(long now) {
    for (Query query : List.copyOf(running)) {
      query.lookup.onDeadline(now);
      drain(now, query);
    }
  }

  int running() {
    return running.size();
  }
}
