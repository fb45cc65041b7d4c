package io.peerbus.kademlia;

import io.peerbus.multiformats.Multiaddr;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How many of something come from one part of the public internet: an IPv4 /16 or an IPv6 /32, which is what one
 * party is likely to own. Ids cost nothing, addresses in many such groups do (hardening, SEC-42). Private and loopback
 * addresses and names are in no group.
 *
 * <p>Not thread safe.
 */
final class IpGroups {

  private static final long[] NONE = {};
  private static final byte IP4 = 4;
  private static final byte IP6 = 41;
  private static final int IP4_BYTES = 2;
  private static final int IP6_BYTES = 4;
  private static final long IS_IP6 = 1L << 32;
  private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff};

  private final Map<Long, Integer> counts = new HashMap<>();
  private final int most;

  /** @param most of one group */
  IpGroups(int most) {
    this.most = most;
  }

  /**
   * Those of a peer. Where our side of the connection sees it is what counts, if that is in a group: what it says of
   * itself proves nothing, and would take the places of those who are truly there.
   */
  static long[] of(Contact contact, Multiaddr remoteOrNull) {
    long[] seen = remoteOrNull == null ? NONE : of(List.of(remoteOrNull));
    return seen.length > 0 ? seen : of(contact.addresses());
  }

  /** The groups of these addresses, each once. */
  static long[] of(List<Multiaddr> addresses) {
    long[] groups = new long[addresses.size()];
    int count = 0;
    for (Multiaddr address : addresses) {
      if (AddressFilter.scope(address) == AddressFilter.Scope.PUBLIC) {
        byte[] bytes = address.toBytes();
        boolean mapped = bytes[0] == IP6 && Arrays.equals(bytes, 1, 1 + MAPPED.length, MAPPED, 0, MAPPED.length);
        if (bytes[0] == IP4 || mapped) {
          groups[count++] = number(bytes, mapped ? 1 + MAPPED.length : 1, IP4_BYTES);
        } else if (bytes[0] == IP6) {
          groups[count++] = IS_IP6 | number(bytes, 1, IP6_BYTES);
        }
      }
    }
    if (count <= 1) {
      return count == 0 ? NONE : Arrays.copyOf(groups, 1);
    }
    return Arrays.stream(groups, 0, count).distinct().toArray();
  }

  private static long number(byte[] bytes, int offset, int length) {
    long number = 0;
    for (int i = offset; i < offset + length; i++) {
      number = number << 8 | bytes[i] & 0xff;
    }
    return number;
  }

  /** Whether one more with these groups is allowed. */
  boolean allows(long[] groups) {
    for (long group : groups) {
      if (counts.getOrDefault(group, 0) >= most) {
        return false;
      }
    }
    return true;
  }

  void add(long[] groups) {
    for (long group : groups) {
      counts.merge(group, 1, Integer::sum);
    }
  }

  void remove(long[] groups) {
    for (long group : groups) {
      counts.computeIfPresent(group, (g, count) -> count == 1 ? null : count - 1);
    }
  }
}
