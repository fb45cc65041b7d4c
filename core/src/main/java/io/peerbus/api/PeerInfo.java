package io.peerbus.api;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.util.List;

/**
 * What the node knows of a peer.
 *
 * @param connected whether there is a connection now
 * @param inbound whether the peer made that connection; false without one
 * @param addresses where it listens, as far as known, without {@code /p2p}
 * @param protocols what it serves according to identify; empty until identified
 * @param agentVersion its software according to identify, or empty
 * @param protocolVersion its protocol version according to identify, or empty
 */
public record PeerInfo(
    PeerId peer,
    boolean connected,
    boolean inbound,
    List<Multiaddr> addresses,
    List<String> protocols,
    String agentVersion,
    String protocolVersion) {

  public PeerInfo {
    addresses = List.copyOf(addresses);
    protocols = List.copyOf(protocols);
  }
}
