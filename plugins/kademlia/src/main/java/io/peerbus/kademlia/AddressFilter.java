package io.peerbus.kademlia;

import io.peerbus.multiformats.Multiaddr;
import java.util.ArrayList;
import java.util.List;

/** Sorts addresses by scope and keeps those of an {@link AddressPolicy}. Stateless but for the policy, any thread. */
public final class AddressFilter {

  /** From where an address can be reached, narrowest first. */
  enum Scope { LOOPBACK, PRIVATE, PUBLIC }

  private static final byte IP4 = 4;

  private final AddressPolicy policy;

  public AddressFilter(AddressPolicy policy) {
    this.policy = policy;
  }

  /**
   * The addresses that are taken, in order.
   *
   * @param teller where the peer that told them is, as our side of the connection sees it; {@code null} when they
   *     come from this node itself
   */
  public List<Multiaddr> keep(List<Multiaddr> addresses, Multiaddr teller) {
    Scope told = teller == null ? Scope.LOOPBACK : scope(teller);
    List<Multiaddr> kept = new ArrayList<>(addresses.size());
    for (Multiaddr address : addresses) {
      if (keeps(scope(address), told)) {
        kept.add(address);
      }
    }
    return kept;
  }

  private boolean keeps(Scope scope, Scope told) {
    if (scope == null) {
      return false;
    }
    return switch (policy) {
      case AUTO -> scope.compareTo(told) >= 0;
      case PUBLIC -> scope == Scope.PUBLIC;
      case PRIVATE -> scope != Scope.PUBLIC;
      case ALL -> true;
    };
  }

  /** {@code null} for an address that is nowhere, as 0.0.0.0 is. Names are taken for public ones. */
  static Scope scope(Multiaddr address) {
    if (address.isUnspecified()) {
      return null;
    }
    if (address.isLoopback()) {
      return Scope.LOOPBACK;
    }
    if (address.isPrivate()) {
      return Scope.PRIVATE;
    }
    // Nearly all are IPv4, and taking those apart would be most of the work of an answer.
    return address.toBytes()[0] == IP4 ? Scope.PUBLIC : switch (address.components().get(0).protocol()) {
      case UNIX, MEMORY -> Scope.LOOPBACK;
      case IP6ZONE -> Scope.PRIVATE;
      default -> Scope.PUBLIC;
    };
  }
}
