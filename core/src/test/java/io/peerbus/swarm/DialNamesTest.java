package io.peerbus.swarm;

import static io.peerbus.swarm.Fixture.address;
import static io.peerbus.swarm.Fixture.addresses;
import static io.peerbus.swarm.Fixture.peer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.GateRule;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.peerbus.swarm.Swarm.Action.CancelDial;
import io.peerbus.swarm.Swarm.Action.Close;
import io.peerbus.swarm.Swarm.Action.Dial;
import io.peerbus.swarm.Swarm.Action.Failed;
import io.peerbus.swarm.Swarm.Action.Refused;
import io.peerbus.swarm.Swarm.Action.Resolve;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names in addresses are looked up first, and what they stand for is dialled as if it had been said (SEC-06). */
class DialNamesTest {

  private static final PeerId BOB = peer(1);
  private static final PeerId CAROL = peer(2);
  private static final String NAME = "/dns4/a.example/tcp/1";
  private static final String TOLD = "nearNames: " + NAME + " leads to ";
  private static final String NOT_FOLLOWED =
      ", in this machine or its network, where a name that a peer told is not followed";

  private final Fixture node = new Fixture();

  private void found(Resolve lookup, String... addresses) {
    node.swarm.onResolved(node.now, lookup.attempt(), addresses(addresses));
  }

  private static Multiaddr of(PeerId peer, String address) {
    return address(address).withPeerId(peer);
  }

  @Test
  void aNameIsLookedUpForThePeerThatIsWantedAndItsAddressesAreDialledInOrder() {
    node.connect(1, null, NAME + "/p2p/" + BOB);
    Resolve lookup = node.only(Resolve.class);
    assertEquals(of(BOB, NAME), lookup.address());
    found(lookup, "/ip4/8.0.0.1/tcp/1/p2p/" + BOB, "/ip6/2001:4860::1/tcp/1", "/ip4/127.0.0.1/tcp/1");
    assertEquals(address("/ip4/127.0.0.1/tcp/1"), node.only(Dial.class).address());
    node.passMillis(30);
    assertEquals(address("/ip6/2001:4860::1/tcp/1"), node.only(Dial.class).address());
    node.passMillis(250);
    Dial last = node.only(Dial.class);
    assertEquals(address("/ip4/8.0.0.1/tcp/1"), last.address());
    assertEquals(BOB, last.expectedOrNull());
    node.answer(last, BOB);
    assertEquals(addresses("/ip4/8.0.0.1/tcp/1"), node.store.addresses(node.now, BOB), "what worked is remembered");
  }


  @ParameterizedTest
  @ValueSource(strings = {"/ip4/127.0.0.1/tcp/1", "/ip4/10.0.0.1/tcp/1", "/ip4/192.168.0.1/tcp/1",
      "/ip4/169.254.169.254/tcp/1", "/ip6/::1/tcp/1", "/ip6/fd00::1/tcp/1", "/ip6/fe80::1/tcp/1",
      "/ip6/::ffff:127.0.0.1/tcp/1", "/ip4/127.0.0.1/tcp/1/ws"})
  void aNameThatAPeerToldDoesNotLeadIntoTheNetwork(String near) {
    node.connect(1, BOB, NAME);
    found(node.only(Resolve.class), near);
    String reason = TOLD + address(near) + NOT_FOLLOWED;
    assertEquals(List.of(new Refused(reason), new Failed(1, FailureKind.DIAL_FAILED,
        "cannot reach " + BOB + ": " + NAME + ": " + reason)), node.actions());
  }

  @Test
  void whereNobodyIsAStrangerItLeadsAnywhere() {
    Fixture known = new Fixture(new SwarmOptions().setNearNames(true));
    known.connect(1, BOB, NAME);
    known.swarm.onResolved(known.now, known.only(Resolve.class).attempt(), addresses("/ip4/10.0.0.1/tcp/1"));
    assertEquals(address("/ip4/10.0.0.1/tcp/1"), known.only(Dial.class).address());
  }

  @Test
  void localhostIsNoMoreThanItSays() {
    node.connect(1, BOB, "/dns4/localhost/tcp/1");
    found(node.only(Resolve.class), "/ip4/127.0.0.1/tcp/1");
    assertEquals(address("/ip4/127.0.0.1/tcp/1"), node.only(Dial.class).address());
  }

