package io.peerbus.kademlia;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.kademlia.Hop.State;
import io.peerbus.kademlia.Lookup.Action;
import io.peerbus.kademlia.Lookup.End;
import io.peerbus.machine.Machine;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class LookupTest {

  private static final PeerId SELF = TestPeers.peer(0);
  private static final Key TARGET = Key.of(TestPeers.utf8("target"));
  private static final Multiaddr REMOTE = Multiaddr.tcp("8.8.8.8", 1);
  private static final Multiaddr IN_GROUP = Multiaddr.tcp("203.0.113.77", 1);
  private static final long SECOND = 1_000_000_000L;

  private final KademliaOptions options = new KademliaOptions().setK(4).setAlpha(3).setBeta(2);
  private Lookup lookup = lookup();

  private Lookup lookup() {
    return new Lookup(TARGET, SELF, options, new AddressFilter(AddressPolicy.AUTO));
  }

  /** Numbers from 1, nearest to the target first, farthest last. */
  private static List<Integer> byDistance(int count) {
    return IntStream.rangeClosed(1, count).boxed()
        .sorted(Comparator.comparing(TestPeers::key, TARGET.byDistance())).toList();
  }

  private static List<Contact> contacts(List<Integer> numbers) {
    return numbers.stream().map(TestPeers::contact).toList();
  }

  private List<PeerId> asks() {
    List<PeerId> peers = new ArrayList<>();
    for (Action action = lookup.poll(); action != null; action = lookup.poll()) {
      if (action instanceof Action.Ask ask) {
        peers.add(ask.contact().peer());
      }
    }
    return peers;
  }

  private static List<PeerId> peers(List<Integer> numbers) {
    return numbers.stream().map(TestPeers::peer).toList();
  }

  private void answer(int number, List<Integer> closer) {
    lookup.onAnswer(1, TestPeers.peer(number), contacts(closer), REMOTE);
  }

  @Example
  void alphaAreAskedAtOnceTheNearestFirst() {
    List<Integer> near = byDistance(10);
    lookup.start(0, contacts(near));
    assertEquals(peers(near.subList(0, 3)), asks());
    answer(near.get(2), List.of());
    assertEquals(peers(near.subList(3, 4)), asks());
  }

  @Example
  void afterTheBetaNearestTheRestOfTheKNearestAreAskedAtOnce() {
    options.setAlpha(1);
    lookup = lookup();
    List<Integer> near = byDistance(10);
    lookup.start(0, contacts(near));
    assertEquals(peers(near.subList(0, 1)), asks());
    answer(near.get(0), List.of());
    assertEquals(peers(near.subList(1, 2)), asks());
    answer(near.get(1), List.of());
    assertEquals(peers(near.subList(2, 4)), asks());
    answer(near.get(2), List.of());
    assertNull(lookup.end());
    answer(near.get(3), List.of());
    assertEquals(End.COMPLETE, lookup.end());
    assertEquals(contacts(near.subList(0, 4)), lookup.closest());
    assertEquals(Machine.NEVER, lookup.deadline());
  }

  @Example
  void withoutSeedsItIsOverAtOnce() {
    lookup.start(0, List.of());
    assertEquals(new Action.Done(End.COMPLETE), lookup.poll());
    assertEquals(List.of(), lookup.closest());
  }

  @Example
  void whoIsSilentForTooLongHasFailedAndMayAnswerStill() {
    List<Integer> near = byDistance(5);
    lookup.start(0, contacts(near.subList(0, 2)));
    assertEquals(2, asks().size());
    assertEquals(10 * SECOND, lookup.deadline());
    lookup.onDeadline(10 * SECOND - 1);
    assertNull(lookup.end());
    answer(near.get(1), near.subList(2, 3));
    assertEquals(peers(near.subList(2, 3)), asks());
    lookup.onDeadline(10 * SECOND);
    assertFalse(lookup.isWaitingFor(TestPeers.peer(near.get(0))));
    assertEquals("no answer within 10000 ms", lookup.trace().get(0).failure());
    answer(near.get(0), List.of());
    assertEquals(State.ANSWERED, lookup.trace().get(0).state());
    answer(near.get(2), List.of());
    assertEquals(End.COMPLETE, lookup.end());
    assertEquals(contacts(near.subList(0, 3)), lookup.closest());
  }

  @Example
  void itEndsWhenItsTimeIsOverWithWhatItHas() {
    options.setQueryTimeout(Duration.ofSeconds(15));
    lookup = lookup();
    List<Integer> near = byDistance(5);
    lookup.start(5 * SECOND, contacts(near));
    answer(near.get(1), List.of());
    lookup.onDeadline(20 * SECOND);
    assertEquals(End.TIMED_OUT, lookup.end());
    assertEquals(contacts(near.subList(1, 2)), lookup.closest());
    answer(near.get(0), List.of());
    assertEquals(1, lookup.closest().size(), "what comes later changes nothing");
  }

  @Example
  void itsOwnerCanEndIt() {
    lookup.start(0, contacts(byDistance(5)));
    asks();
    lookup.stop();
    assertEquals(new Action.Done(End.STOPPED), lookup.poll());
    lookup.stop();
    assertNull(lookup.poll());
  }

  private static List<Contact> inOneGroup(List<Integer> numbers) {
    return numbers.stream().map(number ->
        new Contact(TestPeers.peer(number), List.of(Multiaddr.tcp("203.0.113." + number % 256, 1)))).toList();
  }

  /** Three peers are asked, and each tells of three of one IP group, nearer than all others; they are asked then. */
  private List<PeerId> askedOfOneGroup(List<Integer> near) {
    options.setAlpha(9).setK(9);
    lookup = lookup();
    lookup.start(0, contacts(near.subList(30, 33)));
    asks();
    for (int i = 0; i < 3; i++) {
      lookup.onAnswer(1, TestPeers.peer(near.get(30 + i)), inOneGroup(near.subList(3 * i, 3 * i + 3)), REMOTE);
    }
    return asks();
  }

  /** SEC-42: sybils that name each other are not all that is found. */
  @Example
  void oneIpGroupGetsSixPlacesInALookup() {
    List<Integer> near = byDistance(40);
    List<PeerId> asked = askedOfOneGroup(near);
    assertEquals(peers(near.subList(0, 6)), asked);
    asked.forEach(peer -> lookup.onAnswer(2, peer, List.of(), IN_GROUP));
    assertEquals(new Action.Done(End.COMPLETE), lookup.poll());
    assertEquals(List.of(3, 3, 0), lookup.trace().subList(0, 3).stream().map(Hop::taken).toList());
    assertEquals(peers(near.subList(6, 9)),
        lookup.trace().get(2).rejected().stream().map(Hop.Rejection::peer).toList());
    assertEquals("too many of its IP group in this lookup", lookup.trace().get(2).rejected().get(0).reason());
  }

  /** SEC-42: a liar that knows an honest peer's group could otherwise keep it out with peers that are not there. */
  @Example
  void aPeerThatFailsGivesThePlaceOfItsIpGroupBack() {
    List<Integer> near = byDistance(40);
    List<PeerId> asked = askedOfOneGroup(near);
    lookup.onFailure(2, asked.get(0), "nobody is there");
    assertEquals(peers(near.subList(6, 7)), asks());
    lookup.onFailure(2, asked.get(1), "nobody is there");
    assertEquals(peers(near.subList(7, 8)), asks());
    lookup.onAnswer(3, asked.get(0), List.of(), IN_GROUP); // late, and in its place again
    lookup.onFailure(4, asked.get(2), "nobody is there");
    assertEquals(List.of(), asks());
    lookup.onFailure(4, asked.get(3), "nobody is there");
    assertEquals(peers(near.subList(8, 9)), asks());
  }

  /** SEC-42: eight sybils that name the groups of all honest peers near a key beside their own would shut them out. */
  @Example
  void whoAnswersFromElsewhereGivesThePlaceBackOfTheIpGroupThatWasToldOfIt() {
    List<Integer> near = byDistance(40);
    List<PeerId> asked = askedOfOneGroup(near);
    lookup.onAnswer(2, asked.get(0), List.of(), IN_GROUP);
    assertEquals(List.of(), asks());
    lookup.onAnswer(2, asked.get(1), List.of(), REMOTE);
    assertEquals(peers(near.subList(6, 7)), asks());
  }

  /** SEC-42: a name is in no group, who answers there is. */
  @Example
  void oneIpGroupHasNoMorePlacesWhereItsPeersAreToldByName() throws FormatException {
    options.setAlpha(20).setK(20);
    lookup = lookup();
    List<Integer> near = byDistance(40);
    List<Contact> named = new ArrayList<>();
    for (int number : near.subList(0, 10)) {
      named.add(new Contact(TestPeers.peer(number), List.of(Multiaddr.parse("/dns4/n" + number + ".example/tcp/1"))));
    }
    lookup.start(0, contacts(near.subList(30, 31)));
    asks();
    lookup.onAnswer(1, TestPeers.peer(near.get(30)), named, REMOTE);
    List<PeerId> asked = asks();
    assertEquals(peers(near.subList(0, 10)), asked);
    asked.forEach(peer -> lookup.onAnswer(2, peer, contacts(near.subList(10, 11)), IN_GROUP));
    assertEquals(peers(near.subList(10, 11)), asks());
    answer(near.get(10), List.of());
    assertEquals(End.COMPLETE, lookup.end());
    List<Integer> found = new ArrayList<>(near.subList(0, 6));
    found.addAll(List.of(near.get(10), near.get(30)));
    assertEquals(peers(found), lookup.closest().stream().map(Contact::peer).toList());
    assertEquals("too many of its IP group in this lookup", lookup.trace().get(10).failure());
  }

  @Example
  void whatIsRejectedIsSaidWithTheReason() {
    List<Integer> near = byDistance(30);
    int first = near.get(20);
    lookup.start(0, contacts(List.of(first)));
    asks();
    List<Multiaddr> sybil = List.of(Multiaddr.tcp("203.0.113.9", 1));
    List<Contact> closer = new ArrayList<>(List.of(
        new Contact(SELF, List.of(REMOTE)), TestPeers.contact(first),
        new Contact(TestPeers.peer(near.get(0)), List.of()),
        new Contact(TestPeers.peer(near.get(1)), List.of(Multiaddr.tcp("10.0.0.1", 1))),
        new Contact(TestPeers.peer(near.get(2)), List.of(Multiaddr.tcp("10.0.0.1", 1), REMOTE))));
    for (int i = 3; i < 7; i++) {
      closer.add(new Contact(TestPeers.peer(near.get(i)), sybil));
    }
    lookup.onAnswer(1, TestPeers.peer(first), closer, REMOTE);
    Hop hop = lookup.trace().get(0);
    assertEquals(9, hop.told());
    assertEquals(4, hop.taken());
    assertEquals(List.of(new Hop.Rejection(TestPeers.peer(near.get(0)), "no address"),
        new Hop.Rejection(TestPeers.peer(near.get(1)), "no address of a scope we take"),
        new Hop.Rejection(TestPeers.peer(near.get(6)), "too many of its IP group in one answer")), hop.rejected());
    Action.Ask ask = (Action.Ask) lookup.poll();
    assertEquals(new Contact(TestPeers.peer(near.get(2)), List.of(REMOTE)), ask.contact(), "private ones are left out");
    Hop next = lookup.trace().get(1);
    assertEquals(TestPeers.peer(first), next.heardFrom());
    assertNull(hop.heardFrom());
  }

  /** Contacts can be made without end, each nearer than the last. */
  @Example
  void anEndlessTrailOfFalseContactsEnds() {
    options.getLimits().setMaxAsked(50);
    lookup = lookup();
    List<Integer> farToNear = new ArrayList<>(byDistance(5000));
    Collections.reverse(farToNear);
    lookup.start(0, contacts(farToNear.subList(0, 1)));
    int next = 1;
    while (lookup.end() == null) {
      for (PeerId peer : asks()) {
        // Everywhere: were they where few may be, it would be over sooner.
        lookup.onAnswer(1, peer, contacts(farToNear.subList(next, next + 20)), TestPeers.address(next));
        next += 20;
      }
    }
    assertEquals(End.TOO_MANY_ASKED, lookup.end());
    assertEquals(50, lookup.trace().size());
  }

  @Example
  void onDisjointPathsNobodyIsAskedTwiceAndEachPathGoesItsOwnWay() {
    options.setPaths(3).setAlpha(3);
    lookup = lookup();
    List<Integer> near = byDistance(60);
    lookup.start(0, contacts(near.subList(50, 56)));
    List<PeerId> first = asks();
    assertEquals(peers(near.subList(50, 53)), first);
    Set<Integer> paths = new HashSet<>();
    lookup.trace().forEach(hop -> paths.add(hop.path()));
    assertEquals(Set.of(0, 1, 2), paths);
    // The first path is an attacker's: it claims the nearest peers, and the others go on without them.
    answer(near.get(50), near.subList(0, 4));
    answer(near.get(51), near.subList(0, 8));
    Hop second = lookup.trace().get(1);
    assertEquals(4, second.taken(), "what the first path heard of first is its own");
    for (Hop hop : lookup.trace()) {
      if (hop.heardFrom() != null && hop.heardFrom().equals(TestPeers.peer(near.get(51)))) {
        assertEquals(1, hop.path());
        assertTrue(peers(near.subList(4, 8)).contains(hop.peer()));
      }
    }
  }

  @Property(tries = 60)
  void inAnyNetworkOfHonestPeersTheNearestAreFound(@ForAll long seed, @ForAll @IntRange(min = 1, max = 150) int size,
      @ForAll @IntRange(min = 1, max = 4) int paths, @ForAll @IntRange(min = 1, max = 8) int alpha) {
    options.setK(20).setBeta(3).setAlpha(alpha).setPaths(paths);
    options.getLimits().setMaxPerGroupInAnswer(1000).setMaxPerGroupInTable(1000).setMaxPerGroupInBucket(1000)
        .setMaxAsked(1000);
    Random random = new Random(seed);
    List<Key> keys = IntStream.rangeClosed(0, size).mapToObj(TestPeers::key).toList();
    List<RoutingTable> tables = new ArrayList<>();
    for (int i = 1; i <= size; i++) {
      RoutingTable table = new RoutingTable(TestPeers.key(i), options);
      for (int other : random.ints(size * 3L, 1, size + 1).toArray()) {
        table.add(0, TestPeers.contact(other), null);
      }
      // The nearest few know each other, as they do once each has looked for itself.
      IntStream.rangeClosed(1, size).boxed().sorted(Comparator.comparing(keys::get, keys.get(i).byDistance()))
          .limit(21).forEach(near -> table.add(0, TestPeers.contact(near), null));
      tables.add(table);
    }
    lookup = lookup();
    lookup.start(0, tables.get(random.nextInt(size)).closest(TARGET, 20, null));
    Set<PeerId> asked = new LinkedHashSet<>();
    List<PeerId> open = new ArrayList<>(asks());
    while (!open.isEmpty()) {
      PeerId peer = open.remove(random.nextInt(open.size()));
      assertTrue(asked.add(peer), "asked twice");
      int number = IntStream.rangeClosed(1, size).filter(i -> TestPeers.peer(i).equals(peer)).findFirst().orElseThrow();
      lookup.onAnswer(1, peer, tables.get(number - 1).closest(TARGET, 20, null), REMOTE);
      open.addAll(asks());
    }
    assertEquals(End.COMPLETE, lookup.end());
    List<Integer> expected = byDistance(size).stream().limit(20).toList();
    if (size > 1) {
      assertEquals(peers(expected), lookup.closest().stream().map(Contact::peer).toList());
    }
    assertEquals(asked.size(), lookup.trace().size());
  }

  @Property(tries = 200)
  void whateverPeersDoTheLookupEnds(@ForAll long seed) {
    options.setPaths(1 + new Random(seed).nextInt(3));
    lookup = lookup();
    Random random = new Random(seed);
    long now = 0;
    List<PeerId> open = new ArrayList<>();
    lookup.start(now, contacts(random.ints(10, 0, 200).boxed().toList()));
    open.addAll(asks());
    int steps = 0;
    while (lookup.end() == null) {
      assertTrue(steps++ < 10_000, "it goes on and on");
      int what = random.nextInt(4);
      if (what == 0 || open.isEmpty()) {
        now = lookup.deadline();
        lookup.onDeadline(now);
      } else if (what == 1) {
        lookup.onFailure(now, open.remove(random.nextInt(open.size())), "refused");
      } else {
        lookup.onAnswer(now, open.get(random.nextInt(open.size())), contacts(random.ints(5, 0, 200).boxed().toList()),
            REMOTE);
      }
      open.addAll(asks());
      assertTrue(lookup.deadline() > now);
    }
    assertNull(lookup.poll());
  }
}
