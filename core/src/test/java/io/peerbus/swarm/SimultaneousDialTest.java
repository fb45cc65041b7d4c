package io.peerbus.swarm;

import static io.peerbus.swarm.Fixture.address;
import static io.peerbus.swarm.Fixture.peer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.swarm.Swarm.Action;
import io.peerbus.swarm.VirtualNetwork.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Two peers that dial each other at once end up with one connection, the same at both. */
class SimultaneousDialTest {

  private static final int SEEDS = 1_000;
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

  private final SwarmOptions options = new SwarmOptions();

  SimultaneousDialTest() {
    options.getInbound().setMaxPerIp(1_000).setBurstPerIp(1_000);
  }

  @Test
  void oneConnectionRemainsTheSameAtBothAndNoneIsEverWithout() {
    int crossed = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      VirtualNetwork network = new VirtualNetwork(seed);
      network.latency = TimeUnit.MICROSECONDS.toNanos(1 + network.random.nextInt(80_000));
      network.lag = TimeUnit.MICROSECONDS.toNanos(network.random.nextInt(5_000));
      Node[] pair = pair(network, 1);
      network.pass(MINUTE);
      assertOneConnection("seed " + seed, pair[0], pair[1]);
      for (Node node : pair) {
        assertEquals(1, node.count(Action.Up.class), "seed " + seed);
        assertEquals(0, node.count(Action.Down.class), "seed " + seed);
        assertEquals(1, node.count(Action.Done.class), "seed " + seed);
      }
      if (pair[0].count(Action.Close.class) + pair[1].count(Action.Close.class) > 0) {
        crossed++;
        ConnectionInfo kept = pair[0].swarm.connections().get(0);
        assertSame(pair[0], pair[0].diallerOf(kept), "the smaller id's, seed " + seed);
      }
    }
    assertTrue(crossed > SEEDS / 10, "only " + crossed + " of the seeds made two connections");
  }

  /** A listener may be through with an attempt that then loses against another one: it sees the peer go and come. */
  @Test
  void oneConnectionRemainsWhenEachHasSeveralAddresses() {
    for (int seed = 0; seed < SEEDS; seed++) {
      VirtualNetwork network = new VirtualNetwork(seed);
      network.latency = TimeUnit.MICROSECONDS.toNanos(1 + network.random.nextInt(80_000));
      network.lag = TimeUnit.MICROSECONDS.toNanos(network.random.nextInt(5_000));
      Node[] pair = pair(network, 4);
      network.pass(MINUTE);
      assertOneConnection("seed " + seed, pair[0], pair[1]);
      for (Node node : pair) {
        assertEquals(node.count(Action.Up.class), 1 + node.count(Action.Down.class), "seed " + seed);
        assertEquals(1, node.count(Action.Done.class), "seed " + seed);
      }
    }
  }

  @Test
  void oneConnectionRemainsAlsoWhenMessagesTakeLongerThanTheGrace() {
    for (int seed = 0; seed < SEEDS; seed++) {
      VirtualNetwork network = new VirtualNetwork(seed);
      network.latency = TimeUnit.MILLISECONDS.toNanos(500 + network.random.nextInt(1_000));
      network.lag = TimeUnit.MILLISECONDS.toNanos(network.random.nextInt(300));
      Node[] pair = pair(network, 3);
      network.pass(MINUTE);
      assertOneConnection("seed " + seed, pair[0], pair[1]);
    }
  }

  @Test
  void oneConnectionRemainsWhenTheAddressesNameNobody() {
    for (int seed = 0; seed < SEEDS; seed++) {
      VirtualNetwork network = new VirtualNetwork(seed);
      network.latency = TimeUnit.MICROSECONDS.toNanos(1 + network.random.nextInt(80_000));
      network.lag = TimeUnit.MICROSECONDS.toNanos(network.random.nextInt(5_000));
      Node a = network.add(peer(1), options, address("/ip4/10.0.0.1/tcp/1"));
      Node b = network.add(peer(2), options, address("/ip4/10.0.0.2/tcp/1"));
      a.run(() -> a.swarm.connect(network.now, 1, null, List.of(address("/ip4/10.0.0.2/tcp/1"))));
      b.run(() -> b.swarm.connect(network.now, 1, null, List.of(address("/ip4/10.0.0.1/tcp/1"))));
      network.pass(MINUTE);
      assertOneConnection("seed " + seed, a, b);
      assertEquals(0, a.count(Action.Down.class) + b.count(Action.Down.class), "seed " + seed);
    }
  }

  @Test
  void thirtyNodesThatAllDialEachOtherEndInOneConnectionForEachPair() {
    VirtualNetwork network = new VirtualNetwork(1);
    network.latency = TimeUnit.MILLISECONDS.toNanos(20);
    network.lag = TimeUnit.MILLISECONDS.toNanos(2);
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      nodes.add(network.add(peer(i), options, Fixture.address(i)));
    }
    for (Node from : nodes) {
      for (int to = 0; to < 30; to++) {
        int number = to;
        if (from != nodes.get(to)) {
          from.run(() -> from.swarm.connect(network.now, number, peer(number), List.of(Fixture.address(number))));
        }
      }
    }
    network.pass(MINUTE);
    assertEquals(30 * 29 / 2, network.openLinks());
    for (Node node : nodes) {
      assertEquals(29, node.swarm.connections().size());
      assertEquals(new Swarm.Counts(29, 0, 0, 0, 0, node.swarm.counts().inbound()), node.swarm.counts());
    }
  }

  @Test
  void anOldConnectionIsNotTakenForOneHalfOfASimultaneousDial() {
    // Our own dial to Bob, whose id is smaller; then Bob restarts and dials us: the old one is dead, not redundant.
    Fixture node = new Fixture();
    node.connect(1, peer(1), "/ip4/10.0.0.1/tcp/1");
    ConnectionInfo old = node.answer(node.actions(Action.Dial.class).get(0), peer(1));
    node.passMillis(10_001);
    ConnectionInfo young = node.accept(peer(1));
    node.passMillis(60_000);
    assertEquals(List.of(), node.actions(Action.Close.class));
    assertEquals(List.of(old, young), node.swarm.connections());
    assertEquals(young, node.swarm.connection(peer(1)).orElseThrow(), "the newest is proven alive");
  }

  @Test
  void theConnectionToGoIsNotUsedInTheMeantime() {
    Fixture node = new Fixture();
    node.connect(1, peer(1), "/ip4/10.0.0.1/tcp/1");
    Action.Dial dial = node.only(Action.Dial.class);
    ConnectionInfo own = node.answer(dial, peer(1));
    ConnectionInfo kept = node.accept(peer(1));
    assertEquals(kept, node.swarm.connection(peer(1)).orElseThrow());
    node.actions();
    node.passMillis(1_999);
    assertEquals(List.of(), node.actions(), "the peer with the smaller id goes first");
    node.passMillis(1);
    assertEquals(own.id(), node.only(Action.Close.class).connectionId());
  }

  @Test
  void theConnectionToGoIsNotUsedEvenIfItIsTheNewest() {
    Fixture node = new Fixture();
    node.connect(1, null, "/ip4/10.0.0.1/tcp/1");
    Action.Dial dial = node.only(Action.Dial.class);
    ConnectionInfo kept = node.accept(peer(1));
    node.actions();
    node.answer(dial, peer(1));
    assertEquals(new Action.Done(1, kept), node.only(Action.Done.class));
    assertEquals(kept, node.swarm.connection(peer(1)).orElseThrow());
  }

  @Test
  void theConnectionToGoStaysWhenTheOtherIsLostWithinTheGrace() {
    Fixture node = new Fixture();
    node.connect(1, peer(1), "/ip4/10.0.0.1/tcp/1");
    ConnectionInfo own = node.answer(node.only(Action.Dial.class), peer(1));
    ConnectionInfo other = node.accept(peer(1));
    node.swarm.onClosed(node.now, other.id(), "reset");
    node.actions();
    node.passMillis(20_000);
    assertEquals(List.of(), node.actions());
    assertEquals(own, node.swarm.connection(peer(1)).orElseThrow());
  }

  private Node[] pair(VirtualNetwork network, int addresses) {
    Multiaddr[] ofA = new Multiaddr[addresses];
    Multiaddr[] ofB = new Multiaddr[addresses];
    for (int i = 0; i < addresses; i++) {
      ofA[i] = address("/ip4/10.0.1." + i + "/tcp/1");
      ofB[i] = address("/ip4/10.0.2." + i + "/tcp/1");
    }
    Node a = network.add(peer(1), options, ofA);
    Node b = network.add(peer(2), options, ofB);
    network.after(network.random.nextLong(2 * network.latency),
        () -> a.run(() -> a.swarm.connect(network.now, 1, b.id, List.of(ofB))));
    network.after(network.random.nextLong(2 * network.latency),
        () -> b.run(() -> b.swarm.connect(network.now, 1, a.id, List.of(ofA))));
    return new Node[] {a, b};
  }

  private static void assertOneConnection(String message, Node a, Node b) {
    assertEquals(1, a.swarm.connections().size(), message);
    assertEquals(1, b.swarm.connections().size(), message);
    assertTrue(a.sharesLink(a.swarm.connections().get(0), b, b.swarm.connections().get(0)), message);
    assertEquals(new Swarm.Counts(1, 0, 0, 0, 0, a.swarm.counts().inbound()), a.swarm.counts(), message);
    assertEquals(new Swarm.Counts(1, 0, 0, 0, 0, b.swarm.counts().inbound()), b.swarm.counts(), message);
  }
}
