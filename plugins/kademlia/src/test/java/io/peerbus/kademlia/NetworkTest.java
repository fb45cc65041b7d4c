package io.peerbus.kademlia;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A hundred nodes in virtual time. */
class NetworkTest {

  private static final byte[] KEY = TestPeers.utf8("/v/key");
  private static final byte[] CONTENT = TestPeers.utf8("a content");

  private final VirtualDht dht = new VirtualDht(1);

  private static byte[] value(int rank) {
    return new byte[] {(byte) rank, 7};
  }

  private List<VirtualNode> settled(int count) {
    List<VirtualNode> nodes = dht.servers(count);
    dht.kernel.run(Duration.ofMinutes(2));
    return nodes;
  }

  private static List<PeerId> peers(Outcome outcome) {
    return assertInstanceOf(Outcome.Peers.class, outcome).contacts().stream().map(Contact::peer).toList();
  }

  private static List<PeerId> publishedTo(Outcome outcome) {
    return assertInstanceOf(Outcome.Published.class, outcome).peers();
  }

  private void assertTrulyNearest(List<VirtualNode> nodes, int lookups) {
    for (int i = 0; i < lookups; i++) {
      byte[] key = TestPeers.utf8("key " + i);
      VirtualNode asker = nodes.get(i * 7 % nodes.size());
      assertEquals(dht.nearest(key, 20, asker), peers(asker.outcome(asker.closest(key))), "of " + asker);
    }
  }

  @Test
  void everyLookupFindsTheTrulyNearest() {
    List<VirtualNode> nodes = settled(100);
    assertTrulyNearest(nodes, 50);
    assertEquals(0, nodes.get(0).machine.underWay());
  }

  @Test
  void whatOnePutsAnyOtherGets() {
    List<VirtualNode> nodes = settled(100);
    List<PeerId> stored = publishedTo(nodes.get(3).outcome(nodes.get(3).put(KEY, value(1))));
    assertEquals(new HashSet<>(dht.nearest(KEY, 20, nodes.get(3))), new HashSet<>(stored));
    for (int i = 0; i < 100; i += 9) {
      assertArrayEquals(value(1), nodes.get(i).value(KEY), "at node " + i);
    }
    assertNull(nodes.get(5).value(TestPeers.utf8("/v/another")));
  }

  @Test
  void whatOneProvidesAnyOtherFinds() {
    List<VirtualNode> nodes = settled(100);
    for (int i = 10; i < 13; i++) {
      assertEquals(20, publishedTo(nodes.get(i).outcome(nodes.get(i).provide(CONTENT))).size());
    }
    VirtualNode asker = nodes.get(50);
    Outcome.Peers found = assertInstanceOf(Outcome.Peers.class, asker.outcome(asker.findProviders(CONTENT, 20)));
    assertEquals(List.of(nodes.get(10).contact(), nodes.get(11).contact(), nodes.get(12).contact()),
        found.contacts().stream().sorted(Comparator.comparing(contact -> number(nodes, contact))).toList());
    assertEquals(3, asker.updates.size(), "each is told as it is found");
    assertEquals(1, peers(asker.outcome(asker.findProviders(CONTENT, 1))).size());
    assertInstanceOf(Outcome.NotFound.class, asker.outcome(asker.findProviders(KEY, 20)));
  }

  private static int number(List<VirtualNode> nodes, Contact contact) {
    return nodes.stream().filter(node -> node.id.equals(contact.peer())).findFirst().orElseThrow().number;
  }

  @Test
  void anyPeerIsFoundByName() {
    List<VirtualNode> nodes = settled(100);
    for (int i = 1; i < 100; i += 9) {
      Outcome.Peers found = assertInstanceOf(Outcome.Peers.class,
          nodes.get(0).outcome(nodes.get(0).findPeer(nodes.get(i).id)));
      assertEquals(List.of(nodes.get(i).contact()), found.contacts());
    }
    Outcome.NotFound nobody = assertInstanceOf(Outcome.NotFound.class,
        nodes.get(0).outcome(nodes.get(0).findPeer(TestPeers.peer(5000))));
    assertFalse(nobody.trace().isEmpty());
  }

