package io.peerbus.kademlia;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.LongConsumer;

/**
 * What can be asked of a machine, each as a lookup and what follows it. Every operation ends with exactly one
 * {@link Action.Done}; those that the machine begins by itself have the number {@link #INTERNAL} and end silently. Not
 * thread safe.
 */
final class Operations {

  static final long INTERNAL = 0;

  private final Peers peers;
  private final Stores stores;
  private final Checks checks;
  private final Server.Shared shared;
  private final Requests requests;
  private final Queries queries;
  private final Regions regions;
  /** Those that somebody waits for; {@code null} until the lookup has begun. */
  private final Map<Long, Lookup> running = new LinkedHashMap<>();

  Operations(Peers peers, Stores stores, Checks checks, Server.Shared shared, Requests requests) {
    this.peers = peers;
    this.stores = stores;
    this.checks = checks;
    this.shared = shared;
    this.requests = requests;
    this.queries = new Queries(peers, requests, shared.options(), shared.counters());
    this.regions = new Regions(queries, requests, shared.options().getK(), shared.random());
  }

  Queries queries() {
    return queries;
  }

  /** What lookups told of the size of the network. */
  NetworkSize sizes() {
    return regions.size();
  }

  /** Whether there is room for one more; says so when there is not. */
  private boolean begin(long operation) {
    if (operation == INTERNAL) {
      return true;
    }
    if (running.size() >= shared.options().getLimits().getMaxOperations()) {
      shared.out().add(new Action.Done(operation, new Outcome.Refused(Outcome.Cause.BUSY,
          running.size() + " operations are running: the most is maxOperations")));
      return false;
    }
    running.put(operation, null);
    return true;
  }

  private void end(long operation, Outcome outcome) {
    if (operation != INTERNAL && running.containsKey(operation)) {
      running.remove(operation);
      shared.out().add(new Action.Done(operation, outcome));
    }
  }

  private void refuse(long operation, Outcome.Cause cause, String message) {
    end(operation, new Outcome.Refused(cause, message));
  }

  private boolean isCancelled(long operation) {
    return operation != INTERNAL && !running.containsKey(operation);
  }

  private void look(long now, long operation, byte[] key, Queries.Goal goal) {
    Lookup lookup = queries.start(now, Key.of(key), goal);
    if (running.containsKey(operation)) {
      running.put(operation, lookup);
    }
  }

  /** Looks for a key that somebody may have, for what the table learns by it. */
  void lookFor(long now, byte[] key, LongConsumer then) {
    Key target = Key.of(key);
    queries.start(now, target, new NearestGoal(key, (later, lookup) -> {
      if (!target.equals(peers.key)) { // where we are, everybody knows
        regions.learn(target, lookup);
      }
      then.accept(later);
    }));
  }

  /** Nobody waits for it any more. */
  void cancel(long now, long operation) {
    Lookup lookup = running.get(operation);
    refuse(operation, Outcome.Cause.CANCELLED, "cancelled");
    if (lookup != null) {
      queries.stop(now, lookup);
    }
  }

  void closest(long now, long operation, byte[] key) {
    if (begin(operation)) {
      look(now, operation, key, new NearestGoal(key, (later, lookup) ->
          end(operation, new Outcome.Peers(lookup.closest(), lookup.trace()))));
    }
  }

  void findPeer(long now, long operation, PeerId peer) {
    if (!begin(operation)) {
      return;
    }
    Contact known = peer.equals(peers.self) || peers.isConnected(peer) ? peers.find(peer, null) : null;
    if (known != null) {
      end(operation, new Outcome.Peers(List.of(known), List.of()));
      return;
    }
    look(now, operation, peer.toBytes(), new Queries.Goal() {
      private Contact found;

      @Override
      public Message request() {
        return Message.findNode(peer.toBytes());
      }

      @Override
      public boolean onAnswer(long later, Contact asked, Message answer, Multiaddr remoteOrNull) {
        found = asked.peer().equals(peer) ? asked : found;
        for (Contact contact : answer.closer()) {
          List<Multiaddr> usable = peers.filter.keep(contact.addresses(), remoteOrNull);
          if (contact.peer().equals(peer) && !usable.isEmpty()) {
            found = new Contact(peer, usable);
          }
        }
        return found != null;
      }

      @Override
      public void onEnd(long later, Lookup lookup) {
        end(operation, found == null ? new Outcome.NotFound("no peer knows an address of " + peer, lookup.trace())
            : new Outcome.Peers(List.of(found), lookup.trace()));
      }
    });
  }