  @Test
  void whatElseItStandsForIsDialled() {
    node.connect(1, BOB, NAME);
    found(node.only(Resolve.class), "/ip4/127.0.0.1/tcp/1", "/ip4/8.0.0.1/tcp/1");
    List<Swarm.Action> begun = node.actions();
    assertEquals(new Refused(TOLD + "/ip4/127.0.0.1/tcp/1" + NOT_FOLLOWED), begun.get(0));
    assertEquals(address("/ip4/8.0.0.1/tcp/1"), ((Dial) begun.get(1)).address());
    node.passMillis(9_000);
    assertEquals(List.of(), node.actions(Dial.class), "nor the other later");
  }

  @Test
  void namesInTheStoreAreNoBetterThanWhoToldThem() {
    node.store.add(node.now, BOB, addresses(NAME), Lifetime.HINT);
    node.connect(1, BOB);
    found(node.only(Resolve.class), "/ip4/10.0.0.1/tcp/1");
    assertEquals(List.of(), node.actions(Dial.class));
  }

  @Test
  void aNameOfTheConfigurationLeadsAnywhere() {
    node.swarm.bootstrap(node.now, List.of(address(NAME).withPeerId(BOB)));
    found(node.only(Resolve.class), "/ip4/10.0.0.1/tcp/1");
    ConnectionInfo up = node.answer(node.only(Dial.class), BOB);
    node.swarm.onClosed(node.now, up.id(), "gone");
    node.store.remove(BOB, address("/ip4/10.0.0.1/tcp/1"));
    node.actions();
    node.connect(1, BOB);
    found(node.only(Resolve.class), "/ip4/10.0.0.2/tcp/1");
    assertEquals(address("/ip4/10.0.0.2/tcp/1"), node.only(Dial.class).address(), "also when it is asked for later");
  }

  @Test
  void namesOfAPeerThatWasReachedInTheNetworkLeadThereAndNotIntoThisMachine() {
    node.store.add(node.now, BOB, addresses("/ip4/10.0.0.9/tcp/1"), Lifetime.CONNECTED);
    node.connect(1, BOB, NAME);
    node.passMillis(1);
    Resolve lookup = (Resolve) node.actions().get(0);
    found(lookup, "/ip4/127.0.0.1/tcp/1", "/ip4/10.0.0.1/tcp/1");
    node.passMillis(30);
    assertEquals(List.of(address("/ip4/10.0.0.1/tcp/1")),
        node.actions(Dial.class).stream().map(Dial::address).toList());
  }

  @Test
  void theOwnersWishForANameThatIsLookedUpAlreadyCounts() {
    node.connect(1, BOB, NAME);
    node.connect(2, null, NAME + "/p2p/" + BOB);
    found(node.only(Resolve.class), "/ip4/127.0.0.1/tcp/1");
    assertEquals(address("/ip4/127.0.0.1/tcp/1"), node.only(Dial.class).address());
  }

  @Test
  void aRuleThatAllowsASubnetLetsNamesLeadThere() throws Exception {
    node.swarm.setGater(node.now, Gater.OPEN.with(List.of(), List.of(GateRule.parse("10.0.0.0/8")), List.of()));
    node.connect(1, BOB, NAME);
    found(node.only(Resolve.class), "/ip4/10.0.0.1/tcp/1");
    assertEquals(address("/ip4/10.0.0.1/tcp/1"), node.only(Dial.class).address());
  }

  @Test
  void whatNeedsNoLookupDoesNotWaitForOne() {
    node.connect(1, BOB, NAME, "/dnsaddr/b.example", "/ip4/8.0.0.1/tcp/1");
    List<Swarm.Action> begun = node.actions();
    assertEquals(2, begun.stream().filter(Resolve.class::isInstance).count());
    assertEquals(address("/ip4/8.0.0.1/tcp/1"), ((Dial) begun.get(2)).address());
  }

  @Test
  void aDialThatSucceedsGivesTheLookupsUp() {
    node.connect(1, BOB, NAME, "/ip4/8.0.0.1/tcp/1");
    List<Swarm.Action> begun = node.actions();
    Resolve lookup = (Resolve) begun.get(0);
    node.answer((Dial) begun.get(1), BOB);
    assertTrue(node.actions().contains(new CancelDial(lookup.attempt())));
    found(lookup, "/ip4/8.0.0.2/tcp/1");
    assertEquals(List.of(), node.actions(), "its answer is late");
    assertEquals(new Swarm.Counts(1, 0, 0, 0, 0, 0), node.swarm.counts());
  }