  /** Issue, criterion 2: a third is killed. */
  @Test
  void withAThirdGoneAllIsStillFoundAndNewNodesComeIn() {
    List<VirtualNode> nodes = settled(60);
    nodes.get(0).outcome(nodes.get(0).put(KEY, value(1)));
    nodes.get(1).outcome(nodes.get(1).provide(CONTENT));
    IntStream.range(0, 60).filter(i -> i % 3 == 2).forEach(i -> nodes.get(i).kill());
    for (int i = 3; i < 60; i += 3) {
      assertArrayEquals(value(1), nodes.get(i).value(KEY));
      assertEquals(List.of(nodes.get(1).id), peers(nodes.get(i).outcome(nodes.get(i).findProviders(CONTENT, 5))));
    }
    VirtualNode late = dht.add(new KademliaOptions().setMode(Mode.SERVER));
    late.start(nodes.get(30));
    dht.kernel.run(Duration.ofMinutes(30));
    assertArrayEquals(value(1), late.value(KEY));
    assertTrulyNearest(dht.up(), 40);
    assertEquals(List.of(late.contact()), assertInstanceOf(Outcome.Peers.class,
        nodes.get(4).outcome(nodes.get(4).findPeer(late.id))).contacts());
  }

  @Test
  void aLossyNetworkIsSlowerAndFindsAllTheSame() {
    dht.weather = dht.weather.withLoss(0.05);
    List<VirtualNode> nodes = settled(60);
    nodes.get(0).outcome(nodes.get(0).put(KEY, value(1)));
    for (int i = 1; i < 60; i += 3) {
      assertArrayEquals(value(1), nodes.get(i).value(KEY));
    }
  }

  @Test
  void aSeedIsARunByteForByte() {
    assertEquals(journal(5), journal(5));
    assertNotEquals(journal(5), journal(6));
  }

  private static String journal(long seed) {
    VirtualDht dht = new VirtualDht(seed);
    dht.weather = dht.weather.withLoss(0.02);
    List<VirtualNode> nodes = dht.servers(40);
    dht.kernel.run(Duration.ofMinutes(5));
    nodes.get(0).outcome(nodes.get(0).put(KEY, value(1)));
    nodes.get(7).value(KEY);
    return dht.kernel.journal();
  }

  @Test
  void aClientIsInNobodysTableAndMayAskAll() {
    List<VirtualNode> nodes = settled(30);
    VirtualNode client = dht.add(new KademliaOptions().setMode(Mode.CLIENT));
    client.start(nodes.get(0));
    dht.kernel.run(Duration.ofMinutes(30));
    assertEquals(20, publishedTo(client.outcome(client.put(KEY, value(1)))).size());
    assertArrayEquals(value(1), nodes.get(9).value(KEY));
    for (VirtualNode node : nodes) {
      assertTrue(node.machine.table().stream().noneMatch(row -> row.contact().peer().equals(client.id)));
    }
    assertEquals(List.of(client.contact()), assertInstanceOf(Outcome.Peers.class,
        nodes.get(7).outcome(nodes.get(7).findPeer(client.id))).contacts(), "whoever is connected to it knows it");
  }

  @Test
  void aNodeThatLostEverybodyComesBack() {
    List<VirtualNode> nodes = settled(20);
    VirtualNode lonely = nodes.get(19);
    nodes.subList(0, 19).forEach(VirtualNode::kill);
    dht.kernel.run(Duration.ofHours(2));
    assertEquals(0, lonely.machine.table().size());
    assertInstanceOf(Outcome.NotFound.class, lonely.outcome(lonely.get(KEY)));
    nodes.subList(0, 19).forEach(node -> node.start(nodes.get(0)));
    dht.kernel.run(Duration.ofMinutes(20));
    assertTrulyNearest(dht.up(), 20);
    assertTrue(lonely.machine.table().size() >= 15);
  }

  @Test
  void aNodeThatWasAwayRemembersWhoWasThereThoughNobodyNamesThemAnyMore() {
    List<VirtualNode> nodes = settled(20);
    VirtualNode away = nodes.get(19);
    away.kill();
    nodes.subList(0, 10).forEach(VirtualNode::kill);
    dht.kernel.run(Duration.ofHours(2));
    away.start();
    dht.kernel.run(Duration.ofMinutes(20));
    assertTrulyNearest(dht.up(), 20);
    assertEquals(9, away.machine.table().size());
  }

  @Test
  void whatIsRememberedOutlivesANodeThatFindsNobody() {
    VirtualNode server = dht.servers(1).get(0);
    VirtualNode node = dht.add(new KademliaOptions());
    node.start(server);
    dht.kernel.run(Duration.ofMinutes(1));
    node.kill();
    server.kill();
    node.start();
    dht.kernel.run(Duration.ofHours(24));
    assertEquals(0, node.machine.table().size());
    node.kill();
    server.start();
    node.start();
    dht.kernel.run(Duration.ofMinutes(1));
    assertEquals(1, node.machine.table().size());
  }

