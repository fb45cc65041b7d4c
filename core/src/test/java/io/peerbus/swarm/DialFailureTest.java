package io.peerbus.swarm;

import static io.peerbus.swarm.Fixture.address;
import static io.peerbus.swarm.Fixture.addresses;
import static io.peerbus.swarm.Fixture.peer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.PeerId;
import io.peerbus.swarm.Swarm.Action.CancelDial;
import io.peerbus.swarm.Swarm.Action.Close;
import io.peerbus.swarm.Swarm.Action.Dial;
import io.peerbus.swarm.Swarm.Action.Failed;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How dials end otherwise than in a connection, and what is said of it. */
class DialFailureTest {

  private static final PeerId BOB = peer(1);

  private final Fixture node = new Fixture();

  @Test
  void theErrorNamesEveryAddressWithItsReason() {
    node.connect(1, BOB, "/ip4/127.0.0.1/tcp/1", "/ip4/10.0.0.1/tcp/2");
    node.fail(node.only(Dial.class), "connection refused");
    assertEquals(address("/ip4/10.0.0.1/tcp/2"), node.only(Dial.class).address());
    node.pass(Duration.ofSeconds(10));
    assertEquals("cannot reach " + BOB
            + ": /ip4/127.0.0.1/tcp/1: connection refused; /ip4/10.0.0.1/tcp/2: timed out after 10 s",
        node.actions(Failed.class).get(0).message());
  }

  @Test
  void anAttemptIsCancelledByOurOwnClock() {
    node.connect(1, BOB, "/ip4/10.0.0.1/tcp/1");
    Dial dial = node.only(Dial.class);
    node.passMillis(9_999);
    assertEquals(List.of(), node.actions());
    node.passMillis(1);
    assertEquals(List.of(new CancelDial(dial.attempt()), new Failed(1, FailureKind.DIAL_FAILED,
        "cannot reach " + BOB + ": /ip4/10.0.0.1/tcp/1: timed out after 10 s")), node.actions());
  }

  @Test
  void addressesThatCannotBeDialledAreNamedWithTheReason() {
    assertEquals("QUIC is not supported", refusal("/ip4/1.2.3.4/udp/1/quic-v1"));
    assertEquals("WebTransport is not supported", refusal("/ip4/1.2.3.4/udp/1/quic-v1/webtransport"));
    assertEquals("WebRTC is not supported", refusal("/ip4/1.2.3.4/udp/1/webrtc-direct"));
    assertEquals("UDP is not supported", refusal("/ip4/1.2.3.4/udp/1"));
    assertEquals("http-path is not supported", refusal("/ip4/1.2.3.4/tcp/1/ws/http-path/a"));
    assertEquals("port 0 cannot be dialled", refusal("/ip4/1.2.3.4/tcp/0/ws"));
    assertNull(refusal("/dnsaddr/bootstrap.libp2p.io"));
    assertNull(refusal("/dns6/a.example/tcp/1"));
    assertEquals("QUIC is not supported", refusal("/dns4/a.example/udp/1/quic-v1"));
    assertEquals("unix is not supported", refusal("/unix/tmp/p2p.sock"));
    assertEquals("it is no TCP or WebSocket address", refusal("/ip4/1.2.3.4"));
    assertEquals("port 0 cannot be dialled", refusal("/ip4/1.2.3.4/tcp/0"));
    assertEquals("0.0.0.0 is no destination", refusal("/ip4/0.0.0.0/tcp/1"));
    assertEquals(":: is no destination", refusal("/ip6/::/tcp/1"));
    assertEquals("relayed connections are not supported",
        refusal("/ip4/1.2.3.4/tcp/1/p2p/" + peer(2) + "/p2p-circuit"));
    assertEquals("it is no TCP or WebSocket address", refusal("/ip4/1.2.3.4/tcp/443/tls"));
    assertNull(DialAddress.refusal(address("/ip6zone/eth0/ip6/fe80::1/tcp/1"), true));
    assertNull(DialAddress.refusal(address("/ip4/1.2.3.4/tcp/1/ws"), false));
    assertNull(DialAddress.refusal(address("/dns4/a.example/tcp/443/tls/ws"), true));
  }

  @Test
  void aNodeWithoutDnsSaysSo() {
    Fixture noDns = new Fixture(new SwarmOptions().setDialDns(false));
    noDns.connect(1, null, "/dns4/a.example/tcp/1", "/dnsaddr/a.example");
    assertEquals("cannot connect: /dns4/a.example/tcp/1: DNS names are not supported; "
        + "/dnsaddr/a.example: DNS names are not supported", noDns.only(Failed.class).message());
  }

  @Test
  void theRelayInAnAddressIsNotItsDestination() {
    String relayed = "/ip4/1.2.3.4/tcp/1/p2p/" + peer(2) + "/p2p-circuit";
    assertNull(DialAddress.destination(address(relayed)));
    assertEquals(BOB, DialAddress.destination(address(relayed + "/p2p/" + BOB)));
    node.connect(1, BOB, relayed);
    assertEquals(FailureKind.DIAL_FAILED, node.only(Failed.class).kind(), "not a bad request");
  }

  @Test
  void whatCannotBeDialledIsToldBesideWhatFailed() {
    node.connect(1, BOB, "/ip4/1.2.3.4/udp/1/quic-v1", "/ip4/1.2.3.4/tcp/1");
    node.fail(node.only(Dial.class), "connection refused");
    assertEquals("cannot reach " + BOB
        + ": /ip4/1.2.3.4/tcp/1: connection refused; /ip4/1.2.3.4/udp/1/quic-v1: QUIC is not supported",
        node.only(Failed.class).message());
  }

