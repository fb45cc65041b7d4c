package io.peerbus.kademlia;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.kademlia.RoutingTable.Outcome;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RoutingTableTest {

  private static final int SELF = 0;
  private static final Key SELF_KEY = TestPeers.key(SELF);

  private final KademliaOptions options = new KademliaOptions().setK(4);
  private RoutingTable table = new RoutingTable(SELF_KEY, options);

  /** Numbers of peers whose key has just so many bits in common with ours, each in an IP group of its own. */
  private static List<Integer> inBucket(int bucket, int count) {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 1; numbers.size() < count; i++) {
      if (SELF_KEY.commonPrefix(TestPeers.key(i)) == bucket) {
        numbers.add(i);
      }
    }
    return numbers;
  }

  private Outcome add(long now, int number) {
    return table.add(now, TestPeers.contact(number), null);
  }

  private List<PeerId> peers() {
    return table.rows().stream().map(row -> row.contact().peer()).toList();
  }

  @Test
  void aBucketTakesKPeersAndRemembersTheRest() {
    List<Integer> numbers = inBucket(1, 6);
    for (int i = 0; i < 4; i++) {
      assertEquals(Outcome.ADDED, add(i, numbers.get(i)));
    }
    assertEquals(Outcome.REMEMBERED, add(4, numbers.get(4)));
    assertEquals(Outcome.REMEMBERED, add(5, numbers.get(5)));
    assertEquals(Outcome.ADDED, add(6, inBucket(2, 1).get(0)), "another bucket has room");
    assertEquals(Outcome.UPDATED, add(7, numbers.get(0)));
    assertEquals(Outcome.SELF, add(8, SELF));
    assertEquals(5, table.size());
    assertNull(table.find(TestPeers.peer(numbers.get(4))));
    assertNotNull(table.find(TestPeers.peer(numbers.get(3))));
  }

  @Test
  void whoFailsMakesWayForTheOneSeenLastAmongThoseWhoWait() {
    List<Integer> numbers = inBucket(1, 6);
    numbers.forEach(number -> add(number, number));
    assertTrue(table.failed(9, TestPeers.peer(numbers.get(0))));
    assertEquals(numbers.subList(1, 4).stream().map(TestPeers::peer).toList(), peers().subList(0, 3));
    assertEquals(TestPeers.peer(numbers.get(5)), peers().get(3));
    assertTrue(table.failed(9, TestPeers.peer(numbers.get(1))));
    assertEquals(TestPeers.peer(numbers.get(4)), peers().get(3));
    assertEquals(4, table.size());
  }

  @Test
  void withNobodyWaitingAPeerMayFailOnce() {
    int number = inBucket(1, 1).get(0);
    PeerId peer = TestPeers.peer(number);
    add(0, number);
    assertFalse(table.failed(1, peer));
    table.alive(2, peer);
    assertFalse(table.failed(3, peer), "a sign of life makes it even");
    assertTrue(table.failed(4, peer));
    assertEquals(0, table.size());
    assertFalse(table.failed(5, peer));
  }

  @Test
  void whoWaitsAndFailsIsForgotten() {
    List<Integer> numbers = inBucket(1, 5);
    numbers.forEach(number -> add(0, number));
    assertFalse(table.failed(1, TestPeers.peer(numbers.get(4))));
    table.remove(2, TestPeers.peer(numbers.get(0)));
    assertEquals(3, table.size());
  }

  @Test
  void noMoreThanSoManyAreRemembered() {
    options.getLimits().setMaxReplacements(2);
    table = new RoutingTable(SELF_KEY, options);
    List<Integer> numbers = inBucket(0, 10);
    numbers.forEach(number -> add(0, number));
    for (int i = 0; i < 4; i++) {
      table.remove(1, TestPeers.peer(numbers.get(i)));
    }
    assertEquals(List.of(TestPeers.peer(numbers.get(9)), TestPeers.peer(numbers.get(8))), peers());
  }

  /** SEC-42: ids cost nothing, so ten thousand of them in one /16 get no more than three places. */
  @Test
  void oneIpGroupGetsTwoPlacesInABucketAndThreeInTheTable() {
    table = new RoutingTable(SELF_KEY, new KademliaOptions());
    Multiaddr remote = Multiaddr.tcp("203.0.113.9", 4001);
    for (int i = 1; i <= 10_000; i++) {
      Contact sybil = new Contact(TestPeers.peer(i), List.of(Multiaddr.tcp("203.0." + i % 256 + "." + i / 256, 4001)));
      Outcome outcome = table.add(i, sybil, remote);
      assertTrue(outcome == Outcome.ADDED || outcome == Outcome.TOO_MANY_OF_ITS_GROUP);
    }
    assertEquals(3, table.size());
    assertTrue(table.rows().stream().map(RoutingTable.Row::bucket).distinct().count() >= 2);
  }

  @Test
  void whereAPeerIsSeenCountsWhateverItSaysOfItself() {
    table = new RoutingTable(SELF_KEY, new KademliaOptions());
    Multiaddr remote = Multiaddr.tcp("203.0.113.9", 4001);
    for (int i = 1; i <= 100; i++) {
      table.add(i, TestPeers.contact(i), remote);
    }
    assertEquals(3, table.size());
  }

  /** SEC-42: three sybils could otherwise close the table to as many groups as each of them names addresses. */
  @Test
  void whatAPeerSaysOfItselfTakesNoPlaceOfAnotherIpGroup() {
    table = new RoutingTable(SELF_KEY, new KademliaOptions());
    Multiaddr honest = Multiaddr.tcp("198.51.100.1", 4001);
    List<Multiaddr> told = List.of(Multiaddr.tcp("203.0.113.9", 4001), honest);
    List<Integer> numbers = List.of(inBucket(0, 1).get(0), inBucket(1, 1).get(0), inBucket(2, 1).get(0));
    for (int number : numbers) {
      assertEquals(Outcome.ADDED, table.add(0, new Contact(TestPeers.peer(number), told), told.get(0)));
    }
    Contact one = new Contact(TestPeers.peer(inBucket(3, 1).get(0)), List.of(honest));
    assertTrue(table.hasRoomFor(one, honest));
    assertEquals(Outcome.ADDED, table.add(1, one, honest));
  }

  @Test
  void thereIsRoomForWhomTheTableWouldTake() {
    List<Integer> numbers = inBucket(1, 5);
    for (int number : numbers) {
      boolean room = table.hasRoomFor(TestPeers.contact(number), null);
      assertEquals(room ? Outcome.ADDED : Outcome.REMEMBERED, add(0, number));
      assertEquals(table.size() < 4 || number == numbers.get(3), room);
    }
    assertTrue(table.hasRoomFor(TestPeers.contact(inBucket(3, 1).get(0)), null), "a bucket that is not there yet");
    assertFalse(table.hasRoomFor(TestPeers.contact(SELF), null));
    List<Multiaddr> group = TestPeers.contact(numbers.get(0)).addresses();
    assertTrue(table.hasRoomFor(new Contact(TestPeers.peer(inBucket(3, 1).get(0)), group), null));
    for (int number : inBucket(3, 2)) {
      table.add(0, new Contact(TestPeers.peer(number), group), null);
    }
    assertFalse(table.hasRoomFor(new Contact(TestPeers.peer(inBucket(4, 1).get(0)), group), null), "its group is full");
  }

  @Test
  void manyPeersOnLoopbackAreNoAttack() {
    table = new RoutingTable(SELF_KEY, new KademliaOptions());
    for (int i = 1; i <= 30; i++) {
      Contact contact = new Contact(TestPeers.peer(i), List.of(Multiaddr.tcp("127.0.0.1", i)));
      assertTrue(table.add(i, contact, Multiaddr.tcp("127.0.0.1", 9)) != Outcome.TOO_MANY_OF_ITS_GROUP);
    }
    assertTrue(table.size() > 20);
  }

  @Test
  void aPlaceOfAGroupIsFreeWhenItsPeerLeavesOrMoves() {
    List<Integer> numbers = inBucket(1, 3);
    List<Multiaddr> group = List.of(Multiaddr.tcp("203.0.113.9", 4001));
    for (int i = 0; i < 2; i++) {
      assertEquals(Outcome.ADDED, table.add(0, new Contact(TestPeers.peer(numbers.get(i)), group), null));
    }
    Contact third = new Contact(TestPeers.peer(numbers.get(2)), group);
    assertEquals(Outcome.TOO_MANY_OF_ITS_GROUP, table.add(0, third, null));
    table.add(1, TestPeers.contact(numbers.get(0)), null);
    assertEquals(TestPeers.contact(numbers.get(0)), table.find(TestPeers.peer(numbers.get(0))));
    assertEquals(Outcome.ADDED, table.add(2, third, null));
    table.add(3, new Contact(TestPeers.peer(numbers.get(0)), group), null);
    assertEquals(TestPeers.contact(numbers.get(0)), table.find(TestPeers.peer(numbers.get(0))),
        "it cannot move back into a group that is full");
    table.remove(4, TestPeers.peer(numbers.get(1)));
    table.add(5, new Contact(TestPeers.peer(numbers.get(0)), group), null);
    assertEquals(group, table.find(TestPeers.peer(numbers.get(0))).addresses());
  }

  @Property(tries = 100)
  void theClosestAreThoseThatSortingAllWouldFind(@ForAll long seed, @ForAll @IntRange(min = 1, max = 400) int size,
      @ForAll @IntRange(min = 1, max = 30) int count) {
    KademliaOptions many = new KademliaOptions();
    many.getLimits().setMaxPerGroupInBucket(1000).setMaxPerGroupInTable(1000);
    RoutingTable any = new RoutingTable(SELF_KEY, many);
    Random random = new Random(seed);
    for (int i = 0; i < size; i++) {
      any.add(i, TestPeers.contact(1 + random.nextInt(100_000)), null);
    }
    Key target = random.nextInt(4) == 0 ? TestPeers.randomAt(SELF_KEY, random.nextInt(12), random)
        : TestPeers.key(random.nextInt(100_000));
    List<Contact> expected = any.rows().stream().map(RoutingTable.Row::contact)
        .sorted(Comparator.comparing(contact -> Key.of(contact.peer()), target.byDistance())).toList();
    assertEquals(expected.subList(0, Math.min(count, expected.size())), any.closest(target, count, null));
    PeerId nearest = expected.get(0).peer();
    assertEquals(expected.subList(1, Math.min(count + 1, expected.size())), any.closest(target, count, nearest));
  }

  @Test
  void aBucketIsStaleUntilALookupGoesIntoIt() {
    add(0, inBucket(0, 1).get(0));
    add(50, inBucket(2, 1).get(0));
    for (int bucket = 0; bucket < 3; bucket++) {
      assertEquals(bucket, table.staleBucket(50, 100), "one that was never looked into");
      table.lookedUp(50 * Math.min(bucket, 1), TestPeers.randomAt(SELF_KEY, bucket, new Random(1)));
    }
    assertEquals(-1, table.staleBucket(99, 100));
    assertEquals(0, table.staleBucket(100, 100));
    table.lookedUp(100, TestPeers.randomAt(SELF_KEY, 0, new Random(1)));
    assertEquals(-1, table.staleBucket(149, 100));
    assertEquals(1, table.staleBucket(150, 100));
    table.lookedUp(150, TestPeers.randomAt(SELF_KEY, 1, new Random(1)));
    assertEquals(2, table.staleBucket(150, 100));
    table.lookedUp(150, TestPeers.randomAt(SELF_KEY, 200, new Random(1)));
    assertEquals(2, table.staleBucket(150, 100), "a lookup deeper than all peers refreshes nothing");
  }

  @Test
  void peersThatAreQuietAreFoundOnce() {
    List<Integer> numbers = inBucket(0, 2);
    add(0, numbers.get(0));
    add(50, numbers.get(1));
    assertEquals(List.of(), table.quiet(99, 100));
    assertEquals(List.of(TestPeers.contact(numbers.get(0))), table.quiet(100, 100));
    assertEquals(List.of(), table.quiet(120, 100), "it was just asked");
    table.alive(140, TestPeers.peer(numbers.get(1)));
    assertEquals(List.of(TestPeers.contact(numbers.get(0))), table.quiet(200, 100));
  }
}