  /** Issue, criterion 3. */
  @Test
  void inSeventyTwoHoursWhatIsPublishedStaysAndWhatIsNotGoes() {
    List<VirtualNode> nodes = dht.servers(25, new KademliaOptions().setMode(Mode.SERVER)
        .setRefresh(Duration.ofHours(1)).setLiveness(Duration.ofHours(1)));
    byte[] left = TestPeers.utf8("/v/left behind");
    nodes.get(0).outcome(nodes.get(0).put(KEY, value(1)));
    nodes.get(0).outcome(nodes.get(0).provide(CONTENT));
    nodes.get(1).outcome(nodes.get(1).put(left, value(2)));
    nodes.get(2).outcome(nodes.get(2).provide(left));
    nodes.get(1).kill();
    nodes.get(2).kill();
    VirtualNode asker = nodes.get(20);
    dht.kernel.run(Duration.ofHours(47));
    assertArrayEquals(value(2), asker.value(left));
    assertEquals(List.of(nodes.get(2).id), peers(asker.outcome(asker.findProviders(left, 5))));
    dht.kernel.run(Duration.ofHours(25));
    assertNull(asker.value(left));
    assertInstanceOf(Outcome.NotFound.class, asker.outcome(asker.findProviders(left, 5)));
    assertArrayEquals(value(1), asker.value(KEY));
    assertEquals(List.of(nodes.get(0).id), peers(asker.outcome(asker.findProviders(CONTENT, 5))));
    long again = nodes.get(0).machine.count(Counter.REPUBLISHED);
    assertTrue(again == 6 || again == 7 || again == 5, "republished " + again + " times in 72 hours");
    for (VirtualNode node : dht.up()) {
      assertTrue(node.machine.records() <= 1 && node.machine.providers() <= 1, "nothing is left of what is over");
    }
  }

  @Test
  void whatIsStoredIsThereAfterARestart() {
    List<VirtualNode> nodes = settled(25);
    nodes.get(0).outcome(nodes.get(0).put(KEY, value(1)));
    nodes.get(0).outcome(nodes.get(0).provide(CONTENT));
    dht.kernel.run(Duration.ofSeconds(1)); // nobody answers an ADD_PROVIDER
    nodes.forEach(VirtualNode::kill);
    dht.kernel.run(Duration.ofHours(1));
    nodes.subList(1, 25).forEach(node -> node.start(nodes.get(1)));
    dht.kernel.run(Duration.ofMinutes(5));
    assertArrayEquals(value(1), nodes.get(20).value(KEY));
    assertEquals(List.of(nodes.get(0).id), peers(nodes.get(20).outcome(nodes.get(20).findProviders(CONTENT, 5))));
    nodes.get(0).start(nodes.get(1));
    assertEquals(2, nodes.get(0).machine.publications(), "and its publisher publishes it still");
  }

  @Test
  void theBestRecordWinsAndPeersWithAWorseOneAreTold() {
    List<VirtualNode> nodes = settled(25);
    VirtualNode first = nodes.get(0);
    first.outcome(first.put(KEY, value(1)));
    // The second publisher knows half of the network only.
    List<PeerId> near = dht.nearest(KEY, 20, first);
    List<VirtualNode> away = nodes.stream().filter(node -> near.subList(0, 12).contains(node.id)).toList();
    away.forEach(node -> node.up = false);
    VirtualNode second = nodes.stream().filter(node -> node.up && node != first).findFirst().orElseThrow();
    second.outcome(second.put(KEY, value(2)));
    away.forEach(node -> node.start(first));
    dht.kernel.run(Duration.ofMinutes(15));
    VirtualNode asker = nodes.stream().filter(node -> node.up && node != first && node != second)
        .findFirst().orElseThrow();
    asker.options.setQuorum(20);
    assertArrayEquals(value(2), asker.value(KEY));
    dht.kernel.run(Duration.ofSeconds(10));
    assertTrue(asker.machine.count(Counter.CORRECTIONS) >= 5, "corrected " + asker.machine.count(Counter.CORRECTIONS));
    int better = 0;
    for (VirtualNode node : away) {
      StoredRecord stored = StoredRecord.of(node.storages.records().get(Key.of(KEY).toBytes()));
      better += stored != null && stored.value()[0] == 2 ? 1 : 0;
    }
    assertTrue(better >= 10, better + " of 12 have the newer one now");
    assertInstanceOf(Outcome.Refused.class, second.outcome(second.put(KEY, value(1))), "an older one is not put");
  }

