package io.peerbus.kademlia;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AddressFilterTest {

  private static final String LOOPBACK = "/ip4/127.0.0.1/tcp/1";
  private static final String PRIVATE = "/ip4/10.1.2.3/tcp/1";
  private static final String PUBLIC = "/ip4/8.8.8.8/tcp/1";

  private static List<Multiaddr> addresses(String... texts) {
    List<Multiaddr> addresses = new ArrayList<>();
    for (String text : texts) {
      try {
        addresses.add(Multiaddr.parse(text));
      } catch (FormatException e) {
        throw new AssertionError(e);
      }
    }
    return addresses;
  }

  private static List<Multiaddr> keep(AddressPolicy policy, String tellerOrNull) {
    List<Multiaddr> all = addresses(LOOPBACK, PRIVATE, PUBLIC, "/ip4/0.0.0.0/tcp/1", "/ip6/::/tcp/1");
    return new AddressFilter(policy).keep(all, tellerOrNull == null ? null : addresses(tellerOrNull).get(0));
  }

  @Test
  void byItselfATellerIsBelievedWhatItCanReach() {
    assertEquals(addresses(LOOPBACK, PRIVATE, PUBLIC), keep(AddressPolicy.AUTO, LOOPBACK));
    assertEquals(addresses(LOOPBACK, PRIVATE, PUBLIC), keep(AddressPolicy.AUTO, null));
    assertEquals(addresses(PRIVATE, PUBLIC), keep(AddressPolicy.AUTO, PRIVATE));
    assertEquals(addresses(PUBLIC), keep(AddressPolicy.AUTO, PUBLIC));
    assertEquals(addresses(PUBLIC), keep(AddressPolicy.AUTO, "/dns4/example.org/tcp/1"));
  }

  @Test
  void aPolicyHoldsWhoeverTells() {
    for (String teller : new String[] {null, LOOPBACK, PRIVATE, PUBLIC}) {
      assertEquals(addresses(PUBLIC), keep(AddressPolicy.PUBLIC, teller));
      assertEquals(addresses(LOOPBACK, PRIVATE), keep(AddressPolicy.PRIVATE, teller));
      assertEquals(addresses(LOOPBACK, PRIVATE, PUBLIC), keep(AddressPolicy.ALL, teller));
    }
  }

  @Test
  void namesAndZonesAndPathsHaveAScopeToo() {
    assertEquals(AddressFilter.Scope.LOOPBACK, scope("/dns/localhost/tcp/1"));
    assertEquals(AddressFilter.Scope.LOOPBACK, scope("/ip6/::1/tcp/1"));
    assertEquals(AddressFilter.Scope.LOOPBACK, scope("/unix/tmp/socket"));
    assertEquals(AddressFilter.Scope.LOOPBACK, scope("/memory/5"));
    assertEquals(AddressFilter.Scope.PRIVATE, scope("/ip6zone/eth0/ip6/fe80::1/tcp/1"));
    assertEquals(AddressFilter.Scope.PRIVATE, scope("/ip4/100.64.0.1/udp/1/quic-v1"));
    assertEquals(AddressFilter.Scope.PUBLIC, scope("/dns4/example.org/tcp/1"));
    assertEquals(AddressFilter.Scope.PUBLIC, scope("/ip6/2001:db8::1/tcp/1"));
  }

  private static AddressFilter.Scope scope(String address) {
    return AddressFilter.scope(addresses(address).get(0));
  }

  @Test
  void onePartyIsASixteenthBitOfIp4AndThe32ndOfIp6() {
    assertArrayEquals(IpGroups.of(addresses("/ip4/8.8.1.1/tcp/1")), IpGroups.of(addresses("/ip4/8.8.200.9/tcp/5")));
    assertArrayEquals(IpGroups.of(addresses("/ip4/8.8.1.1/tcp/1")),
        IpGroups.of(addresses("/ip6/::ffff:8.8.3.3/tcp/1")), "a mapped address is an IPv4 address");
    assertArrayEquals(IpGroups.of(addresses("/ip6/2001:db8::1/tcp/1")),
        IpGroups.of(addresses("/ip6/2001:db8:ffff::1/tcp/1")));
    assertEquals(3, IpGroups.of(addresses("/ip4/8.8.1.1/tcp/1", "/ip4/8.8.1.2/tcp/1", "/ip4/8.9.1.1/tcp/1",
        "/ip6/2001:db8::1/tcp/1", PRIVATE, LOOPBACK, "/dns/example.org/tcp/1")).length);
  }

  @Test
  void aGroupThatIsFullHasRoomAgainWhenOneLeaves() {
    IpGroups groups = new IpGroups(2);
    long[] group = {7};
    groups.add(group);
    assertTrue(groups.allows(group));
    groups.add(group);
    assertFalse(groups.allows(group));
    assertFalse(groups.allows(new long[] {8, 7}));
    assertTrue(groups.allows(new long[] {8}));
    assertTrue(groups.allows(new long[0]));
    groups.remove(group);
    assertTrue(groups.allows(group));
  }
}
