package io.peerbus.api;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.util.List;

/** What happens in a node, told to everyone who listens, in order. */
public sealed interface HostEvent {

  /**
   * The first connection to a peer is up.
   *
   * @param inbound whether the peer made it
   * @param remoteAddress where the peer is as we see it, without {@code /p2p}
   */
  record Connected(PeerId peer, boolean inbound, Multiaddr remoteAddress) implements HostEvent {}

  /** The last connection to a peer is gone. */
  record Disconnected(PeerId peer, String reason) implements HostEvent {}

  /** Identify told, or told anew, what a peer is. {@code protocols} is sorted. */
  record Identified(PeerInfo peer) implements HostEvent {}

  /** The addresses the node can be reached at changed. */
  record ListenAddressesChanged(List<Multiaddr> addresses) implements HostEvent {}

  /** The protocol ids the node serves changed; sorted. */
  record ProtocolsChanged(List<String> protocols) implements HostEvent {}
}
