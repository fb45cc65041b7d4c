package io.peerbus.swarm;

import static io.peerbus.swarm.Fixture.address;
import static io.peerbus.swarm.Fixture.addresses;
import static io.peerbus.swarm.Fixture.peer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.peerbus.swarm.Swarm.Action.CancelDial;
import io.peerbus.swarm.Swarm.Action.Dial;
import io.peerbus.swarm.Swarm.Action.Failed;
import io.peerbus.swarm.Swarm.Action.Up;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** In which order addresses are tried, when, and how many at a time. */
class DialOrderTest {

  private static final PeerId BOB = peer(1);

  private final Fixture node = new Fixture(new SwarmOptions().setMaxDialsPerPeer(8));

  @Test
  void loopbackGoesFirstThenPrivateThenPublicAddressesTheFamiliesInTurns() {
    node.connect(1, BOB, "/ip4/8.8.8.8/tcp/1", "/ip4/192.168.1.1/tcp/1", "/ip6/fd00::1/tcp/1",
        "/ip6/2001:4860::1/tcp/1", "/ip4/127.0.0.1/tcp/1", "/ip6/::1/tcp/1", "/ip4/10.1.2.3/tcp/1");
    node.passMillis(2_000);
    assertEquals(addresses("/ip6/::1/tcp/1", "/ip4/127.0.0.1/tcp/1", "/ip6/fd00::1/tcp/1", "/ip4/192.168.1.1/tcp/1",
        "/ip4/10.1.2.3/tcp/1", "/ip6/2001:4860::1/tcp/1", "/ip4/8.8.8.8/tcp/1"), dialled());
  }

  @Test
  void nearAddressesHaveAShortHeadStartAndFarOnesALongOne() {
    node.connect(1, BOB, "/ip4/127.0.0.1/tcp/1", "/ip4/10.0.0.1/tcp/1", "/ip4/8.0.0.1/tcp/1", "/ip4/8.0.0.2/tcp/1");
    assertEquals(1, dialled().size());
    node.passMillis(29);
    assertEquals(0, dialled().size());
    node.passMillis(1);
    assertEquals(addresses("/ip4/10.0.0.1/tcp/1"), dialled());
    node.passMillis(30);
    assertEquals(addresses("/ip4/8.0.0.1/tcp/1"), dialled());
    node.passMillis(249);
    assertEquals(0, dialled().size());
    node.passMillis(1);
    assertEquals(addresses("/ip4/8.0.0.2/tcp/1"), dialled());
  }

  @Test
  void aFailureLetsTheNextAddressGoAtOnce() {
    node.connect(1, BOB, "/ip4/8.0.0.1/tcp/1", "/ip4/8.0.0.2/tcp/1");
    node.fail(node.only(Dial.class), "connection refused");
    assertEquals(address("/ip4/8.0.0.2/tcp/1"), node.only(Dial.class).address());
  }

  @Test
  void aFailureLetsTheNextAddressGoAtOnceAlsoBesideOthers() {
    node.connect(1, BOB, "/ip4/8.0.0.1/tcp/1", "/ip4/8.0.0.2/tcp/1", "/ip4/8.0.0.3/tcp/1");
    node.passMillis(250);
    List<Dial> dials = node.actions(Dial.class);
    node.fail(dials.get(0), "connection refused");
    assertEquals(address("/ip4/8.0.0.3/tcp/1"), node.only(Dial.class).address());
  }

  @Test
  void theFirstToConnectWinsAndTheOthersAreCancelled() {
    node.connect(1, BOB, "/ip4/8.0.0.1/tcp/1", "/ip4/8.0.0.2/tcp/1", "/ip4/8.0.0.3/tcp/1", "/ip4/8.0.0.4/tcp/1");
    node.passMillis(500);
    List<Dial> dials = node.actions(Dial.class);
    assertEquals(3, dials.size());
    node.answer(dials.get(1), BOB);
    assertEquals(
        List.of(new CancelDial(dials.get(0).attempt()), new CancelDial(dials.get(2).attempt())),
        node.actions(CancelDial.class));
    node.passMillis(60_000);
    assertEquals(List.of(), node.actions(), "the fourth is not tried any more");
    assertEquals(new Swarm.Counts(1, 0, 0, 0, 0, 0), node.swarm.counts());
  }

