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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** How addresses are ranked (RFC 8305), and that whatever comes of them a dial keeps its limits (SEC-06). */
class DialRankTest {

  private static final PeerId BOB = peer(1);
  private static final String IP6 = "/ip6/2001:4860::1/tcp/1";
  private static final String IP4 = "/ip4/8.8.8.8/tcp/1";

  private final Fixture node = new Fixture();

  private static List<Multiaddr> ordered(String... texts) {
    return DialOrder.of(addresses(texts), address -> false, false);
  }

  @Test
  void ip6GoesBeforeIp4InTurnsAndPlainTcpBeforeWebSocketAndRelaysLast() {
    String relay = "/ip4/8.8.8.8/tcp/9/p2p/" + peer(2) + "/p2p-circuit";
    assertEquals(addresses("/ip6/2001:4860::1/tcp/1", "/ip4/8.8.8.8/tcp/1", "/ip6/2001:4860::2/tcp/1",
        "/ip6/2001:4860::1/tcp/2/ws", "/ip4/8.8.8.8/tcp/2/ws", "/ip4/8.8.4.4/tcp/443/tls/ws", relay),
        ordered(relay, "/ip4/8.8.8.8/tcp/2/ws", "/ip4/8.8.4.4/tcp/443/tls/ws", "/ip4/8.8.8.8/tcp/1",
            "/ip6/2001:4860::1/tcp/2/ws", "/ip6/2001:4860::1/tcp/1", "/ip6/2001:4860::2/tcp/1"));
  }

  @Test
  void whatFailedLatelyGoesLastEvenIfItIsNear() {
    assertEquals(addresses(IP4, "/ip4/127.0.0.1/tcp/1"), DialOrder.of(addresses("/ip4/127.0.0.1/tcp/1", IP4),
        address -> address.isLoopback(), false));
  }

  @Test
  void ip6HasAHeadStartOf250MillisecondsBeforeIp4() {
    node.connect(1, BOB, IP4, IP6);
    assertEquals(address(IP6), node.only(Dial.class).address());
    node.passMillis(249);
    assertEquals(List.of(), node.actions());
    node.passMillis(1);
    assertEquals(address(IP4), node.only(Dial.class).address());
  }

  /** Private ranges are full of addresses that answer nothing from here. */
  @Test
  void nearAddressesThatHangLeaveAPlaceToTheFarOnes() {
    node.connect(1, BOB, "/ip4/10.0.0.1/tcp/1", "/ip4/10.0.0.2/tcp/1", "/ip4/10.0.0.3/tcp/1", "/ip4/10.0.0.4/tcp/1",
        "/ip4/10.0.0.5/tcp/1", IP4);
    node.passMillis(1_000);
    assertEquals(addresses("/ip4/10.0.0.1/tcp/1", "/ip4/10.0.0.2/tcp/1", "/ip4/10.0.0.3/tcp/1", IP4),
        node.actions(Dial.class).stream().map(Dial::address).toList());
  }

  private void ip4WinsAgainst(long millis) {
    node.connect(1, BOB, IP4, IP6);
    node.passMillis(millis);
    List<Dial> dials = node.actions(Dial.class);
    ConnectionInfo won = node.answer(dials.stream().filter(dial -> dial.address().equals(address(IP4))).findFirst()
        .orElseThrow(), BOB);
    node.swarm.onClosed(node.now, won.id(), "closed");
    node.actions();
  }

  private Multiaddr first() {
    node.connect(1, BOB, IP4, IP6);
    Multiaddr first = node.only(Dial.class).address();
    node.swarm.cancel(node.now, 1);
    node.actions();
    return first;
  }

