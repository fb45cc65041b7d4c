package io.peerbus.host;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.peerbus.host.pb.PeerStoreProto;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.swarm.Lifetime;
import io.peerbus.swarm.StoredPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A {@link StoredPeer} as bytes (peerstore.proto). The ends of lives are told in the node's up time, which no change of
 * the wall clock moves and which stands still while the node is down.
 */
final class PeerCodec {

  private static final List<Lifetime> LIFETIMES = List.of(Lifetime.HINT, Lifetime.IDENTIFIED, Lifetime.CONNECTED);

  private PeerCodec() {}

  /** @param upMillis the up time now */
  static byte[] bytes(StoredPeer peer, long upMillis) {
    PeerStoreProto.Peer.Builder out = PeerStoreProto.Peer.newBuilder()
        .addAllProtocols(peer.protocols())
        .setAgentVersion(peer.agentVersion())
        .setProtocolVersion(peer.protocolVersion())
        .setSignedRecord(ByteString.copyFrom(peer.record()))
        .setRecordSeq(peer.recordSeq());
    for (StoredPeer.Address address : peer.addresses()) {
      out.addAddressesBuilder()
          .setMultiaddr(ByteString.copyFrom(address.address().toBytes()))
          .setLifetime(LIFETIMES.indexOf(address.lifetime()))
          .setExpires(upMillis + TimeUnit.NANOSECONDS.toMillis(address.lifeNanos()));
    }
    return out.build().toByteArray();
  }

  /** @throws FormatException when it cannot be understood */
  static StoredPeer read(byte[] bytes, long upMillis) throws FormatException {
    try {
      PeerStoreProto.Peer in = PeerStoreProto.Peer.parseFrom(bytes);
      List<StoredPeer.Address> addresses = new ArrayList<>();
      for (PeerStoreProto.Peer.Address address : in.getAddressesList()) {
        if (address.getLifetime() < 0 || address.getLifetime() >= LIFETIMES.size()) {
          throw new FormatException("stored peer: lifetime " + address.getLifetime());
        }
        addresses.add(new StoredPeer.Address(Multiaddr.of(address.getMultiaddr().toByteArray()),
            LIFETIMES.get(address.getLifetime()),
            TimeUnit.MILLISECONDS.toNanos(address.getExpires() - upMillis)));
      }
      return new StoredPeer(addresses, in.getProtocolsList(), in.getAgentVersion(), in.getProtocolVersion(),
          in.getSignedRecord().toByteArray(), in.getRecordSeq());
    } catch (InvalidProtocolBufferException e) {
      throw new FormatException("stored peer: " + e.getMessage());
    }
  }
}