  @Test
  void givenAddressesGoBeforeKnownOnesOfTheSameRank() {
    node.store.add(node.now, BOB, addresses("/ip4/8.0.0.1/tcp/1"), Lifetime.IDENTIFIED);
    node.connect(1, BOB, "/ip4/8.0.0.2/tcp/1");
    node.passMillis(1_000);
    assertEquals(addresses("/ip4/8.0.0.2/tcp/1", "/ip4/8.0.0.1/tcp/1"), dialled());
  }

  @Test
  void anAddressIsTriedOnceHoweverOftenItIsNamed() {
    node.store.add(node.now, BOB, addresses("/ip4/8.0.0.1/tcp/1"), Lifetime.IDENTIFIED);
    node.connect(1, BOB, "/ip4/8.0.0.1/tcp/1", "/ip4/8.0.0.1/tcp/1/p2p/" + BOB);
    node.passMillis(5_000);
    assertEquals(addresses("/ip4/8.0.0.1/tcp/1"), dialled());
  }

  @Test
  void aBetterAddressFromALaterRequestGoesBeforeThoseThatWait() {
    node.connect(1, BOB, "/ip4/8.0.0.1/tcp/1", "/ip4/8.0.0.2/tcp/1");
    node.connect(2, BOB, "/ip4/127.0.0.1/tcp/1");
    node.passMillis(1_000);
    assertEquals(addresses("/ip4/8.0.0.1/tcp/1", "/ip4/127.0.0.1/tcp/1", "/ip4/8.0.0.2/tcp/1"), dialled());
  }

  @Test
  void anAddressThatFailedLatelyGoesBehindTheOthersButAnExplicitRequestTriesItAtOnce() {
    node.connect(1, BOB, "/ip4/127.0.0.1/tcp/1");
    node.fail(node.only(Dial.class), "connection refused");
    node.actions();
    node.connect(2, BOB, "/ip4/127.0.0.1/tcp/1", "/ip4/8.0.0.2/tcp/1");
    Dial other = node.only(Dial.class);
    assertEquals(address("/ip4/8.0.0.2/tcp/1"), other.address());
    node.fail(other, "connection refused");
    assertEquals(addresses("/ip4/127.0.0.1/tcp/1"), dialled());
  }

  @Test
  void anAddressThatWorkedHasItsRankBack() {
    node.connect(1, BOB, "/ip4/127.0.0.1/tcp/1");
    node.fail(node.only(Dial.class), "connection refused");
    node.actions();
    node.connect(2, BOB, "/ip4/127.0.0.1/tcp/1");
    ConnectionInfo connection = node.answer(node.only(Dial.class), BOB);
    node.swarm.onClosed(node.now, connection.id(), "closed");
    node.actions();
    node.connect(3, BOB, "/ip4/127.0.0.1/tcp/1", "/ip4/8.0.0.2/tcp/1");
    assertEquals(address("/ip4/127.0.0.1/tcp/1"), node.only(Dial.class).address());
  }

  @Test
  void onePeerGetsOnlySoManyAttemptsAtOneTime() {
    Fixture small = new Fixture(new SwarmOptions().setMaxDialsPerPeer(3));
    small.swarm.connect(small.now, 1, BOB, publicAddresses(0, 10));
    small.passMillis(5_000);
    List<Dial> dials = small.actions(Dial.class);
    assertEquals(3, dials.size());
    small.fail(dials.get(0), "connection refused");
    assertEquals(1, small.actions(Dial.class).size());
  }

