package io.peerbus.swarm;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.util.List;

/**
 * What the peer store knows of one peer at one time.
 *
 * @param addresses without {@code /p2p}, the most trusted first
 * @param protocols as the peer told by identify, in its order; empty before
 * @param agentVersion as the peer told by identify, or empty
 * @param protocolVersion as the peer told by identify, or empty
 */
public record KnownPeer(
    PeerId peer,
    boolean connected,
    List<Multiaddr> addresses,
    List<String> protocols,
    String agentVersion,
    String protocolVersion) {

  public KnownPeer {
    addresses = List.copyOf(addresses);
    protocols = List.copyOf(protocols);
  }
}
