package io.peerbus.swarm;

import static io.peerbus.swarm.Fixture.peer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.peerbus.swarm.Swarm.Action;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Who is closed when there are too many connections. */
class KeeperTest {

  private static final Duration GRACE = Duration.ofSeconds(20);
  private static final Duration SILENCE = Duration.ofSeconds(10);

  private final Fixture node = new Fixture();
  private final Map<Long, Integer> streams = new HashMap<>();
  private final Map<Long, PeerId> open = new LinkedHashMap<>();

  private void marks(int low, int high) {
    node.swarm.keeper().setMarks(node.now, new Watermarks(low, high, GRACE, SILENCE), 1_000);
    node.swarm.keeper().setStreams(connection -> streams.getOrDefault(connection, 0));
  }

  private ConnectionInfo accept(int number) {
    ConnectionInfo connection = node.accept(peer(number));
    open.put(connection.id(), connection.peer());
    return connection;
  }

  private ConnectionInfo dial(int number) {
    node.connect(1_000 + number, peer(number), "/ip4/8.8.8.8/tcp/" + (1 + number));
    ConnectionInfo connection = node.answer(node.actions(Action.Dial.class).get(0), peer(number));
    open.put(connection.id(), connection.peer());
    return connection;
  }

  /** Lets time pass, and carries out what the swarm asks for; answers whom it closed, in order. */
  private List<PeerId> closed(Duration time) {
    node.actions();
    node.pass(time);
    List<PeerId> closed = new ArrayList<>();
    for (Action.Close close : node.actions(Action.Close.class)) {
      closed.add(open.remove(close.connectionId()));
      node.swarm.onClosed(node.now, close.connectionId(), "closed");
    }
    return closed;
  }

  private static List<PeerId> peers(int... numbers) {
    List<PeerId> peers = new ArrayList<>();
    for (int number : numbers) {
      peers.add(peer(number));
    }
    return peers;
  }

  @Test
  void uptoTheHighMarkNobodyIsClosed() {
    marks(2, 4);
    for (int i = 0; i < 4; i++) {
      accept(i);
    }
    assertEquals(List.of(), closed(Duration.ofHours(1)));
  }

  @Test
  void aboveItThoseOfLeastWorthGoDownToTheLowMarkOnceTheirGraceIsOver() {
    marks(2, 4);
    Worth worth = node.swarm.keeper().worth();
    for (int i = 0; i < 5; i++) {
      accept(i);
      worth.tag(7, peer(i), "t", new int[] {3, -1, 0, 9, 1}[i]);
    }
    assertEquals(List.of(), closed(GRACE.minusNanos(1)), "in their grace");
    assertEquals(peers(1, 2, 4), closed(SILENCE));
    assertEquals(List.of(), closed(Duration.ofHours(1)));
  }

  @Test
  void itIsToldHowManyAreClosedAndWhy() {
    marks(1, 1);
    ConnectionInfo first = accept(0);
    node.pass(GRACE);
    accept(1);
    node.actions();
    node.pass(Duration.ofNanos(1));
    String reason = "highWater: 2 connections, those of least worth are closed";
    assertEquals(List.of(new Action.Close(first.id(), reason), new Action.Down(peer(0), reason),
        new Action.Trimmed(1, 2)), node.actions());
  }

  @Test
  void ofTheSameWorthThoseWithoutStreamsGoFirstThenWhoCameThenTheYoungest() {
    marks(1, 5);
    streams.put(accept(0).id(), 1);
    dial(1);
    accept(2);
    accept(3);
    streams.put(accept(4).id(), 2);
    accept(5);
    assertEquals(peers(5, 3, 2, 1, 0), closed(GRACE.plus(SILENCE)));
  }

  @Test
  void protectedAndBootstrapPeersStayHoweverLittleTheyAreWorth() {
    marks(1, 2);
    node.swarm.bootstrap(node.now, List.of(Fixture.address("/ip4/8.8.8.8/tcp/1").withPeerId(peer(0))));
    ConnectionInfo first = node.answer(node.actions(Action.Dial.class).get(0), peer(0));
    open.put(first.id(), peer(0));
    for (int i = 1; i < 6; i++) {
      accept(i);
    }
    Worth worth = node.swarm.keeper().worth();
    worth.tag(7, peer(0), "t", -9);
    worth.tag(7, peer(2), "t", -9);
    worth.protect(7, peer(2), "p");
    assertEquals(peers(5, 4, 3, 1), closed(GRACE.plus(SILENCE)));
    for (int i = 6; i < 10; i++) {
      accept(i);
    }
    worth.drop(7);
    assertEquals(peers(2, 9, 8, 7, 6), closed(GRACE.plus(SILENCE)),
        "the plugin is gone, its protection with it; the others are in their grace until the round after the next");
  }