  @Test
  void aNameThatLeadsNowhereIsToldWithTheReasonOfTheResolver() {
    node.connect(1, BOB, NAME);
    node.swarm.onDialFailed(node.now, node.only(Resolve.class).attempt(), "a.example is no name that DNS knows");
    assertEquals("cannot reach " + BOB + ": " + NAME + ": a.example is no name that DNS knows",
        node.only(Failed.class).message());
    node.connect(2, BOB, NAME);
    found(node.only(Resolve.class), "/ip4/1.2.3.4/tcp/1/p2p/" + CAROL);
    assertEquals("cannot reach " + BOB + ": " + NAME + ": no address that can be dialled was found",
        node.only(Failed.class).message());
    node.connect(3, BOB, NAME);
    found(node.only(Resolve.class), "/ip4/8.0.0.1/tcp/1");
    node.fail(node.only(Dial.class), "connection refused");
    assertEquals("cannot reach " + BOB + ": " + NAME + ": stands for what follows; "
        + "/ip4/8.0.0.1/tcp/1: connection refused", node.only(Failed.class).message());
  }

  @Test
  void aLookupThatIsNotAnsweredEndsByOurOwnClock() {
    node.connect(1, BOB, NAME);
    Resolve lookup = node.only(Resolve.class);
    node.passMillis(10_000);
    assertEquals(List.of(new CancelDial(lookup.attempt()), new Failed(1, FailureKind.DIAL_FAILED,
        "cannot reach " + BOB + ": " + NAME + ": timed out after 10 s")), node.actions());
  }

  /** A name may stand for many peers where none is wanted in particular; each must be who its record says. */
  @Test
  void whoeverTheRecordNamesMustAnswer() {
    node.connect(1, null, "/dnsaddr/a.example");
    Resolve lookup = node.only(Resolve.class);
    assertEquals(address("/dnsaddr/a.example"), lookup.address());
    found(lookup, "/ip4/8.0.0.1/tcp/1/p2p/" + BOB, "/ip4/8.0.0.2/tcp/1/p2p/" + CAROL);
    Dial first = node.only(Dial.class);
    assertEquals(BOB, first.expectedOrNull());
    ConnectionInfo wrong = node.answer(first, CAROL);
    List<Swarm.Action> refused = node.actions();
    assertTrue(refused.contains(new Close(wrong.id(), "another peer answered: " + CAROL)), refused.toString());
    Dial second = (Dial) refused.get(refused.size() - 1);
    assertEquals(CAROL, second.expectedOrNull());
    node.answer(second, CAROL);
    assertEquals(1, node.actions(Swarm.Action.Done.class).size());
  }

  /** Against a record full of names. */
  @Test
  void onlySoManyNamesOfOnePeerAreLookedUpAndOnlySoManyAddressesDialled() {
    List<Multiaddr> names = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      names.add(address("/dns4/n" + i + ".example/tcp/1"));
    }
    node.swarm.connect(node.now, 1, BOB, names);
    List<Resolve> lookups = node.actions(Resolve.class);
    assertEquals(8, lookups.size());
    int dialled = 0;
    String message = null;
    for (int i = 0; i < lookups.size(); i++) {
      List<Multiaddr> found = new ArrayList<>();
      for (int j = 0; j < 64; j++) {
        found.add(Fixture.address(100 * i + j));
      }
      node.swarm.onResolved(node.now, lookups.get(i).attempt(), found);
    }
    while (message == null) {
      for (Swarm.Action action : node.actions()) {
        if (action instanceof Dial dial) {
          dialled++;
          node.fail(dial, "refused");
        } else if (action instanceof Failed failed) {
          message = failed.message();
        }
      }
    }
    assertEquals(32 - 8, dialled, "names count as addresses");
    assertTrue(message.endsWith(" more addresses were left out (maxAddressesPerDial)"), message);
  }

  @Test
  void aLookupOfWhoeverConnectedInTheMeantimeStartsNoDial() {
    node.connect(1, BOB, NAME);
    Resolve lookup = node.only(Resolve.class);
    node.accept(BOB);
    node.actions();
    found(lookup, "/ip4/8.0.0.1/tcp/1");
    assertEquals(List.of(), node.actions(Dial.class));
    assertEquals(new Swarm.Counts(1, 0, 0, 0, 0, 1), node.swarm.counts());
  }

  @Test
  void aBootstrapNameIsLookedUpAnewAtEachTry() {
    node.swarm.bootstrap(node.now, addresses("/dnsaddr/boot.example"));
    for (int i = 0; i < 3; i++) {
      List<Resolve> lookups = node.actions(Resolve.class);
      for (int ms = 0; lookups.isEmpty() && ms < 5_000; ms++) {
        node.passMillis(1);
        lookups = node.actions(Resolve.class);
      }
      assertEquals(1, lookups.size(), "try " + i);
      node.swarm.onDialFailed(node.now, lookups.get(0).attempt(), "no such name");
    }
  }
}
