package io.peerbus.swarm;

import static io.peerbus.swarm.Fixture.peer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.GateRule;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.Subnet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What rules say of a peer and of an address. */
class GaterTest {

  static List<GateRule> rules(String... texts) {
    List<GateRule> rules = new ArrayList<>();
    for (String text : texts) {
      try {
        rules.add(GateRule.parse(text));
      } catch (FormatException e) {
        throw new AssertionError(e);
      }
    }
    return rules;
  }

  static Gater denying(String... texts) {
    return Gater.OPEN.with(rules(texts), List.of(), List.of());
  }

  private static String refusal(Gater gater, String address) {
    return gater.refusal(Fixture.address(address));
  }

  @Test
  void whereNoRuleHoldsEverybodyIsWelcome() {
    assertNull(Gater.OPEN.refusal(peer(1)));
    assertNull(refusal(Gater.OPEN, "/ip4/10.0.0.1/tcp/1"));
    assertNull(refusal(denying("10.0.0.0/8"), "/ip4/11.0.0.1/tcp/1"));
    assertNull(refusal(denying("0.0.0.0/0"), "/ip6/2001:db8::1/tcp/1"));
    assertNull(denying(peer(1).toString()).refusal(peer(2)));
  }

  @Test
  void theNarrowestRuleDecides() {
    Gater gater = Gater.OPEN.with(rules("10.0.0.0/8", "10.1.2.3", "*", "2001:db8::/32"),
        rules("10.1.0.0/16", peer(1).toString(), "2001:db8:0:1::/64"), List.of());
    assertEquals("gater: 10.0.0.0/8 is denied", refusal(gater, "/ip4/10.2.0.1/tcp/1"));
    assertNull(refusal(gater, "/ip4/10.1.0.1/tcp/1"));
    assertEquals("gater: 10.1.2.3 is denied", refusal(gater, "/ip4/10.1.2.3/tcp/1"));
    assertEquals("gater: 2001:db8::/32 is denied", refusal(gater, "/ip6/2001:db8::1/tcp/1"));
    assertNull(refusal(gater, "/ip6/2001:db8:0:1::1/tcp/1"));
    assertNull(gater.refusal(peer(1)));
    assertEquals("gater: * is denied", gater.refusal(peer(2)));
  }

  @Test
  void anIp4AddressIsTheSameInItsIp6FormAndInAZone() {
    Gater gater = denying("192.0.2.0/24", "fe80::/10");
    assertEquals("gater: 192.0.2.0/24 is denied", refusal(gater, "/ip6/::ffff:192.0.2.9/tcp/1"));
    assertEquals("gater: 192.0.2.0/24 is denied", gater.refusalOfIp("::ffff:192.0.2.9"));
    assertEquals("gater: fe80::/10 is denied", gater.refusalOfIp("fe80::1%eth0"));
    assertEquals("gater: fe80::/10 is denied", refusal(gater, "/ip6zone/eth0/ip6/fe80::1/tcp/1"));
  }

  @Test
  void ofANameNothingIsKnownBeforeItIsResolved() {
    assertNull(refusal(denying("0.0.0.0/0", "::/0", "*"), "/dns4/example.com/tcp/1"));
  }

  @Test
  void aRuleChangesSidesAndGoes() {
    Gater denied = denying("10.0.0.0/8", "*");
    Gater allowed = denied.with(List.of(), rules("10.0.0.0/8"), List.of());
    assertEquals(rules("*"), allowed.denied());
    assertEquals(rules("10.0.0.0/8"), allowed.allowed());
    assertEquals(rules("10.0.0.0/8", "*"), denied.denied(), "the one before stays as it was");
    Gater back = allowed.with(rules("10.0.0.0/8"), List.of(), List.of());
    assertEquals(denied, back);
    assertEquals(denied.hashCode(), back.hashCode());
    assertNotEquals(denied, allowed);
    assertEquals(Gater.OPEN, back.with(List.of(), List.of(), rules("10.0.0.0/8", "*", "1.2.3.4")));
  }

  @Test
  void rulesAreBounded() {
    List<GateRule> many = new ArrayList<>();
    for (int i = 0; i < Gater.MAX_RULES; i++) {
      many.add(new GateRule.OfSubnet(new Subnet(false, 0, i, 32)));
    }
    Gater full = Gater.OPEN.with(many, List.of(), List.of());
    assertEquals("gater: 65537 rules > 65536",
        assertThrows(IllegalArgumentException.class, () -> full.with(rules("*"), List.of(), List.of())).getMessage());
    assertEquals(Gater.MAX_RULES, full.with(rules("*"), List.of(), many.subList(0, 1)).denied().size());
  }

  /** Against a walk over all rules, with subnets that lie in each other. */
  @Property(tries = 200)
  void anAddressIsJudgedByTheLongestPrefixThatItHas(@ForAll long seed) {
    Random random = new Random(seed);
    boolean ip6 = random.nextBoolean();
    byte[] base = new byte[ip6 ? 16 : 4];
    random.nextBytes(base);
    base[0] = 0x20; // no IPv4-mapped one
    Map<Subnet, Boolean> model = new LinkedHashMap<>();
    for (int i = 0; i < random.nextInt(40); i++) {
      model.put(Subnet.of(near(base, random), random.nextInt(base.length * 8 + 1)), random.nextBoolean());
    }
    Gater gater = Gater.OPEN.with(of(model, true), of(model, false), List.of());
    for (int i = 0; i < 50; i++) {
      byte[] ip = near(base, random);
      Subnet longest = null;
      for (Subnet subnet : model.keySet()) {
        boolean holds = Subnet.of(ip, subnet.bits()).equals(subnet);
        longest = holds && (longest == null || subnet.bits() > longest.bits()) ? subnet : longest;
      }
      String expected = longest != null && model.get(longest) ? "gater: " + longest + " is denied" : null;
      assertEquals(expected, gater.refusal(address(ip)));
    }
  }

  private static List<GateRule> of(Map<Subnet, Boolean> model, boolean deny) {
    return model.entrySet().stream().filter(entry -> entry.getValue() == deny)
        .<GateRule>map(entry -> new GateRule.OfSubnet(entry.getKey())).toList();
  }

  /** With some of the last bits other than those of the base. */
  private static byte[] near(byte[] base, Random random) {
    byte[] ip = base.clone();
    for (int bit = base.length * 8 - 1 - random.nextInt(base.length * 8 - 8); bit < base.length * 8; bit++) {
      ip[bit / 8] ^= (byte) (random.nextInt(2) << bit % 8);
    }
    assertTrue(ip[0] == base[0]);
    return ip;
  }

  private static Multiaddr address(byte[] ip) {
    byte[] bytes = Arrays.copyOf(new byte[] {(byte) (ip.length == 4 ? 4 : 41)}, ip.length + 4);
    System.arraycopy(ip, 0, bytes, 1, ip.length);
    bytes[ip.length + 1] = 6; // tcp
    try {
      return Multiaddr.of(bytes);
    } catch (FormatException e) {
      throw new AssertionError(e);
    }
  }
}
