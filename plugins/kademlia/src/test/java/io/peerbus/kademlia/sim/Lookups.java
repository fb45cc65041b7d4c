package io.peerbus.kademlia.sim;

import io.peerbus.kademlia.Contact;
import io.peerbus.kademlia.Hop;
import io.peerbus.kademlia.Key;
import io.peerbus.kademlia.Outcome;
import io.peerbus.kademlia.VirtualNode;
import io.peerbus.multiformats.PeerId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Lookups that were measured. One succeeds when the very nearest to the target is among the k that it finds: of all
 * nodes that had been up for a minute when it began and were still up when it ended. Whoever came or went meanwhile may
 * be found or not.
 */
final class Lookups {

  /**
   * One lookup that has ended.
   *
   * @param minute when it began, since the first
   * @param recall how many of the k nearest were found, as a part of them
   * @param hops nodes that were asked in a chain, the nearest being the last; 0 when it was not found
   * @param messages requests
   */
  record Sample(double minute, Key asker, Key target, double recall, int hops, int messages) {
    boolean success() {
      return hops > 0;
    }
  }

  /** One lookup that is under way. */
  static final class Running {
    private static final long NEW = 60 * SimNetwork.SECOND;

    private final SimNetwork network;
    private final VirtualNode asker;
    private final byte[] preimage;
    private final Key target;
    private final double minute;
    private final List<VirtualNode> members = new ArrayList<>();

    Running(SimNetwork network, VirtualNode asker, byte[] preimage, long since) {
      this.network = network;
      this.asker = asker;
      this.preimage = preimage;
      this.target = Key.of(preimage);
      this.minute = (network.dht.kernel.now() - since) / (60.0 * SimNetwork.SECOND);
    }

    void start(Consumer<Sample> then) {
      int k = network.machine.getK();
      TreeSet<VirtualNode> nearest = new TreeSet<>(Comparator.comparing(node -> node.key, target.byDistance()));
      long now = network.dht.kernel.now();
      for (VirtualNode node : network.up) {
        if (node != asker && now - node.upSince >= NEW) {
          // Twice as many as wanted, since some may go.
          if (nearest.size() < 2 * k || target.compareDistance(node.key, nearest.last().key) < 0) {
            nearest.add(node);
            if (nearest.size() > 2 * k) {
              nearest.pollLast();
            }
          }
        }
      }
      members.addAll(nearest);
      asker.closest(preimage, outcome -> then.accept(sample(outcome, k)));
    }

    private Sample sample(Outcome outcome, int k) {
      Map<PeerId, Integer> depths = new HashMap<>();
      for (Hop hop : outcome.trace()) {
        depths.put(hop.peer(), hop.heardFrom() == null ? 1 : 1 + depths.get(hop.heardFrom()));
      }
      Set<PeerId> found = new HashSet<>();
      if (outcome instanceof Outcome.Peers peers) {
        peers.contacts().stream().map(Contact::peer).forEach(found::add);
      }
      List<VirtualNode> there = members.stream().filter(node -> node.up).limit(k).toList();
      PeerId nearest = there.get(0).id;
      double recall = there.stream().filter(node -> found.contains(node.id)).count() / (double) there.size();
      int hops = found.contains(nearest) ? depths.get(nearest) : 0;
      return new Sample(minute, asker.key, target, recall, hops, outcome.trace().size());
    }
  }

  final List<Sample> samples = new ArrayList<>();

  void add(Sample sample) {
    samples.add(sample);
  }

  /** Those that began in that minute or later. */
  Lookups from(double minute) {
    Lookups later = new Lookups();
    samples.stream().filter(sample -> sample.minute >= minute).forEach(later::add);
    return later;
  }

  /** Those that began in one minute. */
  Lookups in(int minute) {
    Lookups those = new Lookups();
    samples.stream().filter(sample -> (int) sample.minute == minute).forEach(those::add);
    return those;
  }

  int count() {
    return samples.size();
  }

  double success() {
    return samples.stream().filter(Sample::success).count() / (double) samples.size();
  }

  double recall() {
    return samples.stream().mapToDouble(Sample::recall).average().orElse(0);
  }

  /** Of those that succeeded, in order. */
  int[] hops() {
    return samples.stream().filter(Sample::success).mapToInt(Sample::hops).sorted().toArray();
  }

  double messages() {
    return samples.stream().mapToInt(Sample::messages).average().orElse(0);
  }
}