  /** A node that has just started may know nobody yet. */
  @Test
  void whatThereWasNobodyForIsPublishedSoon() {
    List<VirtualNode> nodes = settled(30);
    VirtualNode early = dht.add(new KademliaOptions().setMode(Mode.CLIENT));
    early.start();
    assertEquals(List.of(), publishedTo(early.outcome(early.put(KEY, value(1)))));
    assertEquals(List.of(), publishedTo(early.outcome(early.provide(CONTENT))));
    dht.kernel.run(Duration.ofHours(1));
    early.connect(nodes.get(0));
    dht.kernel.run(Duration.ofMinutes(2));
    assertArrayEquals(value(1), nodes.get(20).value(KEY));
    assertEquals(List.of(early.id), peers(nodes.get(21).outcome(nodes.get(21).findProviders(CONTENT, 5))));
    long soon = early.machine.count(Counter.REPUBLISHED);
    dht.kernel.run(Duration.ofMinutes(30));
    assertEquals(soon, early.machine.count(Counter.REPUBLISHED), "some have it now");
  }

  /** Nothing but its time tells one record from another under a key without a namespace. */
  @Test
  void withoutARankWhatWasPutLastIsFoundByWhoPutAnotherBeforeToo() {
    byte[] bare = TestPeers.utf8("no namespace");
    List<VirtualNode> nodes = dht.servers(40, new KademliaOptions().setMode(Mode.SERVER).setStrict(false));
    dht.kernel.run(Duration.ofMinutes(2));
    VirtualNode first = dht.find(dht.nearest(bare, 1, null).get(0));
    VirtualNode second = dht.find(dht.nearest(bare, 40, null).get(39));
    first.outcome(first.put(bare, value(2)));
    dht.kernel.run(Duration.ofMinutes(1));
    second.outcome(second.put(bare, value(1)));
    for (int i = 0; i < 3; i++) {
      nodes.forEach(node -> assertArrayEquals(value(1), node.value(bare), "at " + node));
      dht.kernel.run(Duration.ofHours(12));
    }
  }

  /** SEC-40: false records are neither believed nor kept. */
  @Test
  void recordsThatAreFalseOrForAnotherKeyAreNotBelieved() {
    List<VirtualNode> nodes = settled(25);
    nodes.get(0).outcome(nodes.get(0).put(KEY, value(1)));
    dht.answers = (node, honest) -> {
      if (honest == null || honest.type() != Message.Type.GET_VALUE || node.number % 2 == 0) {
        return honest;
      }
      ValueRecord lie = node.number % 4 == 1 ? new ValueRecord(TestPeers.utf8("/v/other"), value(9))
          : new ValueRecord(KEY, new byte[] {0});
      return honest.answer(lie, honest.closer(), List.of());
    };
    for (int i = 1; i < 25; i++) {
      if (nodes.get(i).number % 2 == 1) {
        assertArrayEquals(value(1), nodes.get(i).value(KEY));
      }
    }
    assertNull(nodes.get(3).value(TestPeers.utf8("/v/absent")));
  }

  /** SEC-42, in a network of 40 honest nodes and 90 sybils of one /16 that all know each other. */
  @Test
  void sybilsOfOneNetGetThreePlacesInATable() {
    List<VirtualNode> nodes = settled(40);
    Net net = new Net();
    List<VirtualNode> sybils = IntStream.range(0, 90).mapToObj(i -> {
      VirtualNode sybil = dht.add(new KademliaOptions().setMode(Mode.SERVER));
      sybil.address = net.next();
      return sybil;
    }).toList();
    sybils.forEach(sybil -> sybil.start(nodes.get(sybil.number % 40)));
    dht.kernel.run(Duration.ofMinutes(5));
    for (VirtualNode node : nodes) {
      long hostile = node.machine.table().stream().filter(row -> net.has(row.contact())).count();
      assertTrue(hostile <= 3, hostile + " sybils in the table of " + node);
      assertTrue(node.machine.table().size() > 20);
    }
    nodes.get(0).outcome(nodes.get(0).put(KEY, value(1)));
    assertArrayEquals(value(1), nodes.get(30).value(KEY));
  }

  /** Addresses in one /16. */
  private static final class Net {
    private int count;

    Multiaddr next() {
      count++;
      return Multiaddr.tcp("203.0." + count / 256 + "." + count % 256, 4001);
    }

    boolean has(Contact contact) {
      return contact.addresses().get(0).toString().startsWith("/ip4/203.0.");
    }
  }
}
