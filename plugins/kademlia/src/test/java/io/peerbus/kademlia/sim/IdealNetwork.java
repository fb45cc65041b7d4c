package io.peerbus.kademlia.sim;

import io.peerbus.kademlia.Key;
import io.peerbus.kademlia.sim.SortedKeys.Range;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * The theory that simulated lookups are compared to: what a lookup costs among nodes with perfect tables, where no
 * message takes time or is lost. It shares nothing with the shipped machine but its keys and its parameters.
 *
 * <p><b>Tables.</b> Each node has, for each length of the common prefix, all nodes of that distance range or k of them
 * by lot. That is the random graph of X. S. Cai and L. Devroye, "A Probabilistic Analysis of Kademlia Networks", ISAAC
 * 2013, for ids by lot.
 *
 * <p><b>Lookup.</b> That of the libp2p specification (kad-dht, "Peer routing") and of P. Maymounkov and D. Mazières,
 * "Kademlia", IPTPS 2002: of the k nearest that it knows the nearest not yet asked is asked, alpha at once; one of
 * those, by lot, answers next, since who is near in keys is not near in space; when the beta nearest have answered, all
 * of the k nearest are asked. <i>Hops</i> are how many nodes were asked in a chain, each heard from the one before, the
 * last being the nearest node of all; <i>messages</i> are the requests.
 *
 * <p><b>Why not a formula.</b> Cai and Devroye prove that asking one node at a time finds the nearest after about
 * c ln(n) hops, with a constant c of k alone; {@link #greedyHops} is that. But it holds for large n: among 10,000 nodes
 * there are two or three hops, of which what it leaves out is a good part, and it says nothing of alpha, beta and
 * messages. So the model is evaluated by chance, for the same nodes and targets, and the formula is told beside. With
 * alpha 1 the model takes a sixth of a hop more than the formula has it, for 100, 1,000 and 10,000 nodes alike: that is
 * what was left out.
 *
 * <p>Not thread safe.
 */
final class IdealNetwork {

  /** What a lookup cost. */
  record Cost(int hops, int messages) {}

  private static final class Known {
    private final int node;
    private final int depth;
    private boolean asked;
    private boolean answered;

    Known(int node, int depth) {
      this.node = node;
      this.depth = depth;
    }
  }

  private final SortedKeys<Key> nodes;
  private final int k;
  private final int alpha;
  private final int beta;
  private final SplittableRandom random;
  private final Map<Key, Integer> indexes = new HashMap<>();
  private final int[][] tables;

  IdealNetwork(List<Key> keys, int k, int alpha, int beta, long seed) {
    this.nodes = new SortedKeys<>(keys, key -> key);
    this.k = k;
    this.alpha = alpha;
    this.beta = beta;
    this.random = new SplittableRandom(seed);
    this.tables = new int[nodes.size()][];
    for (int i = 0; i < nodes.size(); i++) {
      indexes.put(nodes.key(i), i);
    }
  }

  /** Hops by the formula of Cai and Devroye: each brings nearer by the longest common prefix of k nodes by lot. */
  static double greedyHops(int nodes, int k) {
    double bits = 1;
    for (int i = 1; i < Long.SIZE; i++) {
      bits += 1 - Math.pow(1 - Math.pow(2, -i), k);
    }
    return Math.log(nodes) / Math.log(2) / bits;
  }

  private int[] table(int node) {
    if (tables[node] == null) {
      List<Integer> table = new ArrayList<>();
      Range range = new Range(0, nodes.size());
      for (int bit = 0; range.size() > 1; bit++) {
        List<Range> halves = nodes.split(range, bit);
        int own = SortedKeys.bitOf(nodes.key(node), bit) ? 1 : 0;
        some(halves.get(1 - own), table);
        range = halves.get(own);
      }
      tables[node] = table.stream().mapToInt(Integer::intValue).toArray();
    }
    return tables[node];
  }

  private void some(Range bucket, List<Integer> table) {
    int[] all = new int[bucket.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = bucket.from() + i;
    }
    for (int i = 0; i < Math.min(k, all.length); i++) {
      int other = i + random.nextInt(all.length - i);
      table.add(all[other]);
      all[other] = all[i];
    }
  }

  private List<Integer> closest(int node, Key target, int except) {
    List<Integer> closest = new ArrayList<>();
    for (int other : table(node)) {
      if (other != except) {
        closest.add(other);
      }
    }
    closest.sort((one, two) -> target.compareDistance(nodes.key(one), nodes.key(two)));
    return closest.subList(0, Math.min(k, closest.size()));
  }

  /** A lookup by the node that has this key. */
  Cost lookup(Key asker, Key target) {
    int self = indexes.get(asker);
    TreeMap<Key, Known> known = new TreeMap<>(target.byDistance());
    List<Known> underWay = new ArrayList<>();
    int messages = 0;
    learn(known, self, closest(self, target, self), 1);
    for (boolean completing = false; ; ) {
      completing = completing || hasConverged(known);
      for (Known next = next(known); next != null && (completing || underWay.size() < alpha); next = next(known)) {
        next.asked = true;
        underWay.add(next);
        messages++;
      }
      if (underWay.isEmpty()) {
        return new Cost(known.firstEntry().getValue().depth, messages);
      }
      Known answering = underWay.remove(random.nextInt(underWay.size()));
      answering.answered = true;
      learn(known, self, closest(answering.node, target, self), answering.depth + 1);
    }
  }

  private void learn(Map<Key, Known> known, int self, List<Integer> told, int depth) {
    for (int node : told) {
      if (node != self) {
        known.putIfAbsent(nodes.key(node), new Known(node, depth));
      }
    }
  }

  /** The nearest not asked yet among the k nearest, or {@code null}. */
  private Known next(TreeMap<Key, Known> known) {
    return known.values().stream().limit(k).filter(one -> !one.asked).findFirst().orElse(null);
  }

  private boolean hasConverged(TreeMap<Key, Known> known) {
    return known.values().stream().limit(beta).allMatch(one -> one.answered);
  }
}