  void put(long now, long operation, byte[] key, byte[] value) {
    if (!begin(operation)) {
      return;
    }
    KademliaLimits limits = shared.options().getLimits();
    if (key.length > limits.getMaxKeyLength() || value.length > limits.getMaxValueSize()) {
      refuse(operation, Outcome.Cause.UNFIT, "a key of " + key.length + " bytes and a value of " + value.length
          + ": the most is " + limits.getMaxKeyLength() + " and " + limits.getMaxValueSize());
      return;
    }
    ValueRecord record = new ValueRecord(key, value);
    checks.check(now, null, record, (later, verdict) -> publish(later, operation, record, verdict));
  }

  private void publish(long now, long operation, ValueRecord record, Verdict verdict) {
    long wall = shared.clock().wall(now);
    StoredRecord known = verdict.valid() ? stores.best(wall, record.key()) : null;
    if (!verdict.valid()) {
      refuse(operation, Outcome.Cause.UNFIT, verdict.reason());
    } else if (known != null && Arrays.compareUnsigned(known.rank(), verdict.rank()) > 0) {
      refuse(operation, Outcome.Cause.UNFIT, "a newer record is known here already");
    } else if (stores.own.isFull() && stores.own.record(wall, record.key()) == null) {
      refuse(operation, Outcome.Cause.BUSY, "too much of our own is published: the most is maxOwn");
    } else {
      stores.own.addRecord(wall, record.key(), record.value(), verdict);
      spread(now, operation, record);
    }
  }

  /** Puts a record to the k nearest. */
  void spread(long now, long operation, ValueRecord record) {
    look(now, operation, record.key(), new NearestGoal(record.key(),
        (later, lookup) -> sendAll(later, operation, lookup, Message.putValue(record), record.key())));
  }

  void provide(long now, long operation, byte[] key) {
    if (!begin(operation)) {
      return;
    }
    if (key.length == 0 || key.length > shared.options().getLimits().getMaxKeyLength()) {
      refuse(operation, Outcome.Cause.UNFIT, "a key of " + key.length + " bytes: it has 1 to "
          + shared.options().getLimits().getMaxKeyLength());
    } else if (stores.own.isFull() && !stores.own.provides(key)) {
      refuse(operation, Outcome.Cause.BUSY, "too much of our own is published: the most is maxOwn");
    } else {
      stores.own.addContent(shared.clock().wall(now), key);
      announce(now, operation, key);
    }
  }

  /** Tells the k nearest that we have what the key stands for. */
  void announce(long now, long operation, byte[] key) {
    look(now, operation, key, new NearestGoal(key, (later, lookup) -> sendAll(later, operation, lookup, null, key)));
  }

  /** @param putOrNull what to send; {@code null} for an ADD_PROVIDER, which tells each peer what it can use */
  private void sendAll(long now, long operation, Lookup lookup, Message putOrNull, byte[] key) {
    regions.around(now, Key.of(key), lookup, (later, nearest) ->
        sendAll(later, operation, lookup, nearest, to -> putOrNull != null ? putOrNull
            : Message.addProvider(key, peers.self(peers.remote(to)))));
  }

  private void sendAll(long now, long operation, Lookup lookup, List<Contact> nearest,
      Function<PeerId, Message> messages) {
    List<PeerId> took = new ArrayList<>();
    int[] left = {nearest.size()};
    Runnable done = () -> end(operation, new Outcome.Published(took, nearest.size() - took.size(), lookup.trace()));
    if (nearest.isEmpty()) {
      done.run();
    }
    for (Contact peer : nearest) {
      Message message = messages.apply(peer.peer());
      requests.send(now, peer, message, new Requests.Reply() {
        @Override
        public void onAnswer(long later, Message answer, Multiaddr remoteOrNull) {
          // py-libp2p leaves the key out when it did not take the record.
          if (answer == null || Arrays.equals(answer.key(), message.key())) {
            took.add(peer.peer());
          }
          ended();
        }

        @Override
        public void onFailure(long later, String reason) {
          ended();
        }

        private void ended() {
          if (--left[0] == 0) {
            done.run();
          }
        }
      });
    }
  }

