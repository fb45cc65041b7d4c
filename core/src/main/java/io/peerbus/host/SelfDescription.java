package io.peerbus.host;

import io.peerbus.api.HostInfo;
import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.PeerRecord;
import io.vertx.core.buffer.Buffer;
import io.peerbus.multiformats.Multiaddr;
import java.util.List;

/**
 * What the node says of itself. Owned by the host's context.
 *
 * <p>The peer record's {@code seq} is taken from the clock in nanoseconds, so that it grows across restarts too; peers
 * ignore a record that is not newer than the one they have (RFC 0003).
 */
final class SelfDescription {

  private final HostOptions options;
  private final KeyPair identity;
  private List<Multiaddr> addresses = List.of();
  private Buffer record;
  private long seq;

  SelfDescription(HostOptions options, KeyPair identity) {
    this.options = options;
    this.identity = identity;
  }

  /** Takes the addresses that can be reached now. Answers whether they changed. */
  boolean setAddresses(List<Multiaddr> reachable) {
    List<Multiaddr> next = options.getAnnounce().isEmpty() ? reachable : options.getAnnounce();
    if (record != null && next.equals(addresses)) {
      return false;
    }
    addresses = next;
    seq = Math.max(seq + 1, System.currentTimeMillis() * 1_000_000);
    record = Buffer.buffer(
        new PeerRecord(identity.publicKey().peerId(), seq, addresses).seal(identity).toBytes());
    return true;
  }

  HostInfo describe(ProtocolTable protocols) {
    return new HostInfo(
        identity.publicKey().peerId(),
        Buffer.buffer(identity.publicKey().toBytes()),
        addresses,
        protocols.protocols(),
        options.getAgentVersion(),
        options.getProtocolVersion(),
        record);
  }
}
