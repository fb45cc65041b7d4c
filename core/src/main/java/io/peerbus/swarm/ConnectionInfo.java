package io.peerbus.swarm;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;

/**
 * One upgraded connection, as the swarm knows it.
 *
 * @param id given by the transport, never used again for another connection
 * @param peer whose key was proven in the security handshake
 * @param remoteAddress where the peer is as we see it, without {@code /p2p}
 * @param inbound whether the peer made it
 * @param shard the event loop that owns it
 */
public record ConnectionInfo(long id, PeerId peer, Multiaddr remoteAddress, boolean inbound, int shard) {}
