package io.peerbus.swarm;

import static io.peerbus.swarm.Fixture.peer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.GateRule;
import io.peerbus.swarm.Swarm.Action.Close;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Who may come in: all by address, before anything is read (SEC-04, SEC-05). */
class LimitsTest {

  private static final String IP = "203.0.113.7";

  private final InboundOptions inbound = new InboundOptions();

  @Test
  void theNinthConnectionOfOneAddressIsRefused() {
    Fixture node = node();
    for (int i = 0; i < 8; i++) {
      assertTrue(node.swarm.admits(node.now, IP));
    }
    assertEquals("maxPerIp: 8 inbound connections from the host of /ip4/203.0.113.7/tcp/1",
        node.swarm.refusal(node.now, IP));
    assertTrue(node.swarm.admits(node.now, "203.0.113.8"), "others may come");
    node.swarm.onAcceptEnded(node.now, IP);
    assertTrue(node.swarm.admits(node.now, IP));
  }

  @Test
  void upgradedConnectionsOfAnAddressCountUntilTheyAreClosed() {
    Fixture node = node();
    List<ConnectionInfo> connections = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      assertTrue(node.swarm.admits(node.now, IP));
      ConnectionInfo connection = node.inbound(peer(i), "/ip4/" + IP + "/tcp/" + (50_000 + i));
      node.swarm.onConnected(node.now, Swarm.INBOUND, connection);
      node.swarm.onAcceptEnded(node.now, IP);
      connections.add(connection);
    }
    assertFalse(node.swarm.admits(node.now, IP));
    node.swarm.onClosed(node.now, connections.get(0).id(), "closed");
    assertTrue(node.swarm.admits(node.now, IP));
  }

  private Fixture allowing(String rule) throws Exception {
    Fixture node = node();
    node.swarm.setGater(node.now, Gater.OPEN.with(List.of(), List.of(GateRule.parse(rule)), List.of()));
    return node;
  }

  @Test
  void whereOthersHaveAllSlotsTheOwnersAddressesHaveAReserve() throws Exception {
    inbound.setMaxConnections(10).setReserve(2);
    Fixture node = allowing("198.51.100.0/24");
    for (int i = 0; i < 10; i++) {
      assertTrue(node.swarm.admits(node.now, "203.0.113." + i));
    }
    assertFalse(node.swarm.admits(node.now, "203.0.113.99"));
    assertTrue(node.swarm.admits(node.now, "198.51.100.1"));
    assertTrue(node.swarm.admits(node.now, "198.51.100.2"));
    assertEquals("maxConnections: 12 inbound connections", node.swarm.refusal(node.now, "198.51.100.3"));
    node.swarm.onAcceptEnded(node.now, "203.0.113.1");
    assertFalse(node.swarm.admits(node.now, "203.0.113.99"), "those of the reserve count: 11 are 10 and more");
    assertTrue(node.swarm.admits(node.now, "198.51.100.3"));
  }

  @Test
  void theReserveIsThereAmongPendingOnesAndThoseOfOneHostAndSiteToo() throws Exception {
    inbound.setMaxPending(3).setReserve(1);
    Fixture node = allowing(IP);
    for (int i = 0; i < 3; i++) {
      assertTrue(node.swarm.admits(node.now, "198.51.100." + i));
    }
    assertTrue(node.swarm.admits(node.now, IP));
    assertEquals("maxPending: 4 inbound connections are being upgraded", node.swarm.refusal(node.now, IP));
    inbound.setMaxPending(100);
    node = allowing(IP);
    for (int i = 0; i < 9; i++) {
      assertTrue(node.swarm.admits(node.now, IP));
    }
    assertEquals("maxPerIp: 9 inbound connections from the host of /ip4/203.0.113.7/tcp/1",
        node.swarm.refusal(node.now, IP));
    inbound.setMaxPerIp(1).setMaxPerSite(2);
    node = allowing("2001:db8::/32");
    for (int i = 0; i < 3; i++) {
      assertTrue(node.swarm.admits(node.now, "2001:db8:1:" + i + "00::1"));
    }
    assertEquals("maxPerSite: 3 inbound connections from the /48 of /ip6/2001:db8:1:300::1/tcp/1",
        node.swarm.refusal(node.now, "2001:db8:1:300::1"));
  }

  @Test
  void theReserveIsNotForTheRateNorForWhoIsOnlyNotDenied() throws Exception {
    inbound.setBurstPerIp(2).setMaxConnections(3);
    Fixture node = allowing("203.0.113.0/24");
    node.swarm.setGater(node.now, Gater.OPEN.with(List.of(GateRule.parse("203.0.113.0/25")),
        List.of(GateRule.parse("203.0.113.0/24")), List.of()));
    assertEquals("gater: 203.0.113.0/25 is denied", node.swarm.refusal(node.now, IP));
    String allowed = "203.0.113.200";
    assertTrue(node.swarm.admits(node.now, allowed));
    assertTrue(node.swarm.admits(node.now, allowed));
    assertTrue(node.swarm.refusal(node.now, allowed).startsWith("ratePerIp: "));
    assertTrue(node.swarm.admits(node.now, "198.51.100.1"));
    assertFalse(node.swarm.admits(node.now, "198.51.100.2"));
  }

  private static SwarmOptions options(InboundOptions inbound) {
    return new SwarmOptions().setInbound(inbound);
  }

  @Test
  void limitsMayChangeWhileConnectionsAreThere() {
    Fixture node = node();
    String loopback = "127.0.0.1";
    for (int i = 0; i < 10; i++) {
      assertTrue(node.swarm.admits(node.now, loopback));
    }
    node.swarm.setLimits(options(new InboundOptions(inbound).setLoopbackExempt(false).setMaxPerIp(9)));
    assertFalse(node.swarm.admits(node.now, loopback), "the ten that came while it was exempt count");
    for (int i = 0; i < 10; i++) {
      node.swarm.onAcceptEnded(node.now, loopback);
    }
    assertTrue(node.swarm.admits(node.now, loopback));
    node.swarm.setLimits(options(new InboundOptions(inbound).setMaxPending(1)));
    assertFalse(node.swarm.admits(node.now, loopback));
    node.swarm.onAcceptEnded(node.now, loopback);
    assertTrue(node.swarm.admits(node.now, loopback));
  }

  @Test
  void itMakesNoDifferenceWhetherTheEndOfTheAcceptOrTheConnectionIsToldFirst() {
    Fixture node = node();
    for (int i = 0; i < 1_000; i++) {
      node.passMillis(1_000);
      assertTrue(node.swarm.admits(node.now, IP));
      ConnectionInfo connection = node.inbound(peer(i), "/ip4/" + IP + "/tcp/50000");
      if (i % 2 == 0) {
        node.swarm.onAcceptEnded(node.now, IP);
        node.swarm.onConnected(node.now, Swarm.INBOUND, connection);
      } else {
        node.swarm.onConnected(node.now, Swarm.INBOUND, connection);
        node.swarm.onAcceptEnded(node.now, IP);
      }
      node.swarm.onClosed(node.now, connection.id(), "closed");
    }
    assertEquals(new Swarm.Counts(0, 0, 0, 0, 0, 0), node.swarm.counts());
  }

  @Test
  void aConnectionThatIsRefusedAfterItsUpgradeCountsUntilItIsGone() {
    inbound.setMaxPerIp(1);
    Fixture node = node();
    assertTrue(node.swarm.admits(node.now, IP));
    ConnectionInfo ourselves = node.inbound(Fixture.SELF, "/ip4/" + IP + "/tcp/50000");
    node.swarm.onConnected(node.now, Swarm.INBOUND, ourselves);
    node.swarm.onAcceptEnded(node.now, IP);
    assertEquals(1, node.actions(Close.class).size());
    assertFalse(node.swarm.admits(node.now, IP));
    node.swarm.onClosed(node.now, ourselves.id(), "closed");
    assertTrue(node.swarm.admits(node.now, IP));
  }

  @Test
  void oneAddressMayOnlyComeSoOften() {
    Fixture node = node();
    for (int i = 0; i < 16; i++) {
      assertTrue(comeAndGo(node, IP));
    }
    assertEquals("ratePerIp: more than 1.0 inbound connections a second from the host of /ip4/203.0.113.7/tcp/1",
        node.swarm.refusal(node.now, IP));
    node.passMillis(999);
    assertFalse(comeAndGo(node, IP));
    node.passMillis(1);
    assertTrue(comeAndGo(node, IP));
    assertFalse(comeAndGo(node, IP));
    node.pass(Duration.ofHours(1));
    for (int i = 0; i < 16; i++) {
      assertTrue(comeAndGo(node, IP));
    }
    assertFalse(comeAndGo(node, IP), "tokens do not pile up beyond the burst");
  }

  @Test
  void pendingConnectionsAreLimitedOverAllAddresses() {
    inbound.setMaxPending(128);
    Fixture node = node();
    for (int i = 0; i < 128; i++) {
      assertTrue(node.swarm.admits(node.now, "10.0.0." + i));
    }
    assertEquals("maxPending: 128 inbound connections are being upgraded", node.swarm.refusal(node.now, "10.1.0.0"));
    node.swarm.onAcceptEnded(node.now, "10.0.0.5");
    assertTrue(node.swarm.admits(node.now, "10.1.0.0"));
  }

  @Test
  void connectionsAreLimitedOverAllAddresses() {
    inbound.setMaxConnections(10).setMaxPending(20);
    Fixture node = node();
    for (int i = 0; i < 9; i++) {
      assertTrue(node.swarm.admits(node.now, "10.0.0." + i));
      node.swarm.onConnected(node.now, Swarm.INBOUND, node.inbound(peer(i), "/ip4/10.0.0." + i + "/tcp/5"));
      node.swarm.onAcceptEnded(node.now, "10.0.0." + i);
    }
    assertTrue(node.swarm.admits(node.now, "10.0.0.9"));
    assertEquals("maxConnections: 10 inbound connections", node.swarm.refusal(node.now, "10.0.0.10"));
  }

  @Test
  void loopbackIsFreeOfTheLimitsForOneAddressButNotOfTheOthers() {
    Fixture node = node();
    for (int i = 0; i < 128; i++) {
      assertTrue(node.swarm.admits(node.now, i % 2 == 0 ? "127.0.0.1" : "::1"));
    }
    assertFalse(node.swarm.admits(node.now, "127.0.0.1"));
    assertEquals(0, new Limits(inbound).tracked());
  }

  @Test
  void loopbackIsLimitedToo() {
    inbound.setLoopbackExempt(false);
    Fixture node = node();
    for (int i = 0; i < 8; i++) {
      assertTrue(node.swarm.admits(node.now, "127.0.0.1"));
    }
    assertFalse(node.swarm.admits(node.now, "127.0.0.1"));
    assertFalse(node.swarm.admits(node.now, "::ffff:127.0.0.1"), "the same host in other words");
    assertTrue(node.swarm.admits(node.now, "127.0.0.2"));
  }

  @Test
  void ipv6AddressesCountByTheirFirst56Bits() {
    Fixture node = node();
    for (int i = 0; i < 8; i++) {
      assertTrue(node.swarm.admits(node.now, "2001:db8:0:" + Integer.toHexString(i) + "::" + i));
    }
    assertFalse(node.swarm.admits(node.now, "2001:db8:0:ff::1"));
    assertTrue(node.swarm.admits(node.now, "2001:db8:0:100::1"));
    assertTrue(node.swarm.admits(node.now, "fe80::1%eth0"));
  }

  @Test
  void anIpv6SiteHasOneMoreLimitForAllItsHosts() {
    Fixture node = node();
    for (int i = 0; i < 64; i++) {
      assertTrue(node.swarm.admits(node.now, site(i)));
    }
    assertEquals("maxPerSite: 64 inbound connections from the /48 of /ip6/2001:db8:0:4000::1/tcp/1",
        node.swarm.refusal(node.now, site(64)));
    assertTrue(node.swarm.admits(node.now, "2001:db8:1::1"), "another site has its own");
    assertTrue(node.swarm.admits(node.now, IP), "and IPv4 addresses have none");
    ConnectionInfo upgraded = node.inbound(peer(1), "/ip6/" + site(0) + "/tcp/50000");
    node.swarm.onConnected(node.now, Swarm.INBOUND, upgraded);
    node.swarm.onAcceptEnded(node.now, site(0));
    assertFalse(node.swarm.admits(node.now, site(64)), "an upgraded connection still counts");
    node.swarm.onClosed(node.now, upgraded.id(), "closed");
    assertTrue(node.swarm.admits(node.now, site(64)));
  }

  @Test
  void nothingIsLeftOfASiteThatIsGone() {
    Limits limits = new Limits(inbound);
    for (int i = 0; i < 64; i++) {
      assertNull(limits.admit(0, IpGroup.address(site(i)), false));
    }
    assertEquals(1, limits.sites());
    for (int i = 0; i < 64; i++) {
      limits.onAcceptEnded(0, IpGroup.address(site(i)));
    }
    assertEquals(0, limits.sites());
  }

  /** A host of its own, a /56, in one /48. */
  private static String site(int host) {
    return "2001:db8:0:" + Integer.toHexString(host << 8) + "::1";
  }

  @Test
  void groupsOfDifferentFamiliesNeverMeet() {
    assertEquals(group("::ffff:1.2.3.4"), group("1.2.3.4"));
    assertFalse(group("::102:304") == group("1.2.3.4"));
    assertFalse(group("0:0:0:0:0:0:102:304") == group("1.2.3.4"));
    assertEquals(group("fe80::1%eth0"), group("fe80::1%eth1"));
    assertEquals(group("fe80::1%eth0"), IpGroup.of(Fixture.address("/ip6zone/eth0/ip6/fe80::1/tcp/50000")));
  }

  @Test
  void refusedSocketsTakeNothing() {
    Limits limits = new Limits(inbound);
    for (int i = 0; i < 8; i++) {
      assertNull(limits.admit(0, IpGroup.address(IP), false));
    }
    for (int i = 0; i < 1_000; i++) {
      assertFalse(limits.admit(i, IpGroup.address(IP), false) == null);
    }
    assertEquals(8, limits.pending());
    assertEquals(1, limits.tracked());
  }

  @Test
  void aMillionAddressesLeaveABoundedMemory() {
    inbound.setMaxTrackedIps(1_000);
    Limits limits = new Limits(inbound);
    for (int i = 0; i < 1_000_000; i++) {
      assertNull(limits.admit(i, Fixture.address(i), false));
      limits.onAcceptEnded(i, Fixture.address(i));
      assertTrue(limits.tracked() <= 1_000);
    }
  }

  @Test
  void addressesAreForgottenOnceTheirBucketIsFullAgain() {
    Limits limits = new Limits(inbound);
    Random random = new Random(3);
    long now = 0;
    for (int i = 0; i < 100_000; i++) {
      now += 10_000_000; // a hundred new addresses a second, each full again after one second
      int number = random.nextInt();
      assertNull(limits.admit(now, Fixture.address(number), false));
      limits.onAcceptEnded(now, Fixture.address(number));
      assertTrue(limits.tracked() <= 201, "after " + i + ": " + limits.tracked());
    }
  }

  @Test
  void slotsAreCountedExactlyThroughRandomUse() {
    inbound.setMaxPending(30).setMaxConnections(60).setRatePerIp(1_000).setBurstPerIp(1_000);
    for (int seed = 0; seed < 100; seed++) {
      randomUse(new Random(seed));
    }
  }

  @Test
  void endingWhatNeverBeganIsAMistakeOfOurs() {
    Fixture node = node();
    assertThrows(IllegalStateException.class, () -> node.swarm.onAcceptEnded(node.now, IP));
  }

  private void randomUse(Random random) {
    Limits limits = new Limits(inbound);
    Queue<Integer> pending = new ArrayDeque<>();
    Queue<Integer> open = new ArrayDeque<>();
    int[] perHost = new int[10];
    for (long now = 0; now < 2_000_000_000L; now += 1_000_000) {
      int host = random.nextInt(10);
      int kind = random.nextInt(3);
      if (kind == 0) {
        boolean room = pending.size() < 30 && pending.size() + open.size() < 60 && perHost[host] < 8;
        assertEquals(room, limits.admit(now, Fixture.address(host), false) == null);
        if (room) {
          pending.add(host);
          perHost[host]++;
        }
      } else if (kind == 1 && !pending.isEmpty()) {
        int ended = pending.remove();
        limits.onAcceptEnded(now, Fixture.address(ended));
        if (random.nextBoolean()) {
          limits.onConnected(now, Fixture.address(ended));
          open.add(ended);
        } else {
          perHost[ended]--;
        }
      } else if (kind == 2 && !open.isEmpty()) {
        int closed = open.remove();
        limits.onClosed(now, Fixture.address(closed));
        perHost[closed]--;
      }
      assertEquals(pending.size(), limits.pending());
      assertEquals(open.size(), limits.established());
    }
  }

  private Fixture node() {
    return new Fixture(new SwarmOptions().setInbound(inbound));
  }

  private static boolean comeAndGo(Fixture node, String ip) {
    boolean admitted = node.swarm.admits(node.now, ip);
    if (admitted) {
      node.swarm.onAcceptEnded(node.now, ip);
    }
    return admitted;
  }

  private static long group(String ip) {
    return IpGroup.of(IpGroup.address(ip));
  }
}