  @Test
  void allConnectionsOfAPeerGoTogether() {
    marks(1, 2);
    accept(0);
    accept(1);
    accept(1);
    assertEquals(peers(1, 1), closed(GRACE.plus(SILENCE)));
  }

  @Test
  void betweenTwoRoundsThereIsSilence() {
    marks(2, 2);
    accept(0);
    accept(1);
    node.pass(GRACE);
    accept(2);
    assertEquals(peers(1), closed(Duration.ofNanos(1)));
    accept(3);
    assertEquals(List.of(), closed(SILENCE.minusNanos(2)));
    assertEquals(peers(0), closed(Duration.ofNanos(1)));
  }

  @Test
  void lowerMarksHoldForThoseWhoAreThere() {
    marks(500, 600);
    for (int i = 0; i < 10; i++) {
      accept(i);
    }
    node.pass(GRACE);
    marks(3, 5);
    assertEquals(7, closed(Duration.ofNanos(1)).size());
  }

  @Test
  void whatIsLeftOpenFollowsFromTheInboundConnections() {
    assertEquals(new Watermarks(2_560, 3_072, GRACE, SILENCE), new Watermarks(0, 0, GRACE, SILENCE).resolved(4_096));
    assertEquals(new Watermarks(0, 1, GRACE, SILENCE), new Watermarks(0, 0, GRACE, SILENCE).resolved(1));
    assertEquals(new Watermarks(75, 75, GRACE, SILENCE), new Watermarks(80, 0, GRACE, SILENCE).resolved(100));
    assertEquals("low: 3 > 2, which is \"high\"",
        assertThrows(IllegalArgumentException.class, () -> new Watermarks(3, 2, GRACE, SILENCE)).getMessage());
    assertThrows(IllegalArgumentException.class, () -> new Watermarks(1, 2, GRACE, Duration.ZERO));
    assertThrows(IllegalArgumentException.class, () -> new Watermarks(1, 2, GRACE.negated(), SILENCE));
  }

  /** Peers come and go and change their worth; each round must be fair, and the same again with the same seed. */
  @Property(tries = 60)
  void aRoundClosesNobodyWhoIsSparedAndNobodyBeforeOneOfLessWorth(@ForAll long seed) {
    List<PeerId> first = new KeeperTest().live(seed, true);
    assertEquals(first, new KeeperTest().live(seed, false));
  }

  private List<PeerId> live(long seed, boolean judge) {
    Random random = new Random(seed);
    int low = 1 + random.nextInt(8);
    marks(low, low + random.nextInt(6));
    Map<PeerId, Long> since = new HashMap<>();
    Set<PeerId> safe = new HashSet<>();
    List<PeerId> all = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      int number = random.nextInt(30);
      Worth worth = node.swarm.keeper().worth();
      switch (random.nextInt(6)) {
        case 0, 1, 2 -> {
          if (Collections.frequency(open.values(), peer(number)) < node.options.getMaxConnectionsPerPeer()) {
            streams.put(accept(number).id(), random.nextInt(3));
            since.putIfAbsent(peer(number), node.now);
          }
        }
        case 3 -> worth.tag(1, peer(number), "t", random.nextInt(3));
        case 4 -> {
          worth.protect(1, peer(number), "t");
          safe.add(peer(number));
        }
        default -> {
          worth.unprotect(1, peer(number), "t");
          safe.remove(peer(number));
        }
      }
      List<PeerId> closed = closed(Duration.ofMillis(random.nextInt(8_000)));
      all.addAll(closed);
      if (judge && !closed.isEmpty()) {
        judge(closed, since, safe, low);
      }
      since.keySet().retainAll(open.values());
    }
    return all;
  }

  private void judge(List<PeerId> closed, Map<PeerId, Long> since, Set<PeerId> safe, int low) {
    Worth worth = node.swarm.keeper().worth();
    for (PeerId peer : closed) {
      assertTrue(!safe.contains(peer), "protected");
      assertTrue(node.now - since.get(peer) >= GRACE.toNanos(), "in its grace");
      for (PeerId kept : open.values()) {
        boolean spared = safe.contains(kept) || node.now - since.get(kept) < GRACE.toNanos() + SILENCE.toNanos();
        assertTrue(spared || worth.value(kept) >= worth.value(peer), "one of less worth was kept");
      }
    }
    int last = Collections.frequency(closed, closed.get(closed.size() - 1));
    assertTrue(open.size() + last > low, "more were closed than had to be");
  }
}
