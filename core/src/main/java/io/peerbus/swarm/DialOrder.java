package io.peerbus.swarm;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.Multiaddr.Protocol;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The order in which addresses are tried: those that failed lately last; the near before the far, and relays behind
 * them; plain TCP before what goes through more; and within each of these IPv6 and IPv4 in turns, so that neither
 * family makes the other wait for more than one head start.
 *
 * <p>Spec: RFC 8305, sections 4 and 5; go-libp2p's dial ranker. We differ from the latter in that the private range
 * goes before the public one also when both are there, and not beside it.
 */
final class DialOrder {

  private static final int GROUPS_PER_RANK = 2;
  private static final int RANKS = DialAddress.Rank.values().length;

  private DialOrder() {}

  /**
   * @param addresses each once; within a group and family their order is kept
   * @param backedOff which of them failed lately
   * @param ip4First whether IPv4 begins, because IPv6 leads nowhere from here
   */
  static List<Multiaddr> of(List<Multiaddr> addresses, Predicate<Multiaddr> backedOff, boolean ip4First) {
    TreeMap<Integer, Map<Boolean, List<Multiaddr>>> groups = new TreeMap<>();
    for (Multiaddr address : addresses) {
      groups.computeIfAbsent(group(address, backedOff.test(address)), key -> new LinkedHashMap<>())
          .computeIfAbsent(isIp6(address), key -> new ArrayList<>()).add(address);
    }
    List<Multiaddr> ordered = new ArrayList<>(addresses.size());
    for (Map<Boolean, List<Multiaddr>> families : groups.values()) {
      List<Multiaddr> ip6 = families.getOrDefault(true, List.of());
      List<Multiaddr> ip4 = families.getOrDefault(false, List.of());
      addInTurns(ordered, ip4First ? ip4 : ip6, ip4First ? ip6 : ip4);
    }
    return ordered;
  }

  static boolean isIp6(Multiaddr address) {
    Protocol first = address.components().get(0).protocol();
    return first == Protocol.IP6 || first == Protocol.IP6ZONE;
  }

  private static int group(Multiaddr address, boolean backedOff) {
    int rank = DialAddress.rank(address).ordinal() + (backedOff ? RANKS : 0);
    return GROUPS_PER_RANK * rank + (address.has(Protocol.WS) ? 1 : 0);
  }

  private static void addInTurns(List<Multiaddr> ordered, List<Multiaddr> first, List<Multiaddr> second) {
    for (int i = 0; i < Math.max(first.size(), second.size()); i++) {
      if (i < first.size()) {
        ordered.add(first.get(i));
      }
      if (i < second.size()) {
        ordered.add(second.get(i));
      }
    }
  }
}
