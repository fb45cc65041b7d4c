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
}
