package io.peerbus.crypto;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.util.List;

/** A peer's addresses as it signs them. */
public record PeerRecord(PeerId peerId, long seq, List<Multiaddr> addresses) {
  public static final String DOMAIN = "libp2p-peer-record";
  public SignedEnvelope seal(KeyPair key) { throw new UnsupportedOperationException(); }
  /** Opens and verifies an envelope: payload type, signature, and that the signer is the record's peer. Addresses with unknown codes are dropped singly. */
  public static PeerRecord open(SignedEnvelope envelope) throws FormatException { throw new UnsupportedOperationException(); }
}
