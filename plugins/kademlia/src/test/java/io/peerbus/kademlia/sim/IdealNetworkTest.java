package io.peerbus.kademlia.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.peerbus.kademlia.Key;
import io.peerbus.kademlia.VirtualDht;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IdealNetworkTest {

  private final SplittableRandom random = new SplittableRandom(1);

  private static List<Key> keys(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(VirtualDht::key).toList();
  }

  private Key target() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return Key.of(bytes);
  }

  @Test
  void theClosestAreThoseThatSortingAllWouldFind() {
    SortedKeys<Key> sorted = new SortedKeys<>(keys(300), key -> key);
    for (int count = 1; count <= 320; count += 29) {
      Key target = target();
      assertEquals(keys(300).stream().sorted(target.byDistance()).limit(count).toList(), sorted.closest(target, count));
    }
  }

  @Test
  void whereEverybodyKnowsAllOneHopIsEnough() {
    IdealNetwork small = new IdealNetwork(keys(20), 20, 10, 3, 1);
    for (Key asker : keys(20)) {
      assertEquals(new IdealNetwork.Cost(1, 19), small.lookup(asker, target()));
    }
  }

  /** By hand: with k = 1 a hop brings nearer by two bits on average, with k = 20 by 5.7. */
  @Test
  void theFormulaIsThatOfThePaper() {
    assertEquals(5, IdealNetwork.greedyHops(1024, 1), 0.001);
    assertEquals(10 / 5.69, IdealNetwork.greedyHops(1024, 20), 0.01);
  }

  /** What the formula leaves out does not grow with the network. */
  @Test
  void askingOneNodeAtATimeTakesTheHopsOfTheFormulaAndAPartOfOneMore() {
    for (int nodes : new int[] {250, 4000}) {
      List<Key> keys = keys(nodes);
      IdealNetwork network = new IdealNetwork(keys, 20, 1, 1, 1);
      double hops = IntStream.range(0, 500)
          .map(i -> network.lookup(keys.get(i % nodes), target()).hops()).average().orElseThrow();
      assertEquals(IdealNetwork.greedyHops(nodes, 20) + 0.17, hops, 0.1);
    }
  }
}
