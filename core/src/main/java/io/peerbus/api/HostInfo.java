package io.peerbus.api;

import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * What the node says of itself.
 *
 * @param publicKey the PublicKey protobuf
 * @param listenAddresses reachable ones: no wildcard hosts, no port 0, without {@code /p2p}
 * @param protocols every protocol id served now, sorted
 * @param signedPeerRecord the addresses in a signed envelope, its {@code seq} growing with each change
 */
public record HostInfo(
    PeerId id,
    Buffer publicKey,
    List<Multiaddr> listenAddresses,
    List<String> protocols,
    String agentVersion,
    String protocolVersion,
    Buffer signedPeerRecord) {

  public HostInfo {
    listenAddresses = List.copyOf(listenAddresses);
    protocols = List.copyOf(protocols);
  }
}
