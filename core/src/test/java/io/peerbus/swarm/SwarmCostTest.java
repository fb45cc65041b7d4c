package io.peerbus.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.fuzz.Allocation;
import io.peerbus.multiformats.PeerId;
import io.peerbus.swarm.Swarm.Action.Dial;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** I9: one event costs the same however many peers there are. Seen in bytes allocated, which hardly vary. */
class SwarmCostTest {

  private static final PeerId NEW_PEER = Fixture.peer(-7);

  @Test
  void anEventCostsTheSameWithAHundredAndWithTenThousandPeers() throws Exception {
    long[] few = costs(100);
    long[] many = costs(10_000);
    for (int i = 0; i < few.length; i++) {
      assertTrue(many[i] <= few[i] + 1_024, "event " + i + ": " + few[i] + " bytes, then " + many[i]);
    }
  }

  /** For each kind of event, the least of several runs: the first ones load classes, and tables grow now and then. */
  private static long[] costs(int peers) throws Exception {
    Fixture node = crowd(peers);
    long[] least = new long[4];
    Arrays.fill(least, Long.MAX_VALUE);
    for (int run = 0; run < 20; run++) {
      ConnectionInfo inbound = node.inbound(NEW_PEER);
      measure(least, 0, () -> node.swarm.onConnected(node.now, Swarm.INBOUND, inbound));
      measure(least, 1, () -> node.swarm.onClosed(node.now, inbound.id(), "closed"));
      long request = 1_000_000 + run;
      measure(least, 2, () -> node.swarm.connect(node.now, request, NEW_PEER, List.of(Fixture.address(5))));
      measure(least, 3, () -> node.swarm.cancel(node.now, request));
      node.actions();
    }
    return least;
  }

  private static void measure(long[] least, int kind, Allocation.Code code) throws Exception {
    least[kind] = Math.min(least[kind], Allocation.of(code));
  }

  /** That many connected peers, that many more known, and as many dials waiting as are allowed. */
  private static Fixture crowd(int peers) {
    SwarmOptions options = new SwarmOptions().setMaxPendingConnects(1_000_000).setMaxConcurrentDials(1_000_000);
    Fixture node = new Fixture(options);
    List<Dial> dials = new ArrayList<>();
    for (int i = 0; i < 2 * peers; i++) {
      node.swarm.connect(node.now, i, Fixture.peer(2_000 + i), List.of(Fixture.address(i)));
      dials.addAll(node.actions(Dial.class));
      node.store.add(node.now, Fixture.peer(100_000 + i), List.of(Fixture.address(i)), Lifetime.HINT);
    }
    dials.subList(0, peers).forEach(dial -> node.answer(dial, dial.expectedOrNull()));
    node.actions();
    assertEquals(peers, node.swarm.counts().dials());
    assertEquals(peers, node.swarm.connections().size());
    return node;
  }
}
