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
}