  @Test
  void oneRequestEndsAtItsDeadlineAndTheOthersGoOn() {
    Fixture slow = new Fixture(new SwarmOptions().setDialTimeout(Duration.ofMinutes(2)));
    slow.connect(1, BOB, "/ip4/10.0.0.1/tcp/1");
    Dial dial = slow.only(Dial.class);
    slow.passMillis(12_500);
    slow.connect(2, BOB);
    slow.passMillis(17_500);
    Failed failed = slow.only(Failed.class);
    assertEquals(new Failed(1, FailureKind.TIMED_OUT, "cannot reach " + BOB
        + ": /ip4/10.0.0.1/tcp/1: no answer after 30 s (gave up after 30 s)"), failed);
    slow.passMillis(12_500);
    assertEquals(List.of(new CancelDial(dial.attempt()), new Failed(2, FailureKind.TIMED_OUT, "cannot reach " + BOB
        + ": /ip4/10.0.0.1/tcp/1: no answer after 42.5 s (gave up after 30 s)")), slow.actions());
    assertEquals(new Swarm.Counts(0, 0, 0, 0, 0, 0), slow.swarm.counts());
  }

  @Test
  void cancellingTheOnlyRequestCancelsEveryAttempt() {
    node.connect(1, BOB, "/ip4/10.0.0.1/tcp/1", "/ip4/10.0.0.2/tcp/1");
    node.passMillis(30);
    List<Dial> dials = node.actions(Dial.class);
    node.swarm.cancel(node.now, 1);
    assertEquals(List.of(new CancelDial(dials.get(0).attempt()), new CancelDial(dials.get(1).attempt()),
        new Failed(1, FailureKind.CANCELLED, "cancelled")), node.actions());
    node.swarm.cancel(node.now, 1);
    node.swarm.cancel(node.now, 2);
    assertEquals(List.of(), node.actions());
  }

  @Test
  void cancellingOneOfTwoRequestsLeavesTheAttempts() {
    node.connect(1, BOB, "/ip4/10.0.0.1/tcp/1");
    node.connect(2, BOB);
    node.actions();
    node.swarm.cancel(node.now, 1);
    assertEquals(new Failed(1, FailureKind.CANCELLED, "cancelled"), node.only(Failed.class));
    assertEquals(1, node.swarm.counts().dials());
  }

  @Test
  void aDialThatConnectsAfterItsCancellationIsClosedAtOnce() {
    node.connect(1, BOB, "/ip4/10.0.0.1/tcp/1");
    Dial dial = node.only(Dial.class);
    node.swarm.cancel(node.now, 1);
    node.actions();
    ConnectionInfo late = node.answer(dial, BOB);
    assertEquals(new Close(late.id(), "the dial had been given up"), node.only(Close.class));
    assertTrue(node.swarm.connection(BOB).isEmpty());
    node.swarm.onClosed(node.now, late.id(), "closed");
    assertEquals(List.of(), node.actions());
    assertEquals(new Swarm.Counts(0, 0, 0, 0, 0, 0), node.swarm.counts());
  }

  @Test
  void aDialThatFailsAfterItsCancellationIsForgotten() {
    node.connect(1, BOB, "/ip4/10.0.0.1/tcp/1");
    Dial dial = node.only(Dial.class);
    node.swarm.cancel(node.now, 1);
    node.actions();
    node.fail(dial, "cancelled");
    assertEquals(List.of(), node.actions());
  }

  @Test
  void disconnectAnswersThoseWhoAreStillDialling() {
    node.connect(1, BOB, "/ip4/10.0.0.1/tcp/1");
    Dial dial = node.only(Dial.class);
    node.swarm.disconnect(node.now, BOB);
    assertEquals(List.of(new CancelDial(dial.attempt()),
        new Failed(1, FailureKind.CANCELLED, "disconnected by this node")), node.actions());
  }

  @Test
  void aLongReasonIsCut() {
    node.connect(1, null, "/ip4/10.0.0.1/tcp/1");
    node.fail(node.only(Dial.class), "x".repeat(100_000));
    assertTrue(node.only(Failed.class).message().length() < 300);
  }

  @Test
  void closingTheNodeAnswersEveryoneAndLeavesNothing() {
    node.connect(1, BOB, "/ip4/10.0.0.1/tcp/1");
    node.connect(2, null, "/ip4/10.0.0.2/tcp/1");
    node.swarm.bootstrap(node.now, addresses("/ip4/10.0.0.3/tcp/1"));
    ConnectionInfo carol = node.accept(peer(3));
    node.actions();
    node.swarm.close(node.now);
    List<Swarm.Action> end = node.actions();
    assertEquals(2, end.stream().filter(Failed.class::isInstance).count());
    assertEquals(3, end.stream().filter(CancelDial.class::isInstance).count());
    assertTrue(end.contains(new Close(carol.id(), "this node is closing")), end.toString());
    assertTrue(end.contains(new Swarm.Action.Down(peer(3), "this node is closing")), end.toString());
    node.swarm.onClosed(node.now, carol.id(), "closed");
    node.connect(5, BOB, "/ip4/10.0.0.1/tcp/1");
    assertEquals(new Failed(5, FailureKind.CANCELLED, "this node is closing"), node.only(Failed.class));
    assertEquals(new Swarm.Counts(0, 0, 0, 0, 0, 0), node.swarm.counts());
    assertEquals("this node is closing", node.swarm.refusal(node.now, "1.2.3.4"));
    node.pass(Duration.ofHours(1));
    assertEquals(List.of(), node.actions());
  }

  private static String refusal(String text) {
    return DialAddress.refusal(address(text), true);
  }
}