  @Test
  void aPeerWithTooManyAddressesIsNotTriedAtAllOfThem() {
    Fixture small = new Fixture(new SwarmOptions().setMaxAddressesPerDial(5));
    small.swarm.connect(small.now, 1, BOB, publicAddresses(0, 1_000));
    int tried = 0;
    String message = null;
    while (message == null) {
      small.passMillis(100);
      for (Swarm.Action action : small.actions()) {
        if (action instanceof Dial dial) {
          tried++;
          small.fail(dial, "refused");
        } else if (action instanceof Failed failed) {
          message = failed.message();
        }
      }
    }
    assertEquals(5, tried);
    assertTrue(message.endsWith("; 995 more addresses were left out (maxAddressesPerDial)"), message);
  }

  @Test
  void overAllPeersThereAreOnlySoManyAttemptsAtOneTimeFirstComeFirstServed() {
    Fixture small = new Fixture(new SwarmOptions().setMaxConcurrentDials(2));
    List<Dial> dials = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      small.swarm.connect(small.now, i, peer(i), List.of(Fixture.address(i)));
    }
    dials.addAll(small.actions(Dial.class));
    assertEquals(2, dials.size());
    small.swarm.connect(small.now, 9, peer(2), List.of()); // joining does not lose the place in the queue
    small.fail(dials.get(0), "refused");
    Dial third = small.actions(Dial.class).get(0);
    assertEquals(peer(2), third.expectedOrNull());
    small.answer(dials.get(1), peer(1));
    assertEquals(peer(3), small.actions(Dial.class).get(0).expectedOrNull());
    small.swarm.cancel(small.now, 3);
    assertEquals(peer(4), small.actions(Dial.class).get(0).expectedOrNull());
    assertEquals(2, small.swarm.counts().dials());
  }

  @Test
  void aPeerThatWaitsForAPlaceIsStillAnsweredInTime() {
    Fixture small = new Fixture(new SwarmOptions().setMaxConcurrentDials(1).setDialTimeout(Duration.ofSeconds(60)));
    small.swarm.connect(small.now, 1, peer(1), List.of(Fixture.address(1)));
    small.swarm.connect(small.now, 2, peer(2), List.of(Fixture.address(2)));
    small.passMillis(10_000);
    small.swarm.connect(small.now, 3, peer(1), List.of()); // keeps the one attempt going
    small.passMillis(20_000);
    List<Failed> failed = small.actions(Failed.class);
    assertEquals(2, failed.size());
    assertEquals("cannot reach " + peer(2) + ": " + Fixture.address(2) + ": not tried yet (gave up after 30 s)",
        failed.get(1).message());
    small.passMillis(10_000);
    assertEquals(new Swarm.Counts(0, 0, 0, 0, 0, 0), small.swarm.counts());
  }

  @Test
  void aThousandWaitingPeersAreServedInTurn() {
    Fixture small = new Fixture(new SwarmOptions().setMaxConcurrentDials(8).setConnectTimeout(Duration.ofHours(1)));
    for (int i = 0; i < 1_000; i++) {
      small.swarm.connect(small.now, i, peer(i), List.of(Fixture.address(i)));
    }
    int next = 0;
    for (List<Dial> dials = small.actions(Dial.class); !dials.isEmpty(); dials = small.actions(Dial.class)) {
      for (Dial dial : dials) {
        assertEquals(peer(next++), dial.expectedOrNull());
        small.answer(dial, dial.expectedOrNull());
      }
    }
    assertEquals(1_000, next);
    assertEquals(List.of(), small.actions(Up.class));
  }

  private List<Multiaddr> dialled() {
    List<Multiaddr> addresses = new ArrayList<>();
    node.actions(Dial.class).forEach(dial -> addresses.add(dial.address()));
    return addresses;
  }

  private static List<Multiaddr> publicAddresses(int from, int to) {
    List<Multiaddr> addresses = new ArrayList<>();
    for (int i = from; i < to; i++) {
      addresses.add(Fixture.address(i));
    }
    return addresses;
  }
}
