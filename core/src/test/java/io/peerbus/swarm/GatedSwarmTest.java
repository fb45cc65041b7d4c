package io.peerbus.swarm;

import static io.peerbus.swarm.Fixture.peer;
import static io.peerbus.swarm.GaterTest.denying;
import static io.peerbus.swarm.GaterTest.rules;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.PeerId;
import io.peerbus.swarm.Swarm.Action;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A swarm keeps to its gater: before a dial, at accept, once the peer is known, and when rules come. */
class GatedSwarmTest {

  private static final PeerId ALICE = peer(1);
  private static final PeerId BOB = peer(2);

  private final Fixture node = new Fixture();

  @Test
  void aDeniedPeerIsNotDialled() {
    node.swarm.setGater(node.now, denying(ALICE.toString()));
    node.connect(1, ALICE, "/ip4/1.2.3.4/tcp/1");
    assertEquals(new Action.Failed(1, FailureKind.FORBIDDEN, "gater: " + ALICE + " is denied"),
        node.only(Action.Failed.class));
    node.connect(2, BOB, "/ip4/1.2.3.4/tcp/1");
    node.only(Action.Dial.class);
  }

  @Test
  void ofAPeersAddressesThoseThatAreDeniedAreLeftOut() {
    node.swarm.setGater(node.now, denying("1.0.0.0/8"));
    node.store.add(node.now, ALICE, Fixture.addresses("/ip4/1.1.1.1/tcp/1"), Lifetime.CONNECTED);
    node.connect(1, ALICE, "/ip4/1.2.3.4/tcp/1");
    assertEquals(new Action.Failed(1, FailureKind.FORBIDDEN, "gater: 1.0.0.0/8 is denied"),
        node.only(Action.Failed.class));
    node.connect(2, ALICE, "/ip4/1.2.3.4/tcp/1", "/ip4/2.2.3.4/tcp/1");
    Action.Dial dial = node.only(Action.Dial.class);
    assertEquals("/ip4/2.2.3.4/tcp/1", dial.address().toString());
    node.fail(dial, "refused");
    assertEquals(FailureKind.DIAL_FAILED, node.only(Action.Failed.class).kind());
  }

  @Test
  void aDeniedAddressIsRefusedAtTheDoorAndTakesNoSlot() {
    node.swarm.setGater(node.now, denying("203.0.113.0/24"));
    assertEquals("gater: 203.0.113.0/24 is denied", node.swarm.refusal(node.now, "203.0.113.7"));
    assertEquals(0, node.swarm.counts().pendingInbound());
    assertNull(node.swarm.refusal(node.now, "203.0.114.7"));
  }

  @Test
  void aPeerThatIsDeniedIsSentAwayOnceItIsKnown() {
    node.swarm.setGater(node.now, denying(ALICE.toString()));
    ConnectionInfo connection = node.accept(ALICE);
    assertEquals(List.of(new Action.Refused("gater: " + ALICE + " is denied"),
        new Action.Close(connection.id(), "gater: " + ALICE + " is denied")), node.actions());
    assertTrue(node.swarm.connection(ALICE).isEmpty());
    node.swarm.onClosed(node.now, connection.id(), "closed");
    assertEquals(List.of(), node.actions());
  }

  @Test
  void whoAnswersBehindAnAddressOfNobodyMayBeDenied() {
    node.swarm.setGater(node.now, denying(ALICE.toString()));
    node.connect(1, null, "/ip4/1.2.3.4/tcp/1");
    node.answer(node.only(Action.Dial.class), ALICE);
    List<Action.Failed> failed = node.actions(Action.Failed.class);
    assertEquals(1, failed.size());
    assertTrue(failed.get(0).message().contains("gater: " + ALICE + " is denied"), failed.get(0).message());
  }

  @Test
  void aNewRuleClosesWhomItKeepsOutAndNobodyElse() {
    ConnectionInfo alice = node.accept(ALICE);
    ConnectionInfo alices = node.inbound(ALICE, "/ip4/8.8.8.8/tcp/1");
    node.swarm.onConnected(node.now, Swarm.INBOUND, alices);
    ConnectionInfo bob = node.inbound(BOB, "/ip4/8.8.4.4/tcp/1");
    node.swarm.onConnected(node.now, Swarm.INBOUND, bob);
    node.actions();
    assertEquals(1, node.swarm.setGater(node.now, denying("9.9.9.9")));
    assertEquals(new Action.Close(alice.id(), "gater: 9.9.9.9 is denied"), node.only(Action.Close.class));
    assertEquals(alices, node.swarm.connection(ALICE).orElseThrow());
    assertEquals(1, node.swarm.setGater(node.now, denying(ALICE.toString())));
    assertEquals(List.of(new Action.Close(alices.id(), "gater: " + ALICE + " is denied"),
        new Action.Down(ALICE, "gater: " + ALICE + " is denied")), node.actions());
    assertEquals(bob, node.swarm.connection(BOB).orElseThrow());
    assertEquals(0, node.swarm.setGater(node.now, Gater.OPEN));
    node.accept(ALICE);
    assertEquals(1, node.actions(Action.Up.class).size(), "welcome again");
  }

  @Test
  void aDialUnderWayComesTooLateForItsRule() {
    node.connect(1, ALICE, "/ip4/1.2.3.4/tcp/1");
    Action.Dial dial = node.only(Action.Dial.class);
    node.swarm.setGater(node.now, denying("1.2.3.4"));
    node.answer(dial, ALICE);
    List<Action> told = node.actions();
    assertEquals(0, told.stream().filter(Action.Up.class::isInstance).count(), told.toString());
    assertEquals(1, told.stream().filter(Action.Close.class::isInstance).count(), told.toString());
  }

  @Test
  void anExceptionWithinADeniedSubnetIsLetIn() {
    node.swarm.setGater(node.now, Gater.OPEN.with(rules("0.0.0.0/0"), rules("9.9.9.9"), List.of()));
    assertEquals("gater: 0.0.0.0/0 is denied", node.swarm.refusal(node.now, "203.0.113.7"));
    assertNull(node.swarm.refusal(node.now, "9.9.9.9"));
    node.accept(ALICE);
    node.only(Action.Up.class);
  }
}
