package io.peerbus.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.peerbus.multiformats.PeerId;
import io.peerbus.swarm.Swarm.Action.Close;
import io.peerbus.swarm.Swarm.Action.CloseWhenIdle;
import io.peerbus.swarm.Swarm.Action.Dial;
import io.peerbus.swarm.Swarm.Action.Done;
import io.peerbus.swarm.Swarm.Action.Down;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Connections on which few streams can be opened. */
class ReplacementTest {

  private static final PeerId BOB = Fixture.peer(2_000);

  private final Fixture node = new Fixture();

  private ConnectionInfo dialled() {
    node.connect(1, BOB, "/ip4/10.0.0.1/tcp/1");
    ConnectionInfo connection = node.answer(node.only(Dial.class), BOB);
    node.actions();
    return connection;
  }

  private static CloseWhenIdle closeWhenIdle(ConnectionInfo worn) {
    return new CloseWhenIdle(worn.id(),
        "nearly all stream ids of the connection are used, and there is another one");
  }

  @Test
  void aWornConnectionIsReplacedBeforeItIsClosed() {
    ConnectionInfo worn = dialled();
    node.swarm.onWorn(node.now, worn.id());
    Dial dial = node.only(Dial.class);
    assertEquals(Optional.of(worn), node.swarm.connection(BOB), "it serves until there is another");
    node.connect(2, BOB);
    assertEquals(List.of(), node.actions(), "a request waits for the new one");
    ConnectionInfo fresh = node.answer(dial, BOB);
    assertEquals(List.of(closeWhenIdle(worn), new Done(2, fresh)), node.actions());
    assertEquals(Optional.of(fresh), node.swarm.connection(BOB));
    node.swarm.onClosed(node.now, worn.id(), "idle");
    node.passMillis(60_000);
    assertEquals(List.of(), node.actions());
  }

  @Test
  void anotherConnectionThatIsThereTakesItsPlace() {
    ConnectionInfo worn = node.accept(BOB);
    ConnectionInfo other = node.accept(BOB);
    node.actions();
    node.swarm.onWorn(node.now, worn.id());
    assertEquals(closeWhenIdle(worn), node.only(CloseWhenIdle.class));
    assertEquals(Optional.of(other), node.swarm.connection(BOB));
  }

  @Test
  void aConnectionThatThePeerMakesMeanwhileWillDo() {
    ConnectionInfo worn = dialled();
    node.swarm.onWorn(node.now, worn.id());
    node.actions();
    node.accept(BOB);
    assertEquals(List.of(closeWhenIdle(worn)), node.actions(CloseWhenIdle.class));
    node.passMillis(60_000);
    assertEquals(List.of(), node.actions(Close.class));
  }

  @Test
  void oneThatCannotBeReplacedIsClosedSoThatThePeerMayComeBack() {
    ConnectionInfo worn = node.accept(BOB);
    node.actions();
    node.swarm.onWorn(node.now, worn.id());
    List<Swarm.Action> actions = node.actions();
    assertEquals(2, actions.size(), actions.toString());
    assertEquals(worn.id(), ((Close) actions.get(0)).connectionId());
    assertEquals(BOB, ((Down) actions.get(1)).peer());
    node.swarm.onClosed(node.now, worn.id(), "closed");
    assertEquals(new Swarm.Counts(0, 0, 0, 0, 0, 0), node.swarm.counts());
  }

  @Test
  void oneThatIsGoneNeedsNoReplacement() {
    ConnectionInfo worn = dialled();
    node.swarm.onClosed(node.now, worn.id(), "closed");
    node.actions();
    node.swarm.onWorn(node.now, worn.id());
    assertEquals(List.of(), node.actions());
  }
}
