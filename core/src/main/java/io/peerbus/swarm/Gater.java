package io.peerbus.swarm;

import io.peerbus.multiformats.GateRule;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.peerbus.multiformats.Subnet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Whom this node has to do with at all: rules that deny, and rules that allow. A connection needs both its address and
 * its peer to be let in, and of each the narrowest rule decides: an address before the subnets that it lies in, the
 * narrower before the wider, a peer before {@code *}. Where no rule holds, everybody is welcome.
 *
 * <p>Immutable, so every event loop may ask it. It costs one look into a table for each width of prefix that has
 * rules, and is asked before any cryptography where the address decides.
 *
 * <p>As go-libp2p's gater it is asked before a dial, at accept, and once the peer is known; unlike there, lists of both
 * kinds can be mixed.
 */
public final class Gater {

  /** A script that denies without end could otherwise fill the memory. */
  public static final int MAX_RULES = 65_536;

  /** Without a rule. */
  public static final Gater OPEN = new Gater(new LinkedHashMap<>());

  private static final GateRule EVERYBODY = new GateRule.Everybody();

  /** Whether each rule denies, in the order in which they came. */
  private final Map<GateRule, Boolean> rules;
  private final int[] widths4;
  private final int[] widths6;

  private Gater(Map<GateRule, Boolean> rules) {
    this.rules = rules;
    this.widths4 = widths(false);
    this.widths6 = widths(true);
  }

  /** The widths of prefixes that have rules, the widest prefix first. */
  private int[] widths(boolean ip6) {
    TreeSet<Integer> widths = new TreeSet<>();
    for (GateRule rule : rules.keySet()) {
      if (rule instanceof GateRule.OfSubnet of && of.subnet().ip6() == ip6) {
        widths.add(of.subnet().bits());
      }
    }
    return widths.descendingSet().stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * One with other rules besides.
   *
   * @param forget taken out first, whether they deny or allow
   * @throws IllegalArgumentException when there would be more than {@link #MAX_RULES}
   */
  public Gater with(Collection<GateRule> deny, Collection<GateRule> allow, Collection<GateRule> forget) {
    Map<GateRule, Boolean> next = new LinkedHashMap<>(rules);
    forget.forEach(next::remove);
    deny.forEach(rule -> next.put(rule, true));
    allow.forEach(rule -> next.put(rule, false));
    if (next.size() > MAX_RULES) {
      throw new IllegalArgumentException("gater: " + next.size() + " rules > " + MAX_RULES);
    }
    return new Gater(next);
  }

  /** The rules that deny, the eldest first. */
  public List<GateRule> denied() {
    return rules(true);
  }

  /** The rules that allow, the eldest first. */
  public List<GateRule> allowed() {
    return rules(false);
  }

  private List<GateRule> rules(boolean deny) {
    List<GateRule> some = new ArrayList<>();
    rules.forEach((rule, denies) -> {
      if (denies == deny) {
        some.add(rule);
      }
    });
    return some;
  }

  /** The rule that keeps a peer out, named as a limit is, or {@code null}. */
  public String refusal(PeerId peer) {
    if (rules.isEmpty()) {
      return null;
    }
    GateRule own = new GateRule.OfPeer(peer);
    GateRule narrowest = rules.containsKey(own) ? own : EVERYBODY;
    return Boolean.TRUE.equals(rules.get(narrowest)) ? because(narrowest) : null;
  }

  /** The rule that keeps an address out, or {@code null}; also for a name, of which nothing is known yet. */
  public String refusal(Multiaddr address) {
    GateRule rule = narrowest(address);
    return rule != null && rules.get(rule) ? because(rule) : null;
  }

  /** Whether a rule lets an address in, and not just none that keeps it out. */
  boolean allows(Multiaddr address) {
    GateRule rule = narrowest(address);
    return rule != null && !rules.get(rule);
  }

  private GateRule narrowest(Multiaddr address) {
    byte[] ip = rules.isEmpty() ? null : address.ip().orElse(null);
    if (ip == null) {
      return null;
    }
    for (int bits : ip.length * Byte.SIZE == Subnet.IP4_BITS ? widths4 : widths6) {
      GateRule rule = new GateRule.OfSubnet(Subnet.of(ip, bits));
      if (rules.containsKey(rule)) {
        return rule;
      }
    }
    return null;
  }

  /** The rule that keeps whoever is at this address out, in text form, or {@code null}. */
  public String refusalOfIp(String ip) {
    return rules.isEmpty() ? null : refusal(IpGroup.address(ip));
  }

  /** The rule that keeps a connection out, or {@code null}. */
  String refusal(ConnectionInfo connection) {
    String ofPeer = refusal(connection.peer());
    return ofPeer == null ? refusal(connection.remoteAddress()) : ofPeer;
  }

  /** Whether both have the same rules, in whatever order. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Gater gater && rules.equals(gater.rules);
  }

  @Override
  public int hashCode() {
    return rules.hashCode();
  }

  private static String because(GateRule rule) {
    return "gater: " + rule + " is denied";
  }
}
