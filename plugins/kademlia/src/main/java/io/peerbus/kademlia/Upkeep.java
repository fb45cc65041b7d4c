package io.peerbus.kademlia;

import io.peerbus.machine.Deadlines;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * What a machine does by itself: finds its place in the network and finds it again when it has lost everybody, keeps
 * the table fresh and alive, publishes our own again, and lets go of what is expired. Not thread safe.
 *
 * <p>Spec: kad-dht, "Bootstrap process"; where it has a fixed interval, each step here comes at a random time within a
 * tenth of it, so that nodes that were started together do not stay in step.
 */
final class Upkeep {

  private enum Timer { REFRESH, LIVENESS, BOOTSTRAP, REMEMBER, STORES }

  private static final long SECOND = 1_000_000_000L;
  private static final long FIRST_INTERVAL = 2 * SECOND;
  private static final long LONGEST_BACKOFF = 300 * SECOND;
  /** Of those that configuration or the node named. */
  private static final int MAX_BOOTSTRAP = 100;
  /** Peers that are asked whether they are servers, at once. A flood of connections is no flood of requests. */
  private static final int MAX_CANDIDATES = 32;
  private static final int REPUBLISHED_AT_ONCE = 4;
  private static final int MOST_LOOKUPS = 8;
  /** The deepest bucket that is refreshed by itself; what is nearer to us comes with the lookup for ourselves. */
  private static final int DEEPEST = 12;
  /** Above this they always are refreshed: those lookups tell how large the network is, see {@link NetworkSize}. */
  private static final int SHALLOW = 8;

  private final Peers peers;
  private final Stores stores;
  private final Requests requests;
  private final Operations operations;
  private final Server.Shared shared;
  private final Deadlines<Timer> deadlines = new Deadlines<>(Timer.class);
  private final Map<PeerId, Contact> bootstrap = new LinkedHashMap<>();
  private RandomGenerator random;
  private long lookedForSelfAt;
  private boolean lookingForSelf;
  private long backoff = SECOND;
  /** While we are new, so may be the others: the first lookups for ourselves come soon after each other. */
  private long selfInterval = FIRST_INTERVAL;
  private int candidates;

  Upkeep(Peers peers, Stores stores, Requests requests, Operations operations, Server.Shared shared) {
    this.peers = peers;
    this.stores = stores;
    this.requests = requests;
    this.operations = operations;
    this.shared = shared;
  }

  void start(long now, RandomGenerator randomness) {
    random = randomness;
    lookedForSelfAt = now - shared.options().getRefresh().toNanos();
    deadlines.set(Timer.REFRESH, now);
    deadlines.set(Timer.LIVENESS, now + tenth(shared.options().getLiveness().toNanos()));
    deadlines.set(Timer.BOOTSTRAP, now);
    deadlines.set(Timer.REMEMBER, now + FIRST_INTERVAL);
  }

  List<Contact> bootstrap() {
    return List.copyOf(bootstrap.values());
  }

  private long tenth(long interval) {
    long tenth = Math.max(2, interval / 10);
    return tenth / 2 + random.nextLong(tenth);
  }

  void add(long now, List<Contact> contacts) {
    for (Contact contact : contacts) {
      if (!contact.peer().equals(peers.self) && bootstrap.size() < MAX_BOOTSTRAP) {
        bootstrap.put(contact.peer(), contact);
      }
    }
    if (random != null && peers.table.size() == 0) {
      deadlines.set(Timer.BOOTSTRAP, now);
    }
  }

  /**
   * A peer says that it serves the protocol. It gets into the table when it answers, if others can be told where; where
   * there is no room for it, it is not asked.
   */
  void consider(long now, Contact contact) {
    if (candidates < MAX_CANDIDATES && !contact.addresses().isEmpty()
        && peers.table.hasRoomFor(contact, peers.remote(contact.peer()))) {
      candidates++;
      ask(now, contact, () -> candidates--);
    }
  }

  private void ask(long now, Contact contact, Runnable after) {
    boolean wasEmpty = peers.table.size() == 0;
    requests.send(now, contact, Message.findNode(peers.self.toBytes()), new Requests.Reply() {
      @Override
      public void onAnswer(long later, Message answer, Multiaddr remoteOrNull) {
        after.run();
        if (wasEmpty) {
          lookForSelf(later);
        }
      }

      @Override
      public void onFailure(long later, String reason) {
        after.run();
      }
    });
  }

