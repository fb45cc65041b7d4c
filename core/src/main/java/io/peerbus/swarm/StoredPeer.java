package io.peerbus.swarm;

import io.peerbus.multiformats.Multiaddr;
import java.util.List;

/**
 * What is kept of one peer over a restart. Whether it was connected is not, nor what our configuration says of it.
 *
 * @param addresses without {@code /p2p}; none only where there is nothing left that is worth keeping
 * @param record the peer's newest signed record as an envelope, not to be changed; empty when it never told one
 * @param recordSeq the number of that record, without sign
 */
public record StoredPeer(
    List<Address> addresses,
    List<String> protocols,
    String agentVersion,
    String protocolVersion,
    byte[] record,
    long recordSeq) {

  /**
   * One address.
   *
   * @param lifeNanos how much longer it is good for
   */
  public record Address(Multiaddr address, Lifetime lifetime, long lifeNanos) {}

  public StoredPeer {
    addresses = List.copyOf(addresses);
    protocols = List.copyOf(protocols);
  }
}
