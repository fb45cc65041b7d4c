package io.peerbus.gossipsub;

import static io.peerbus.gossipsub.TestPeers.TOPIC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.gossipsub.VirtualNetwork.Node;
import io.peerbus.gossipsub.pb.RpcProto;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many nodes in virtual time. */
class NetworkTest {

  private static final Duration HEARTBEAT = Duration.ofSeconds(1);

  /** Each dials so many of those before it, or all of them. */
  private static List<Node> mixed(VirtualNetwork network, int count, int dials, GossipsubOptions options) {
    List<Node> nodes = network.add(count, options);
    for (Node node : nodes) {
      Set<Integer> targets = new TreeSet<>();
      while (targets.size() < Math.min(dials, count - 1)) {
        int target = network.random(count);
        if (nodes.get(target) != node) {
          targets.add(target);
        }
      }
      targets.forEach(target -> network.connect(node, nodes.get(target)));
    }
    return nodes;
  }

  private static void everyoneSays(VirtualNetwork network, List<Node> nodes, int messages) {
    for (int i = 0; i < messages; i++) {
      Node author = nodes.get(i % nodes.size());
      author.publish(TOPIC, author + " says " + i);
      network.run(Duration.ofMillis(20));
    }
  }

  private static void assertAllHaveAllOnce(List<Node> nodes, int messages, long seed) {
    for (Node node : nodes) {
      Set<String> expected = new TreeSet<>();
      for (int i = 0; i < messages; i++) {
        Node author = nodes.get(i % nodes.size());
        if (author != node) {
          expected.add(author + " says " + i);
        }
      }
      assertEquals(expected, new TreeSet<>(node.delivered), node + ", seed " + seed);
      assertEquals(expected.size(), node.delivered.size(), node + " got one twice, seed " + seed);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void thirtyNodesThatDialThreeOthersAllGetEveryMessageOnceWithinThreeHeartbeats(long seed) {
    VirtualNetwork network = new VirtualNetwork(seed);
    List<Node> nodes = mixed(network, 30, 3, new GossipsubOptions());
    nodes.forEach(node -> node.subscribe(TOPIC));
    network.run(HEARTBEAT.multipliedBy(2));
    everyoneSays(network, nodes, 60);
    network.run(HEARTBEAT.multipliedBy(3));
    assertAllHaveAllOnce(nodes, 60, seed);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void withoutFloodPublishingItIsTheSame(long seed) {
    VirtualNetwork network = new VirtualNetwork(seed);
    List<Node> nodes = mixed(network, 30, 3, new GossipsubOptions().setFloodPublish(false));
    nodes.forEach(node -> node.subscribe(TOPIC));
    network.run(HEARTBEAT.multipliedBy(2));
    everyoneSays(network, nodes, 60);
    network.run(HEARTBEAT.multipliedBy(3));
    assertAllHaveAllOnce(nodes, 60, seed);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aSparseMeshOfManyConnectionsIsMendedByGossip(long seed) {
    VirtualNetwork network = new VirtualNetwork(seed);
    List<Node> nodes = mixed(network, 40, 12, new GossipsubOptions().setD(2).setDLow(1).setDHigh(3));
    nodes.forEach(node -> node.subscribe(TOPIC));
    network.run(HEARTBEAT.multipliedBy(5));
    everyoneSays(network, nodes, 40);
    network.run(HEARTBEAT.multipliedBy(6));
    assertAllHaveAllOnce(nodes, 40, seed);
  }

  /** Wire notes, 30.10 and 30.11: what a strict peer looks at in everything we send. */
  @Test
  void nothingThatWeSendHasMoreThanTheSpecificationNames() {
    VirtualNetwork network = new VirtualNetwork(7);
    List<Node> nodes = mixed(network, 15, 8, new GossipsubOptions().setD(3).setDLow(2).setDHigh(4));
    nodes.forEach(node -> node.subscribe(TOPIC));
    network.run(HEARTBEAT.multipliedBy(2));
    everyoneSays(network, nodes, 30);
    nodes.subList(0, 5).forEach(node -> node.unsubscribe(TOPIC));
    network.run(HEARTBEAT.multipliedBy(3));
    List<RpcProto.Rpc> all = nodes.stream().flatMap(node -> node.sent.stream()).toList();
    for (RpcProto.Rpc rpc : all) {
      assertTrue(rpc.getUnknownFields().asMap().isEmpty(), rpc::toString);
      assertTrue(rpc.getControl().getUnknownFields().asMap().isEmpty(), rpc::toString);
      assertTrue(rpc.getSerializedSize() <= 64 * 1024);
      for (RpcProto.Message message : rpc.getPublishList()) {
        assertEquals(List.of(TOPIC), message.getTopicList());
        assertEquals(8, message.getSeqno().size());
        assertTrue(message.getFrom().size() > 0 && message.getSignature().size() > 0, message::toString);
        assertFalse(message.hasKey(), "the id has it");
        assertTrue(message.getUnknownFields().asMap().isEmpty(), message::toString);
      }
    }
    assertTrue(all.stream().anyMatch(rpc -> rpc.getControl().getIhaveCount() > 0));
    assertTrue(all.stream().anyMatch(rpc -> rpc.getControl().getPruneCount() > 0));
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    List<List<List<String>>> runs = new ArrayList<>();
    for (int run = 0; run < 2; run++) {
      VirtualNetwork network = new VirtualNetwork(11);
      List<Node> nodes = mixed(network, 20, 3, new GossipsubOptions());
      nodes.forEach(node -> node.subscribe(TOPIC));
      everyoneSays(network, nodes, 40);
      network.run(HEARTBEAT.multipliedBy(3));
      runs.add(nodes.stream().map(node -> node.delivered).toList());
    }
    assertEquals(runs.get(0), runs.get(1));
  }

  @Test
  void inAChainOfThreeTheEndsHearEachOther() {
    VirtualNetwork network = new VirtualNetwork(1);
    List<Node> chain = network.add(3, new GossipsubOptions());
    chain.forEach(node -> node.subscribe(TOPIC));
    network.connect(chain.get(1), chain.get(0));
    network.connect(chain.get(2), chain.get(1));
    network.run(HEARTBEAT);
    chain.get(0).publish(TOPIC, "from one end");
    chain.get(2).publish(TOPIC, "from the other");
    network.run(Duration.ofMillis(500));
    assertEquals(List.of("from the other"), chain.get(0).delivered);
    assertEquals(Set.of("from one end", "from the other"), new HashSet<>(chain.get(1).delivered));
    assertEquals(List.of("from one end"), chain.get(2).delivered);
  }

  @Test
  void aMessageReachesSubscribersBeforeAnyHeartbeat() {
    VirtualNetwork network = new VirtualNetwork(1);
    List<Node> nodes = network.add(2, new GossipsubOptions().setHeartbeat(Duration.ofSeconds(10)));
    nodes.forEach(node -> node.subscribe(TOPIC));
    network.connect(nodes.get(0), nodes.get(1));
    network.run(Duration.ofMillis(300));
    nodes.get(0).publish(TOPIC, "first");
    network.run(Duration.ofMillis(100));
    assertEquals(List.of("first"), nodes.get(1).delivered);
  }

  @Test
  void whoDoesNotSubscribePublishesThroughItsFanout() {
    for (boolean flood : new boolean[] {true, false}) {
      VirtualNetwork network = new VirtualNetwork(1);
      List<Node> nodes = mixed(network, 20, 4, new GossipsubOptions().setFloodPublish(flood));
      nodes.subList(1, 20).forEach(node -> node.subscribe(TOPIC));
      network.run(HEARTBEAT.multipliedBy(2));
      nodes.get(0).publish(TOPIC, "x");
      network.run(HEARTBEAT.multipliedBy(3));
      nodes.subList(1, 20).forEach(node -> assertEquals(List.of("x"), node.delivered));
      assertEquals(List.of(), nodes.get(0).delivered);
    }
  }

  @Test
  void aLateJoinerOutsideAnyMeshGetsTheLastMessagesByGossip() {
    VirtualNetwork network = new VirtualNetwork(5);
    GossipsubOptions options = new GossipsubOptions().setD(3).setDLow(3).setDHigh(3);
    List<Node> nodes = network.add(4, options);
    for (Node node : nodes) {
      nodes.forEach(other -> {
        if (other.number < node.number) {
          network.connect(node, other);
        }
      });
      node.subscribe(TOPIC);
    }
    network.run(HEARTBEAT.multipliedBy(2));
    nodes.get(0).publish(TOPIC, "before");
    network.run(Duration.ofMillis(500));
    Node late = network.add(options);
    late.subscribe(TOPIC);
    nodes.forEach(node -> network.connect(late, node));
    network.run(HEARTBEAT.multipliedBy(3));
    assertEquals(List.of("before"), late.delivered);
    assertTrue(late.sent.stream().anyMatch(rpc -> rpc.getControl().getIwantCount() > 0), "it asked for it");
  }

  @Test
  void messagesGoOnWhileConnectionsBreak() {
    VirtualNetwork network = new VirtualNetwork(9);
    List<Node> nodes = mixed(network, 20, 5, new GossipsubOptions());
    nodes.forEach(node -> node.subscribe(TOPIC));
    network.run(HEARTBEAT.multipliedBy(2));
    for (int i = 0; i < 30; i++) {
      Node one = nodes.get(network.random(20));
      Node other = nodes.get((one.number + network.random(18)) % 20);
      if (one != other) {
        network.disconnect(one, other);
        network.run(Duration.ofMillis(200));
        network.connect(other, one);
      }
      network.run(HEARTBEAT);
    }
    network.run(HEARTBEAT.multipliedBy(5));
    everyoneSays(network, nodes, 20);
    network.run(HEARTBEAT.multipliedBy(3));
    assertAllHaveAllOnce(nodes, 20, network.seed);
  }

  /** SEC-36: 24 hours of joining and leaving topics, and nobody ever does what others would punish. */
  @Test
  void honestNodesNeverOffendEachOther() {
    VirtualNetwork network = new VirtualNetwork(3);
    List<Node> nodes = mixed(network, 6, 5, new GossipsubOptions().setD(2).setDLow(1).setDHigh(3));
    List<String> topics = List.of("a", "b", "c");
    nodes.forEach(node -> topics.forEach(node::subscribe));
    for (int minute = 0; minute < 24 * 60; minute++) {
      Node node = nodes.get(network.random(nodes.size()));
      String topic = topics.get(network.random(topics.size()));
      if (network.random(2) == 0) {
        node.subscribe(topic);
      } else {
        node.unsubscribe(topic);
      }
      network.run(Duration.ofSeconds(1 + network.random(118)));
    }
    assertEquals(List.of(0L, 0L, 0L, 0L, 0L, 0L),
        nodes.stream().map(node -> node.machine.count(Counter.OFFENCE)).toList());
    assertTrue(nodes.stream().mapToLong(node -> node.machine.count(Counter.GRAFT_REFUSED)).sum() > 0,
        "the meshes were small enough for refusals to occur");
  }

  /** SEC-37: options at their corners. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  void noCornerOfTheOptionsStopsAMessage(int corner) {
    GossipsubOptions options = switch (corner) {
      case 0 -> new GossipsubOptions().setHistoryLength(1).setHistoryGossip(0);
      case 1 -> new GossipsubOptions().setDLow(0).setD(1).setDHigh(1);
      case 2 -> new GossipsubOptions().setD(1000).setDHigh(1000).setDLow(1000);
      case 3 -> new GossipsubOptions().setDLazy(0).setGossipFactor(0);
      case 4 -> new GossipsubOptions().setGossipFactor(1).setDLazy(1000).setHistoryLength(1000).setHistoryGossip(1000);
      case 5 -> new GossipsubOptions().setFanoutTtl(Duration.ZERO).setFloodPublish(false);
      case 6 -> new GossipsubOptions().setHeartbeat(Duration.ofDays(1)).setFirstHeartbeat(Duration.ofDays(1));
      default -> new GossipsubOptions().setPolicy(SignaturePolicy.STRICT_NO_SIGN);
    };
    VirtualNetwork network = new VirtualNetwork(corner);
    List<Node> nodes = mixed(network, 5, 4, options);
    nodes.forEach(node -> node.subscribe(TOPIC));
    network.run(HEARTBEAT.multipliedBy(2));
    everyoneSays(network, nodes, 10);
    network.run(HEARTBEAT.multipliedBy(8));
    if (corner != 1) { // a mesh of pairs does not connect five
      assertAllHaveAllOnce(nodes, 10, corner);
    }
    network.run(HEARTBEAT.multipliedBy(200));
    assertTrue(IntStream.range(0, 5).allMatch(i -> nodes.get(i).delivered.size() >= 1));
  }
}
