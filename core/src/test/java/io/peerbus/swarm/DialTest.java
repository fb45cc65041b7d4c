package io.peerbus.swarm;

import static io.peerbus.swarm.Fixture.SELF;
import static io.peerbus.swarm.Fixture.address;
import static io.peerbus.swarm.Fixture.addresses;
import static io.peerbus.swarm.Fixture.peer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.PeerId;
import io.peerbus.swarm.Swarm.Action.CancelDial;
import io.peerbus.swarm.Swarm.Action.Close;
import io.peerbus.swarm.Swarm.Action.Dial;
import io.peerbus.swarm.Swarm.Action.Done;
import io.peerbus.swarm.Swarm.Action.Failed;
import io.peerbus.swarm.Swarm.Action.Up;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DialTest {

  private static final PeerId BOB = peer(1);
  private static final PeerId CAROL = peer(2);

  private final Fixture node = new Fixture();

  @Test
  void aConnectDialsAndIsAnsweredWithTheConnection() {
    node.connect(7, BOB, "/ip4/10.0.0.1/tcp/4001");
    Dial dial = node.only(Dial.class);
    assertEquals(address("/ip4/10.0.0.1/tcp/4001"), dial.address());
    assertEquals(BOB, dial.expectedOrNull());
    assertEquals(Duration.ofSeconds(10).toNanos(), dial.timeoutNanos());
    ConnectionInfo connection = node.answer(dial, BOB);
    assertEquals(List.of(new Up(connection), new Done(7, connection)), node.actions());
    assertEquals(connection, node.swarm.connection(BOB).orElseThrow());
  }

  @Test
  void aRequestForAConnectedPeerIsAnsweredAtOnce() {
    ConnectionInfo connection = node.accept(BOB);
    node.actions();
    node.connect(1, BOB);
    assertEquals(new Done(1, connection), node.only(Done.class));
    node.connect(2, null, "/ip4/10.0.0.1/tcp/1/p2p/" + BOB);
    assertEquals(new Done(2, connection), node.only(Done.class));
  }

  @Test
  void requestsForOnePeerShareTheDials() {
    node.connect(1, BOB, "/ip4/10.0.0.1/tcp/4001");
    Dial dial = node.only(Dial.class);
    node.connect(2, null, "/ip4/10.0.0.1/tcp/4001/p2p/" + BOB);
    node.connect(3, BOB, "/ip4/10.0.0.1/tcp/4001");
    assertEquals(List.of(), node.actions());
    ConnectionInfo connection = node.answer(dial, BOB);
    assertEquals(
        List.of(new Up(connection), new Done(1, connection), new Done(2, connection), new Done(3, connection)),
        node.actions());
  }

  @Test
  void anAddressOfAnotherPeerIsABadRequest() {
    node.connect(1, BOB, "/ip4/10.0.0.1/tcp/4001/p2p/" + CAROL);
    Failed failed = node.only(Failed.class);
    assertEquals(FailureKind.BAD_REQUEST, failed.kind());
    assertEquals("/ip4/10.0.0.1/tcp/4001/p2p/" + CAROL + " is not an address of " + BOB, failed.message());
  }

  @Test
  void addressesThatNameTwoPeersAreABadRequest() {
    node.connect(1, null, "/ip4/10.0.0.1/tcp/1/p2p/" + BOB, "/ip4/10.0.0.2/tcp/1/p2p/" + CAROL);
    assertEquals(FailureKind.BAD_REQUEST, node.only(Failed.class).kind());
  }

  @Test
  void onePeerInOneAddressIsExpectedAtAllOfThem() {
    node.connect(1, null, "/ip4/127.0.0.1/tcp/1", "/ip4/10.0.0.1/tcp/2/p2p/" + BOB);
    Dial dial = node.only(Dial.class);
    assertEquals(address("/ip4/127.0.0.1/tcp/1"), dial.address());
    assertEquals(BOB, dial.expectedOrNull());
  }

  @Test
  void dialledAddressesDoNotEndInThePeer() {
    node.connect(1, null, "/ip4/10.0.0.1/tcp/1/p2p/" + BOB);
    assertEquals(address("/ip4/10.0.0.1/tcp/1"), node.only(Dial.class).address());
  }

  @Test
  void aPeerAloneIsDialledAtTheAddressesKnownOfIt() {
    node.store.add(node.now, BOB, addresses("/ip4/10.0.0.1/tcp/1"), Lifetime.HINT);
    node.connect(1, null, "/p2p/" + BOB);
    assertEquals(address("/ip4/10.0.0.1/tcp/1"), node.only(Dial.class).address());
  }

  @Test
  void aPeerWithoutAnyAddressIsNotFound() {
    node.connect(1, BOB);
    assertEquals(new Failed(1, FailureKind.NOT_FOUND, "no address of " + BOB + " is known"), node.only(Failed.class));
    assertEquals(new Swarm.Counts(0, 0, 0, 0, 0, 0), node.swarm.counts());
  }

  @Test
  void nobodyAtNoAddressIsABadRequest() {
    node.connect(1, null);
    assertEquals(FailureKind.BAD_REQUEST, node.only(Failed.class).kind());
  }

  @Test
  void ourOwnIdIsNotDialled() {
    node.connect(1, SELF, "/ip4/10.0.0.1/tcp/1");
    node.connect(2, null, "/ip4/10.0.0.1/tcp/1/p2p/" + SELF);
    String message = "cannot dial ourselves: " + SELF + " is this node's own id";
    assertEquals(List.of(
        new Failed(1, FailureKind.BAD_REQUEST, message),
        new Failed(2, FailureKind.BAD_REQUEST, message)), node.actions());
  }

  @Test
  void anAddressAtWhichWeAnswerOurselvesFailsAndBothEndsAreClosed() {
    node.connect(1, null, "/ip4/10.0.0.1/tcp/1");
    Dial dial = node.only(Dial.class);
    ConnectionInfo inbound = node.accept(SELF);
    assertEquals(new Close(inbound.id(), "it leads back to this node itself"), node.only(Close.class));
    ConnectionInfo outbound = node.answer(dial, SELF);
    assertEquals(List.of(
        new Close(outbound.id(), "it leads back to this node itself"),
        new Failed(1, FailureKind.DIAL_FAILED,
            "cannot connect: /ip4/10.0.0.1/tcp/1: it leads back to this node itself")), node.actions());
    node.swarm.onClosed(node.now, inbound.id(), "closed");
    node.swarm.onClosed(node.now, outbound.id(), "closed");
    assertEquals(List.of(), node.actions());
    assertEquals(new Swarm.Counts(0, 0, 0, 0, 0, 0), node.swarm.counts());
  }

  @Test
  void aConnectionWithAnotherPeerThanExpectedIsClosedAndCountsAsAFailure() {
    node.connect(1, BOB, "/ip4/10.0.0.1/tcp/1");
    ConnectionInfo wrong = node.answer(node.only(Dial.class), CAROL);
    assertEquals(List.of(
        new Close(wrong.id(), "another peer answered: " + CAROL),
        new Failed(1, FailureKind.DIAL_FAILED,
            "cannot reach " + BOB + ": /ip4/10.0.0.1/tcp/1: another peer answered: " + CAROL)), node.actions());
    assertTrue(node.swarm.connection(CAROL).isEmpty());
  }

  @Test
  void whoeverAnswersAtAnAddressAloneIsWelcome() {
    node.connect(1, null, "/ip4/10.0.0.1/tcp/1");
    Dial dial = node.only(Dial.class);
    assertNull(dial.expectedOrNull());
    ConnectionInfo connection = node.answer(dial, CAROL);
    assertEquals(List.of(new Up(connection), new Done(1, connection)), node.actions());
  }

  @Test
  void requestsForOneAddressWithoutAPeerShareTheDial() {
    node.connect(1, null, "/ip4/10.0.0.1/tcp/1");
    Dial dial = node.only(Dial.class);
    node.connect(2, null, "/ip4/10.0.0.1/tcp/1");
    assertEquals(List.of(), node.actions());
    node.fail(dial, "connection refused");
    assertEquals(2, node.actions(Failed.class).size());
  }

  @Test
  void aPeerFoundByAddressAnswersThoseWhoAskedForItByIdAndStopsTheirDials() {
    node.connect(1, BOB, "/ip4/10.0.0.1/tcp/1");
    Dial byId = node.only(Dial.class);
    node.connect(2, null, "/ip4/10.0.0.2/tcp/2");
    ConnectionInfo connection = node.answer(node.only(Dial.class), BOB);
    assertEquals(List.of(new Up(connection), new Done(2, connection), new CancelDial(byId.attempt()),
        new Done(1, connection)), node.actions());
  }

  @Test
  void anInboundConnectionAnswersThoseWhoAskedForThePeer() {
    node.connect(1, BOB, "/ip4/8.0.0.1/tcp/1", "/ip4/8.0.0.2/tcp/1");
    Dial dial = node.only(Dial.class);
    ConnectionInfo connection = node.accept(BOB);
    assertEquals(List.of(new Up(connection), new Done(1, connection)), node.actions());
    node.passMillis(5_000);
    assertEquals(List.of(), node.actions(), "no further address is tried");
    assertEquals(1, node.swarm.counts().dials(), "but what is under way may be up at the peer, which counts on it");
    node.passMillis(5_000);
    assertEquals(new CancelDial(dial.attempt()), node.only(CancelDial.class), "in its time");
    assertEquals(new Swarm.Counts(1, 0, 0, 0, 0, 1), node.swarm.counts());
  }

  @Test
  void addressesThatWereNotTriedAnyMoreAreTriedForTheNextRequest() {
    node.connect(1, BOB, "/ip4/8.0.0.1/tcp/1", "/ip4/8.0.0.2/tcp/1");
    Dial underWay = node.only(Dial.class);
    ConnectionInfo inbound = node.accept(BOB);
    node.swarm.onClosed(node.now, inbound.id(), "gone");
    node.actions();
    node.connect(2, BOB, "/ip4/8.0.0.1/tcp/1", "/ip4/8.0.0.2/tcp/1");
    node.passMillis(250);
    assertEquals(address("/ip4/8.0.0.2/tcp/1"), node.only(Dial.class).address());
    ConnectionInfo connection = node.answer(underWay, BOB);
    assertTrue(node.actions().contains(new Done(2, connection)));
  }

  @Test
  void disconnectEndsADialThatOnlyThePeerCountedOn() {
    node.connect(1, BOB, "/ip4/8.0.0.1/tcp/1");
    Dial dial = node.only(Dial.class);
    node.accept(BOB);
    node.actions();
    node.swarm.disconnect(node.now, BOB);
    assertEquals(List.of(new CancelDial(dial.attempt())), node.actions(CancelDial.class));
    assertEquals(0, node.swarm.counts().dials());
  }

  @Test
  void addressesThatComeWithALaterRequestAreTriedToo() {
    node.connect(1, BOB, "/ip4/8.0.0.1/tcp/1");
    Dial first = node.only(Dial.class);
    node.connect(2, BOB, "/ip4/8.0.0.2/tcp/1");
    assertEquals(List.of(), node.actions(), "the first has its head start");
    node.fail(first, "connection refused");
    Dial second = node.only(Dial.class);
    assertEquals(address("/ip4/8.0.0.2/tcp/1"), second.address());
    node.fail(second, "connection reset");
    String message = "cannot reach " + BOB
        + ": /ip4/8.0.0.1/tcp/1: connection refused; /ip4/8.0.0.2/tcp/1: connection reset";
    assertEquals(List.of(
        new Failed(1, FailureKind.DIAL_FAILED, message),
        new Failed(2, FailureKind.DIAL_FAILED, message)), node.actions());
  }

  @Test
  void theAddressThatWorkedIsRemembered() {
    node.connect(1, null, "/ip4/8.0.0.1/tcp/4001");
    node.answer(node.only(Dial.class), BOB);
    assertEquals(addresses("/ip4/8.0.0.1/tcp/4001"), node.store.addresses(node.now, BOB));
    node.accept(CAROL);
    assertEquals(List.of(), node.store.addresses(node.now, CAROL), "an inbound connection comes from no listener");
  }

  @Test
  void aRequestIdMayBeUsedAgainOnlyAfterItsAnswer() {
    node.connect(1, BOB, "/ip4/10.0.0.1/tcp/1");
    assertThrows(IllegalStateException.class, () -> node.connect(1, CAROL, "/ip4/10.0.0.2/tcp/1"));
    node.swarm.cancel(node.now, 1);
    node.connect(1, CAROL, "/ip4/10.0.0.2/tcp/1");
    assertEquals(2, node.actions(Dial.class).size());
  }

  @Test
  void moreRequestsThanMayWaitAreRefusedWithTheNameOfTheLimit() {
    Fixture small = new Fixture(new SwarmOptions().setMaxPendingConnects(2));
    small.connect(1, BOB, "/ip4/10.0.0.1/tcp/1");
    small.connect(2, BOB);
    small.actions();
    small.connect(3, BOB);
    assertEquals(new Failed(3, FailureKind.LIMIT_REACHED, "maxPendingConnects: 2 connect requests are waiting"),
        small.only(Failed.class));
    small.swarm.cancel(small.now, 2);
    small.connect(4, BOB);
    assertEquals(FailureKind.CANCELLED, small.only(Failed.class).kind());
  }
}
