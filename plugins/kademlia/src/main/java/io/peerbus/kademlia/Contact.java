package io.peerbus.kademlia;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.util.List;

/**
 * A peer and where it is said to be, as messages carry it.
 *
 * @param addresses without {@code /p2p}; may be empty
 */
public record Contact(PeerId peer, List<Multiaddr> addresses) {

  public Contact {
    addresses = List.copyOf(addresses);
  }

  /** By hand: the JDK keeps the types of a record whose generated equals was called, and so this class loader. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Contact that && peer.equals(that.peer) && addresses.equals(that.addresses);
  }

  @Override
  public int hashCode() {
    return 31 * peer.hashCode() + addresses.hashCode();
  }
}
