package io.peerbus.swarm;

import static io.peerbus.swarm.Fixture.SELF;
import static io.peerbus.swarm.Fixture.address;
import static io.peerbus.swarm.Fixture.addresses;
import static io.peerbus.swarm.Fixture.peer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.PeerId;
import io.peerbus.swarm.Swarm.Action.BootstrapFailed;
import io.peerbus.swarm.Swarm.Action.Dial;
import io.peerbus.swarm.Swarm.Action.Done;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BootstrapTest {

  private static final PeerId BOB = peer(1);
  private static final PeerId CAROL = peer(2);
  private static final String AT_BOB = "/ip4/10.0.0.1/tcp/1/p2p/" + BOB;
  private static final String AT_CAROL = "/ip4/10.0.0.2/tcp/1/p2p/" + CAROL;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Fixture node = new Fixture();

  @Test
  void bootstrapPeersAreDialledAtOnceAndOnceConnectedNotAgain() {
    bootstrap(AT_BOB, AT_CAROL);
    List<Dial> dials = node.actions(Dial.class);
    assertEquals(List.of(BOB, CAROL), dials.stream().map(Dial::expectedOrNull).toList());
    dials.forEach(dial -> node.answer(dial, dial.expectedOrNull()));
    node.actions();
    node.pass(Duration.ofHours(1));
    assertEquals(List.of(), node.actions());
  }

  @Test
  void theAddressesOfOnePeerAreTriedTogether() {
    bootstrap(AT_BOB, "/ip4/8.0.0.1/tcp/1/p2p/" + BOB);
    node.fail(node.only(Dial.class), "refused");
    assertEquals(address("/ip4/8.0.0.1/tcp/1"), node.only(Dial.class).address());
  }

  @Test
  void aPeerThatFailsIsDialledAgainAtDoublingIntervalsUpToAMinute() {
    bootstrap(AT_BOB);
    long expected = SECOND;
    for (int i = 0; i < 20; i++) {
      node.fail(node.only(Dial.class), "refused");
      BootstrapFailed failed = node.only(BootstrapFailed.class);
      assertEquals("cannot reach " + BOB + ": /ip4/10.0.0.1/tcp/1: refused", failed.message());
      assertTrue(failed.retryNanos() <= expected && failed.retryNanos() >= expected / 2,
          failed.retryNanos() + " after " + (i + 1) + " failures");
      node.pass(Duration.ofNanos(failed.retryNanos() - 1));
      assertEquals(List.of(), node.actions());
      node.pass(Duration.ofNanos(1));
      expected = Math.min(2 * expected, 60 * SECOND);
    }
  }

  @Test
  void waitingTimesAreSpread() {
    Set<Long> waits = new HashSet<>();
    bootstrap(AT_BOB);
    for (int i = 0; i < 50; i++) {
      node.fail(node.actions(Dial.class).get(0), "refused");
      long wait = node.only(BootstrapFailed.class).retryNanos();
      waits.add(wait);
      node.pass(Duration.ofNanos(wait));
    }
    assertEquals(50, waits.size());
  }

  @Test
  void nothingHappensWhileOneOfThemIsStillConnected() {
    ConnectionInfo[] both = connectBoth();
    node.swarm.onClosed(node.now, both[0].id(), "gone");
    node.actions();
    node.pass(Duration.ofHours(1));
    assertEquals(List.of(), node.actions(Dial.class));
  }

  @Test
  void whenTheLastOneIsLostAllAreDialledAgainAfterAWhile() {
    ConnectionInfo[] both = connectBoth();
    node.pass(Duration.ofHours(1));
    node.swarm.onClosed(node.now, both[0].id(), "gone");
    node.swarm.onClosed(node.now, both[1].id(), "gone");
    node.actions();
    node.passMillis(499);
    assertEquals(List.of(), node.actions(Dial.class), "not at once: half the network may have lost them");
    node.passMillis(501);
    assertEquals(Set.of(BOB, CAROL), peers(node.actions(Dial.class)));
  }

  @Test
  void losingOneWhileAnotherIsBeingDialledDoesNotDialThatTwice() {
    bootstrap(AT_BOB, AT_CAROL);
    List<Dial> dials = node.actions(Dial.class);
    ConnectionInfo bob = node.answer(dials.get(0), BOB);
    node.swarm.onClosed(node.now, bob.id(), "gone");
    node.passMillis(5_000);
    node.actions();
    node.fail(dials.get(1), "refused");
    node.passMillis(1_000);
    assertEquals(1, node.actions(Dial.class).stream().filter(dial -> CAROL.equals(dial.expectedOrNull())).count());
    node.pass(Duration.ofMinutes(10));
    long toCarol = node.actions(Dial.class).stream().filter(dial -> CAROL.equals(dial.expectedOrNull())).count();
    assertTrue(toCarol < 20, toCarol + " dials in ten minutes");
  }

  @Test
  void aPeerThatAcceptsAndHangsUpIsNotDialledEverySecond() {
    bootstrap(AT_BOB);
    int dials = 0;
    long end = node.now + Duration.ofHours(1).toNanos();
    while (node.now < end) {
      for (Dial dial : node.actions(Dial.class)) {
        dials++;
        ConnectionInfo connection = node.answer(dial, BOB);
        node.swarm.onClosed(node.now, connection.id(), "go away");
      }
      node.passMillis(100);
    }
    assertTrue(dials > 50 && dials < 130, dials + " dials in an hour");
  }

  @Test
  void anInboundConnectionOfABootstrapPeerCountsToo() {
    bootstrap(AT_BOB);
    node.fail(node.only(Dial.class), "refused");
    ConnectionInfo inbound = node.accept(BOB);
    node.actions();
    node.pass(Duration.ofHours(1));
    assertEquals(List.of(), node.actions());
    node.swarm.onClosed(node.now, inbound.id(), "gone");
    node.passMillis(1_000);
    assertEquals(1, node.actions(Dial.class).size());
  }

  @Test
  void aPeerThatIsConnectedAlreadyIsNotDialled() {
    node.accept(BOB);
    node.actions();
    bootstrap(AT_BOB);
    assertEquals(List.of(), node.actions());
  }

  @Test
  void anAddressWithoutAPeerIsBootstrappedByWhoeverAnswers() {
    bootstrap("/ip4/10.0.0.1/tcp/1");
    ConnectionInfo connection = node.answer(node.only(Dial.class), CAROL);
    node.pass(Duration.ofHours(1));
    node.swarm.onClosed(node.now, connection.id(), "gone");
    node.actions();
    node.passMillis(1_000);
    Dial again = node.only(Dial.class);
    assertEquals(null, again.expectedOrNull());
    ConnectionInfo other = node.answer(again, BOB);
    node.pass(Duration.ofHours(1));
    node.swarm.onClosed(node.now, other.id(), "gone");
    node.actions();
    node.passMillis(1_000);
    assertEquals(1, node.actions(Dial.class).size());
  }

  @Test
  void addressesInBackoffAreLeftOutUnlessThereIsNoOther() {
    for (int i = 0; i < 5; i++) {
      node.connect(i, BOB, "/ip4/8.0.0.1/tcp/1");
      node.fail(node.only(Dial.class), "refused");
      node.actions();
    }
    bootstrap(AT_BOB, "/ip4/8.0.0.1/tcp/1/p2p/" + BOB);
    for (int i = 0; i < 3; i++) { // the other is left alone for 8 s or more, this one each time for less
      Dial dial = node.only(Dial.class);
      assertEquals(address("/ip4/10.0.0.1/tcp/1"), dial.address());
      node.fail(dial, "refused");
      node.pass(Duration.ofNanos(node.only(BootstrapFailed.class).retryNanos()));
    }
  }

  @Test
  void anExplicitRequestJoinsAndTriesAddressesInBackoffToo() {
    node.connect(1, BOB, "/ip4/8.0.0.1/tcp/1");
    node.fail(node.only(Dial.class), "refused");
    node.actions();
    bootstrap(AT_BOB);
    Dial own = node.only(Dial.class);
    assertEquals(address("/ip4/10.0.0.1/tcp/1"), own.address());
    node.connect(2, BOB, "/ip4/8.0.0.1/tcp/1");
    node.fail(own, "refused");
    Dial inBackoff = node.actions(Dial.class).get(0);
    assertEquals(address("/ip4/8.0.0.1/tcp/1"), inBackoff.address());
    ConnectionInfo connection = node.answer(inBackoff, BOB);
    assertEquals(List.of(new Done(2, connection)), node.actions(Done.class));
    node.pass(Duration.ofHours(1));
    assertEquals(List.of(), node.actions(Dial.class));
  }

  @Test
  void ourOwnAddressInTheListIsToldOnceAndDropped() {
    bootstrap("/ip4/10.0.0.9/tcp/1/p2p/" + SELF);
    assertEquals(new BootstrapFailed("cannot dial ourselves: " + SELF + " is this node's own id", -1),
        node.only(BootstrapFailed.class));
    node.pass(Duration.ofHours(1));
    assertEquals(List.of(), node.actions());
  }

  @Test
  void addressesAddedLaterAreDialledAtOnce() {
    bootstrap(AT_BOB);
    node.actions();
    bootstrap(AT_CAROL, AT_BOB);
    assertEquals(CAROL, node.only(Dial.class).expectedOrNull());
  }

  @Test
  void bootstrapAddressesAreKeptForGood() {
    bootstrap(AT_BOB);
    node.fail(node.only(Dial.class), "refused");
    node.pass(Duration.ofDays(2));
    assertEquals(addresses("/ip4/10.0.0.1/tcp/1"), node.store.addresses(node.now, BOB));
  }

  private ConnectionInfo[] connectBoth() {
    bootstrap(AT_BOB, AT_CAROL);
    List<ConnectionInfo> connections = new ArrayList<>();
    for (Dial dial : node.actions(Dial.class)) {
      connections.add(node.answer(dial, dial.expectedOrNull()));
    }
    node.actions();
    return connections.toArray(ConnectionInfo[]::new);
  }

  private void bootstrap(String... texts) {
    node.swarm.bootstrap(node.now, addresses(texts));
  }

  private static Set<PeerId> peers(List<Dial> dials) {
    Set<PeerId> peers = new HashSet<>();
    dials.forEach(dial -> peers.add(dial.expectedOrNull()));
    return peers;
  }
}
