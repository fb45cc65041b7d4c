package io.peerbus.swarm;

import static io.peerbus.swarm.Fixture.peer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.PeerId;
import io.peerbus.swarm.Swarm.Action.Close;
import io.peerbus.swarm.Swarm.Action.Dial;
import io.peerbus.swarm.Swarm.Action.Done;
import io.peerbus.swarm.Swarm.Action.Down;
import io.peerbus.swarm.Swarm.Action.Up;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When a peer counts as connected, and how many connections it may have. */
class ConnectionTableTest {

  private static final PeerId BOB = peer(1);

  private final Fixture node = new Fixture();

  @Test
  void upComesWithTheFirstConnectionAndDownWithTheLast() {
    ConnectionInfo first = node.accept(BOB);
    assertEquals(List.of(new Up(first)), node.actions());
    ConnectionInfo second = node.accept(BOB);
    assertEquals(List.of(), node.actions());
    assertEquals(List.of(first, second), node.swarm.connections(BOB));
    assertEquals(List.of(), node.swarm.connections(peer(2)));
    node.swarm.onClosed(node.now, first.id(), "reset by peer");
    assertEquals(List.of(), node.actions());
    assertEquals(Optional.of(second), node.swarm.connection(BOB));
    node.swarm.onClosed(node.now, second.id(), "idle");
    assertEquals(List.of(new Down(BOB, "idle")), node.actions());
    assertEquals(Optional.empty(), node.swarm.connection(BOB));
    ConnectionInfo third = node.accept(BOB);
    assertEquals(List.of(new Up(third)), node.actions());
  }

  @Test
  void disconnectClosesAllAndThePeerIsDownAtOnce() {
    ConnectionInfo first = node.accept(BOB);
    ConnectionInfo second = node.accept(BOB);
    node.actions();
    node.swarm.disconnect(node.now, BOB);
    String reason = "disconnected by this node";
    assertEquals(List.of(new Close(first.id(), reason), new Close(second.id(), reason), new Down(BOB, reason)),
        node.actions());
    assertEquals(List.of(), node.swarm.connections());
    assertEquals(2, node.swarm.counts().connections(), "until the transport is done");
    node.swarm.onClosed(node.now, first.id(), "closed");
    node.swarm.onClosed(node.now, second.id(), "closed");
    node.swarm.disconnect(node.now, BOB);
    assertEquals(List.of(), node.actions());
    assertEquals(new Swarm.Counts(0, 0, 0, 0, 0, 0), node.swarm.counts());
  }

  @Test
  void aConnectionThatIsBeingClosedIsNoAnswerToARequest() {
    ConnectionInfo old = node.accept(BOB);
    node.swarm.disconnect(node.now, BOB);
    node.actions();
    node.connect(1, BOB, "/ip4/10.0.0.1/tcp/1");
    ConnectionInfo young = node.answer(node.only(Dial.class), BOB);
    assertEquals(List.of(new Up(young), new Done(1, young)), node.actions());
    node.swarm.onClosed(node.now, old.id(), "closed");
    assertEquals(List.of(), node.actions());
  }

  @Test
  void aPeerKeepsSeveralConnectionsThatNoSimultaneousDialExplains() {
    for (int i = 0; i < 3; i++) {
      node.accept(BOB);
    }
    node.passMillis(60_000);
    assertEquals(List.of(), node.actions(Close.class));
    assertEquals(3, node.swarm.connections().size());
  }

  @Test
  void aSmallerLimitHoldsFromTheNextConnectionOn() {
    List<ConnectionInfo> open = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      open.add(node.accept(BOB));
    }
    node.swarm.setLimits(new SwarmOptions().setMaxConnectionsPerPeer(2));
    node.passMillis(60_000);
    assertEquals(List.of(), node.actions(Close.class));
    node.accept(BOB);
    node.passMillis(60_000);
    assertEquals(List.of(open.get(0).id(), open.get(1).id()),
        node.actions(Close.class).stream().map(Close::connectionId).toList());
  }

  @Test
  void beyondItsLimitAPeerLosesItsEldestConnectionAfterItHadTimeToChoose() {
    ConnectionInfo eldest = node.accept(BOB);
    node.accept(BOB);
    node.accept(BOB);
    ConnectionInfo newest = node.accept(BOB);
    node.passMillis(1_999);
    assertEquals(List.of(), node.actions(Close.class));
    node.passMillis(1);
    String reason = "maxConnectionsPerPeer: 4 connections with one peer";
    assertEquals(List.of(new Swarm.Action.Refused(reason), new Close(eldest.id(), reason)),
        node.actions(Swarm.Action.class));
    assertEquals(Optional.of(newest), node.swarm.connection(BOB));
  }

  @Test
  void aPeerThatTakesItsSpareConnectionsBackItselfLosesNone() {
    ConnectionInfo chosen = node.accept(BOB);
    for (int i = 0; i < 5; i++) {
      ConnectionInfo spare = node.accept(BOB);
      node.passMillis(10);
      node.swarm.onClosed(node.now, spare.id(), "closed");
    }
    node.passMillis(60_000);
    assertEquals(List.of(), node.actions(Close.class));
    assertEquals(List.of(chosen), node.swarm.connections());
  }

  @Test
  void aPeerThatFloodsUsWithConnectionsIsHeldToAHardLimitAtOnce() {
    for (int i = 0; i < 100; i++) {
      node.accept(BOB);
      assertTrue(node.swarm.connections().size() <= 7, "3 to keep and 4 dials at once");
    }
    node.passMillis(60_000);
    assertEquals(3, node.swarm.connections().size());
    assertEquals(97, node.actions(Close.class).size());
  }

  @Test
  void whatIsClosedTwiceOrNeverWasIsIgnored() {
    ConnectionInfo connection = node.accept(BOB);
    node.swarm.onClosed(node.now, connection.id(), "closed");
    node.actions();
    node.swarm.onClosed(node.now, connection.id(), "closed");
    node.swarm.onClosed(node.now, 4_711, "closed");
    assertEquals(List.of(), node.actions());
  }

  @Test
  void oneIdForTwoConnectionsIsAMistakeOfOurs() {
    ConnectionInfo connection = node.accept(BOB);
    assertThrows(IllegalStateException.class,
        () -> node.swarm.onConnected(node.now, Swarm.INBOUND, connection));
  }

  @Test
  void connectedPeersAreProtectedInTheStoreUntilTheyAreGone() {
    ConnectionInfo connection = node.accept(BOB);
    assertTrue(node.store.get(node.now, BOB).orElseThrow().connected());
    node.swarm.onClosed(node.now, connection.id(), "closed");
    assertTrue(node.store.get(node.now, BOB).isEmpty(), "nothing else was known of it");
  }
}
