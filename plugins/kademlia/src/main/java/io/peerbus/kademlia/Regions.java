package io.peerbus.kademlia;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * Against censorship: ids are free, so an attacker can have the k nearest to a key all be its own, and forget what
 * they are given. They are nearer then than chance would have it, which shows; and then not only the nearest are told
 * and asked but all in the region where the k nearest would be without them. Asked for the key, honest peers there name
 * the crowd, so the region is looked through beside it (hardening, SEC-39; "Content Censorship in the InterPlanetary
 * File System", NDSS 2024).
 *
 * <p>What is asked for that is in the trace of the lookup that found the crowd: {@code beside 1} to {@code beside 4}
 * are the lookups beside the key, {@code others} those of the region who were asked for the key afterwards.
 *
 * <p>Not thread safe.
 */
final class Regions {

  /** Lookups beside the key, each into half of what is left of the region. What is left then is its 16th. */
  private static final int POINTS = 4;
  /**
   * Finding a point doubles in cost with each bit; this takes some milliseconds. Of a network of more than a hundred
   * thousand servers the region then is larger than it has to be, and more sparsely looked through.
   */
  private static final int DEEPEST = 16;

  private final Queries queries;
  private final Requests requests;
  private final RandomGenerator random;
  private final NetworkSize size;

  Regions(Queries queries, Requests requests, int k, RandomGenerator random) {
    this.queries = queries;
    this.requests = requests;
    this.random = random;
    this.size = new NetworkSize(k);
  }

  NetworkSize size() {
    return size;
  }

  /** A lookup for a place of our own choice has ended. */
  void learn(Key target, Lookup lookup) {
    if (lookup.end() == Lookup.End.COMPLETE) {
      size.learn(target, lookup.closest());
    }
  }

  /** Those who are to have what belongs to the key: the nearest, or all of a crowded region. */
  void around(long now, Key target, Lookup lookup, BiConsumer<Long, List<Contact>> then) {
    List<Contact> closest = lookup.closest();
    if (!size.isCrowded(target, closest)) {
      then.accept(now, closest);
      return;
    }
    Map<PeerId, Contact> region = new LinkedHashMap<>();
    closest.forEach(contact -> region.put(contact.peer(), contact));
    int prefix = Math.min(size.prefix(), DEEPEST - POINTS);
    int[] left = {POINTS};
    for (int i = 0; i < POINTS; i++) {
      byte[] point = target.preimageBeside(prefix + i, random);
      int number = i + 1;
      queries.start(now, Key.of(point), new NearestGoal(point, (later, found) -> {
        found.closest().stream().filter(contact -> target.commonPrefix(Key.of(contact.peer())) >= prefix)
            .forEach(contact -> region.putIfAbsent(contact.peer(), contact));
        String which = "beside " + number;
        lookup.append(found.trace().stream().map(hop -> hop.of(which)).toList());
        if (--left[0] == 0) {
          then.accept(later, List.copyOf(region.values()));
        }
      }));
    }
  }

  /** The same goal, which goes on in a crowded region unless there is enough when the lookup ends. */
  Queries.Goal widened(Key target, Queries.Goal goal, BooleanSupplier enough) {
    return new Queries.Goal() {
      @Override
      public Message request() {
        return goal.request();
      }

      @Override
      public boolean onAnswer(long now, Contact peer, Message answer, Multiaddr remoteOrNull) {
        return goal.onAnswer(now, peer, answer, remoteOrNull);
      }

      @Override
      public void onEnd(long now, Lookup lookup) {
        if (enough.getAsBoolean()) {
          goal.onEnd(now, lookup);
        } else {
          around(now, target, lookup, (later, region) ->
              askOthers(later, goal, lookup, enough.getAsBoolean() ? List.of() : region));
        }
      }
    };
  }

  private void askOthers(long now, Queries.Goal goal, Lookup lookup, List<Contact> region) {
    List<Contact> others = new ArrayList<>(region);
    others.removeIf(contact -> lookup.asked(contact.peer()));
    if (others.isEmpty()) {
      goal.onEnd(now, lookup);
      return;
    }
    int[] left = {others.size()};
    for (Contact peer : others) {
      Candidate candidate = new Candidate(peer, Key.of(peer.peer()), null, 0);
      candidate.asked(now);
      requests.send(now, peer, goal.request(), new Requests.Reply() {
        @Override
        public void onAnswer(long later, Message answer, Multiaddr remoteOrNull) {
          goal.onAnswer(later, peer, answer, remoteOrNull);
          candidate.answered(later);
          candidate.told = answer.closer().size();
          ended(later);
        }

        @Override
        public void onFailure(long later, String reason) {
          candidate.failed(later, reason);
          ended(later);
        }

        private void ended(long later) {
          lookup.append(List.of(candidate.hop().of("others")));
          if (--left[0] == 0) {
            goal.onEnd(later, lookup);
          }
        }
      });
    }
  }
}