  private void lookForSelf(long now) {
    if (lookingForSelf || peers.table.size() == 0) {
      return;
    }
    lookingForSelf = true;
    lookedForSelfAt = now;
    backoff = SECOND;
    selfInterval = Math.min(3 * selfInterval, shared.options().getRefresh().toNanos());
    operations.lookFor(now, peers.self.toBytes(), later -> {
      lookingForSelf = false;
      deadlines.set(Timer.REFRESH, later); // what we have just learnt of are buckets that were never looked into
    });
  }

  long deadline() {
    return Math.min(deadlines.next(), storesAt());
  }

  private long storesAt() {
    if (random == null) {
      return Long.MAX_VALUE;
    }
    long due = shared.clock().monotonic(stores.nextAt());
    return deadlines.isSet(Timer.STORES) ? Math.max(due, deadlines.get(Timer.STORES)) : due;
  }

  void onDeadline(long now) {
    if (storesAt() <= now) {
      keepStores(now);
    }
    for (Timer due = deadlines.expire(now); due != null; due = deadlines.expire(now)) {
      switch (due) {
        case REFRESH -> refresh(now);
        case LIVENESS -> askTheQuiet(now);
        case REMEMBER -> remember(now);
        case BOOTSTRAP -> bootstrap(now);
        case STORES -> { } // only holds the stores back for a while
      }
    }
  }

  private void refresh(long now) {
    long age = shared.options().getRefresh().toNanos();
    if (peers.table.size() == 0) {
      deadlines.set(Timer.BOOTSTRAP, Math.min(now, deadlines.get(Timer.BOOTSTRAP)));
      selfInterval = FIRST_INTERVAL;
    } else if (now - lookedForSelfAt >= Math.min(selfInterval, age)) {
      lookForSelf(now);
    } else if (operations.queries().running() < MOST_LOOKUPS) {
      int bucket = peers.table.staleBucket(now, age);
      if (bucket >= 0 && bucket <= DEEPEST && isWorthALookup(bucket)) {
        operations.lookFor(now, peers.key.preimageBeside(bucket, random), later -> { });
        deadlines.set(Timer.REFRESH, now + Math.min(tenth(age), SECOND / 2 + random.nextLong(SECOND)));
        return;
      }
    }
    deadlines.set(Timer.REFRESH, now + tenth(Math.min(age, 10 * selfInterval)));
  }

  /** Where fewer than k are as near to us, the lookup for ourselves finds them all. */
  private boolean isWorthALookup(int bucket) {
    return bucket < SHALLOW || peers.table.sizeFrom(bucket) >= shared.options().getK();
  }

  private void askTheQuiet(long now) {
    long age = shared.options().getLiveness().toNanos();
    peers.table.quiet(now, age).forEach(contact -> ask(now, contact, () -> { }));
    deadlines.set(Timer.LIVENESS, now + tenth(age));
  }

  /** Soon and often at first: a node that is killed right after its start remembers somebody. */
  private void remember(long now) {
    stores.peers.remember(peers.table.rows());
    deadlines.set(Timer.REMEMBER, now + Math.min(shared.options().getRefresh().toNanos(), 10 * selfInterval));
  }

  private void bootstrap(long now) {
    if (peers.table.size() > 0) {
      return;
    }
    bootstrap.values().forEach(contact -> ask(now, contact, () -> { }));
    stores.peers.all().stream().filter(contact -> !bootstrap.containsKey(contact.peer()))
        .forEach(contact -> ask(now, contact, () -> { }));
    deadlines.set(Timer.BOOTSTRAP, now + backoff + random.nextLong(backoff));
    backoff = Math.min(2 * backoff, LONGEST_BACKOFF);
  }

  private void keepStores(long now) {
    long wall = shared.clock().wall(now);
    stores.records.expire(wall);
    stores.providers.expire(wall);
    if (stores.own.nextAt() <= wall && peers.table.size() > 0) {
      for (Publication publication : stores.own.due(wall, REPUBLISHED_AT_ONCE)) {
        shared.counters().add(Counter.REPUBLISHED);
        if (publication.isRecord()) {
          republish(now, stores.best(wall, publication.key()));
        } else {
          operations.announce(now, Operations.INTERNAL, publication.key());
        }
      }
    }
    deadlines.set(Timer.STORES, now + SECOND);
  }

  /**
   * Puts what is known to be the best: where another's has come meanwhile, ours would bring the old one back.
   *
   * @param bestOrNull {@code null} when the disk lost it
   */
  private void republish(long now, StoredRecord bestOrNull) {
    if (bestOrNull != null) {
      operations.spread(now, Operations.INTERNAL, new ValueRecord(bestOrNull.key(), bestOrNull.value()));
    }
  }
}