  @Test
  void whereIp6LeadsNowhereIp4GoesFirstUntilIp6Answers() {
    for (int i = 0; i < BlackHole.ENOUGH; i++) {
      assertEquals(address(IP6), first(), "after " + i);
      ip4WinsAgainst(300);
    }
    Set<Multiaddr> firsts = new HashSet<>();
    int ip6 = 0;
    for (int i = 0; i < BlackHole.PROBE_EVERY; i++) {
      Multiaddr first = first();
      firsts.add(first);
      ip6 += first.equals(address(IP6)) ? 1 : 0;
    }
    assertEquals(1, ip6, "now and then it is tried again: " + firsts);
    node.connect(1, peer(3), IP6);
    ConnectionInfo won = node.answer(node.only(Dial.class), peer(3));
    node.swarm.onClosed(node.now, won.id(), "closed");
    node.actions();
    assertEquals(address(IP6), first());
  }

  private static Multiaddr any(Random random) {
    int port = 1 + random.nextInt(60_000);
    return address(switch (random.nextInt(6)) {
      case 0 -> "/ip4/127.0.0." + (1 + random.nextInt(250)) + "/tcp/" + port;
      case 1 -> "/ip4/10.0.0." + random.nextInt(256) + "/tcp/" + port;
      case 2 -> "/ip6/fd00::" + random.nextInt(9) + "/tcp/" + port;
      case 3 -> "/ip6/2001:4860::" + random.nextInt(9) + "/tcp/" + port;
      case 4 -> "/dns4/n" + random.nextInt(20) + ".example/tcp/" + port;
      default -> "/ip4/8.0.0." + random.nextInt(256) + "/tcp/" + port;
    });
  }

  /** Random addresses and random fates: each attempt ends once, limits hold, one answer comes, and nothing is left. */
  @Property(tries = 300)
  void whateverComesOfTheAttemptsADialKeepsItsLimitsAndLeavesNothing(@ForAll long seed) {
    Random random = new Random(seed);
    Fixture fixture = new Fixture();
    List<Multiaddr> all = new ArrayList<>();
    for (int i = random.nextInt(40); i >= 0; i--) {
      all.add(any(random));
    }
    fixture.swarm.connect(fixture.now, 1, BOB, all);
    Map<Long, Swarm.Action> open = new LinkedHashMap<>();
    Set<Multiaddr> tried = new HashSet<>();
    int answers = 0;
    for (int step = 0; answers == 0 && step < 10_000; step++) {
      for (Swarm.Action action : fixture.actions()) {
        if (action instanceof Dial dial) {
          open.put(dial.attempt(), dial);
          assertTrue(tried.add(dial.address()), "once each: " + dial.address());
        } else if (action instanceof Swarm.Action.Resolve lookup) {
          open.put(lookup.attempt(), lookup);
        } else if (action instanceof CancelDial cancel) {
          open.remove(cancel.attempt());
        } else if (action instanceof Failed || action instanceof Swarm.Action.Done) {
          answers++;
        }
      }
      assertTrue(open.values().stream().filter(Dial.class::isInstance).count() <= 4, "dials at once");
      answer(fixture, open, random);
      fixture.passMillis(random.nextInt(400));
    }
    assertEquals(1, answers);
    assertEquals(Map.of(), open);
    assertTrue(tried.size() <= 32, tried.size() + " tried");
    Swarm.Counts left = fixture.swarm.counts();
    assertEquals(0, left.dials() + left.targets() + left.requests());
  }

  private static void answer(Fixture fixture, Map<Long, Swarm.Action> open, Random random) {
    for (Swarm.Action action : List.copyOf(open.values())) {
      int fate = random.nextInt(40);
      if (fate > 10) {
        continue; // still nothing
      }
      if (action instanceof Swarm.Action.Resolve lookup) {
        open.remove(lookup.attempt());
        fixture.swarm.onResolved(fixture.now, lookup.attempt(), fate < 2 ? List.of()
            : List.of(any(random), any(random).withPeerId(fate < 5 ? peer(9) : BOB)));
      } else if (action instanceof Dial dial && fate < 10) {
        open.remove(dial.attempt());
        fixture.fail(dial, "refused");
      } else if (action instanceof Dial dial) {
        open.remove(dial.attempt());
        fixture.answer(dial, random.nextInt(4) == 0 ? peer(9) : BOB);
        return; // the others are cancelled by now
      }
    }
  }
}