  void findProviders(long now, long operation, byte[] key, int most) {
    if (!begin(operation)) {
      return;
    }
    Map<PeerId, Contact> found = new LinkedHashMap<>();
    if (stores.own.provides(key)) {
      onProvider(operation, found, peers.self(null));
    }
    stores.providers.get(shared.clock().wall(now), key).forEach(contact -> onProvider(operation, found, contact));
    Queries.Goal goal = new Queries.Goal() {
      @Override
      public Message request() {
        return Message.getProviders(key);
      }

      @Override
      public boolean onAnswer(long later, Contact peer, Message answer, Multiaddr remoteOrNull) {
        for (Contact provider : answer.providers()) {
          List<Multiaddr> usable = peers.filter.keep(provider.addresses(), remoteOrNull);
          onProvider(operation, found, new Contact(provider.peer(), usable));
        }
        return found.size() >= most;
      }

      @Override
      public void onEnd(long later, Lookup lookup) {
        end(operation, found.isEmpty() ? new Outcome.NotFound("no peer knows a provider", lookup.trace())
            : new Outcome.Peers(found.values().stream().limit(most).toList(), lookup.trace()));
      }
    };
    if (found.size() >= most) {
      end(operation, new Outcome.Peers(found.values().stream().limit(most).toList(), List.of()));
    } else {
      look(now, operation, key, regions.widened(Key.of(key), goal,
          () -> found.size() >= most || isCancelled(operation)));
    }
  }

  private void onProvider(long operation, Map<PeerId, Contact> found, Contact provider) {
    Contact before = found.get(provider.peer());
    if (before == null || before.addresses().isEmpty() && !provider.addresses().isEmpty()) {
      found.put(provider.peer(), provider);
      if (running.containsKey(operation)) {
        shared.out().add(new Action.ProviderFound(operation, provider));
      }
    }
  }

  void get(long now, long operation, byte[] key, int quorum) {
    if (!begin(operation)) {
      return;
    }
    ValueGoal goal = new ValueGoal(key, quorum, new Watch(operation));
    StoredRecord local = stores.best(shared.clock().wall(now), key);
    if (local != null) {
      ValueRecord record = stores.find(shared.clock().wall(now), key);
      goal.begin(peers.self, record, Verdict.good(local.rank(), local.expiresAt()));
      shared.out().add(new Action.Better(operation, record, peers.self));
    }
    if (goal.hasEnough()) {
      end(operation, new Outcome.Value(goal.best(), goal.votes(), List.of()));
    } else {
      look(now, operation, key, regions.widened(Key.of(key), goal,
          () -> goal.hasEnough() || isCancelled(operation)));
    }
  }

  private final class Watch implements ValueGoal.Watcher {
    private final long operation;

    Watch(long operation) {
      this.operation = operation;
    }

    @Override
    public void onBetter(long now, ValueRecord record, PeerId from) {
      if (running.containsKey(operation)) {
        shared.out().add(new Action.Better(operation, record, from));
      }
    }

    @Override
    public void check(long now, PeerId from, ValueRecord record, Checks.Judged judged) {
      checks.check(now, from, record, judged);
    }

    @Override
    public void enough(long now) {
      Lookup lookup = running.get(operation);
      if (lookup != null) {
        queries.stop(now, lookup);
      }
    }

    @Override
    public void onEnd(long now, ValueGoal goal, Lookup lookup) {
      if (goal.best() == null) {
        end(operation, new Outcome.NotFound("no peer has a valid record", lookup.trace()));
        return;
      }
      Message put = Message.putValue(new ValueRecord(goal.best().key(), goal.best().value()));
      for (Contact peer : goal.toCorrect()) {
        shared.counters().add(Counter.CORRECTIONS);
        requests.send(now, peer, put, IGNORED);
      }
      end(operation, new Outcome.Value(goal.best(), goal.votes(), lookup.trace()));
    }
  }

  private static final Requests.Reply IGNORED = new Requests.Reply() {
    @Override
    public void onAnswer(long now, Message answer, Multiaddr remoteOrNull) { }

    @Override
    public void onFailure(long now, String reason) { }
  };

  int running() {
    return running.size();
  }
}
