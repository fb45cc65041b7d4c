package io.peerbus.kademlia;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.PeerId;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** SEC-39, G22: sybils that are the nearest of all to a key, and forget what they are given. */
class CensorshipTest {

  private static final int HONEST = Integer.getInteger("kademlia.honest", 120);
  private static final int KEYS = Integer.getInteger("kademlia.keys", 4);
  private static final int SYBILS = 45;
  /** Ids an attacker has to make before it has enough near any key. */
  private static final int MADE = 400 * HONEST;
  private static final int FIRST = 10_000_000;

  private final VirtualDht dht = new VirtualDht(39);
  private final Set<VirtualNode> sybils = new LinkedHashSet<>();
  /** Hops by the lookup that they belong to. */
  private final Map<String, Integer> traced = new TreeMap<>();

  /** As they censor: what they tell of peers is true, and they have never heard of the record. */
  private Message censored(VirtualNode node, Message honest) {
    return sybils.contains(node) && honest.type() != Message.Type.PUT_VALUE
        ? honest.answer(null, honest.closer(), List.of()) : honest;
  }

  private record Made(int number, Key key) {}

  private List<VirtualNode> sybilsAround(Key key, List<VirtualNode> honest, List<Made> made) {
    return made.stream().sorted(Comparator.comparing(Made::key, key.byDistance())).limit(SYBILS).map(one -> {
      VirtualNode sybil = dht.add(one.number, new KademliaOptions().setMode(Mode.SERVER));
      sybils.add(sybil);
      sybil.start(honest.get(one.number % honest.size()));
      return sybil;
    }).toList();
  }

  @Test
  void whatIsCensoredByTheNearestIsFoundAllTheSame() {
    dht.answers = this::censored;
    List<VirtualNode> honest = dht.servers(HONEST);
    dht.kernel.run(Duration.ofMinutes(5));
    List<Made> made = IntStream.range(FIRST, FIRST + MADE).mapToObj(i -> new Made(i, TestPeers.key(i))).toList();
    int found = 0;
    for (int i = 0; i < KEYS; i++) {
      byte[] key = TestPeers.utf8("/v/" + i);
      List<VirtualNode> around = sybilsAround(Key.of(key), honest, made);
      dht.kernel.run(Duration.ofMinutes(1));
      VirtualNode publisher = honest.get(i % HONEST);
      VirtualNode reader = honest.get((7 * i + 100) % HONEST);
      Outcome.Published put = (Outcome.Published) publisher.outcome(publisher.put(key, new byte[] {1}));
      assertTraced(put.trace(), put.peers());
      publisher.outcome(publisher.provide(key));
      dht.kernel.run(Duration.ofSeconds(10));
      List<PeerId> nearest = dht.nearest(key, 20, null);
      long hostile = around.stream().filter(node -> nearest.contains(node.id)).count();
      assertTrue(hostile >= 18, hostile + " of the 20 nearest are sybils");
      Outcome got = reader.outcome(reader.get(key));
      if (got instanceof Outcome.Value value) {
        found++;
        assertTraced(value.trace(), value.peers().stream().filter(peer -> !peer.equals(reader.id)).toList());
      }
      Outcome providers = reader.outcome(reader.findProviders(key, 1));
      found += providers instanceof Outcome.Peers peers && peers.contacts().get(0).peer().equals(publisher.id) ? 1 : 0;
      assertNoMoreLookupsWhenCancelled(reader, reader.get(key));
      assertNoMoreLookupsWhenCancelled(reader, reader.findProviders(key, 20));
      around.forEach(VirtualNode::kill);
    }
    assertEquals(2 * KEYS, found);
    assertEquals(Set.of("", "beside 1", "beside 2", "beside 3", "beside 4", "others"), traced.keySet());
  }

  private void assertNoMoreLookupsWhenCancelled(VirtualNode reader, long operation) {
    long before = reader.machine.count(Counter.LOOKUPS);
    dht.kernel.run(Duration.ofMillis(50));
    assertTrue(!reader.outcomes.containsKey(operation), "it is over already");
    reader.cancel(operation);
    assertInstanceOf(Outcome.Refused.class, reader.outcome(operation));
    assertEquals(before, reader.machine.count(Counter.LOOKUPS));
  }

  /** Whoever took or told something was asked, and the trace says in which lookup. */
  private void assertTraced(List<Hop> trace, List<PeerId> peers) {
    Set<PeerId> asked = trace.stream().map(Hop::peer).collect(Collectors.toSet());
    assertTrue(asked.containsAll(peers), "somebody is not in the trace");
    trace.forEach(hop -> traced.merge(hop.lookup(), 1, Integer::sum));
  }
}
