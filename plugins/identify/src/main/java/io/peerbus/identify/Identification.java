package io.peerbus.identify;

import io.peerbus.crypto.PeerRecord;
import io.peerbus.crypto.SignedEnvelope;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What we believe of an identify message, after all checks.
 *
 * @param addresses where the peer listens, without {@code /p2p}; those of a valid signed record where there is one
 * @param protocols what it serves, sorted
 * @param observedAddress where it sees us, or {@code null}
 * @param recordSeq the number of the signed record the addresses come from, or {@link #NO_RECORD}
 * @param remark why a signed record that was there did not count, or {@code null}
 */
public record Identification(
    PeerId peer,
    List<Multiaddr> addresses,
    List<String> protocols,
    String agentVersion,
    String protocolVersion,
    Multiaddr observedAddress,
    long recordSeq,
    String remark) {

  /** The number of no record at all; every record is newer. */
  public static final long NO_RECORD = -1;
  /** The most addresses believed of one peer. Against a peer that fills the peer store, or sends us dialling. */
  public static final int MAX_ADDRESSES = 64;
  /** The most protocol ids believed of one peer, as go and js have it. Against a message of one-letter names. */
  public static final int MAX_PROTOCOLS = 1024;
  /** The most bytes of a protocol id. A longer one could not be negotiated. */
  public static final int MAX_PROTOCOL_LENGTH = 256;
  /** The most bytes kept of an agent or protocol version. Against a peer that stores its diary with us. */
  public static final int MAX_VERSION_LENGTH = 256;

  public Identification {
    addresses = List.copyOf(addresses);
    protocols = List.copyOf(protocols);
  }

  /**
   * Checks a message of a peer whose identity the handshake has proved.
   *
   * @param from where the connection to the peer leads
   * @param newestSeq the number of the newest record known of the peer, or {@link #NO_RECORD}; older ones do not count
   * @throws FormatException when the message carries somebody else's key: then nothing of it is believed
   */
  public static Identification of(IdentifyMessage message, PeerId peer, Multiaddr from, long newestSeq)
      throws FormatException {
    byte[] key = message.publicKey();
    if (key != null && !PeerId.ofPublicKey(key).equals(peer)) {
      throw new FormatException("identify: the public key is not that of " + peer);
    }
    List<Multiaddr> addresses = null;
    long seq = NO_RECORD;
    String remark = null;
    byte[] record = message.signedPeerRecord();
    if (record != null) {
      try {
        PeerRecord opened = open(record, peer, newestSeq);
        addresses = usable(opened.addresses(), peer, from);
        seq = opened.seq();
      } catch (FormatException e) {
        remark = e.getMessage();
      }
    }
    if (addresses == null || addresses.isEmpty()) {
      addresses = usable(message.listenAddresses(MAX_ADDRESSES), peer, from);
    }
    List<String> protocols = new ArrayList<>(message.protocols(MAX_PROTOCOLS, MAX_PROTOCOL_LENGTH));
    protocols.sort(null);
    return new Identification(peer, addresses, protocols, message.agentVersion(MAX_VERSION_LENGTH),
        message.protocolVersion(MAX_VERSION_LENGTH), observed(message), seq, remark);
  }

  /** A record of rust's older kind, with another payload type and domain, fails here like any that is no record. */
  private static PeerRecord open(byte[] envelope, PeerId peer, long newestSeq) throws FormatException {
    PeerRecord record = PeerRecord.open(SignedEnvelope.of(envelope));
    if (!record.peerId().equals(peer)) {
      throw new FormatException("signed record of another peer, " + record.peerId());
    }
    if (newestSeq != NO_RECORD && Long.compareUnsigned(record.seq(), newestSeq) < 0) {
      throw new FormatException("signed record " + Long.toUnsignedString(record.seq()) + " is older than "
          + Long.toUnsignedString(newestSeq));
    }
    return record;
  }

  /**
   * Each address once, without its own id at the end (py appends it). Those that end with another peer's id, or are
   * nothing but an id, do not count; nor do those that lead somewhere else from here than from the peer.
   */
  private static List<Multiaddr> usable(List<Multiaddr> addresses, PeerId peer, Multiaddr from) {
    Set<Multiaddr> usable = new LinkedHashSet<>();
    for (Multiaddr address : addresses) {
      Multiaddr bare = address.withoutPeerId();
      boolean itsOwn = bare.equals(address) || address.peerId().filter(peer::equals).isPresent();
      if (itsOwn && !isBareId(bare) && !bare.isUnspecified() && reach(bare) >= reach(from)) {
        usable.add(bare);
      }
      if (usable.size() == MAX_ADDRESSES) {
        break;
      }
    }
    return new ArrayList<>(usable);
  }

  /**
   * From how far an address can be reached: this machine, this network, anywhere. A stranger from the internet that
   * tells addresses of our machine or our network would have us dial our own neighbours, or fill the peer store with
   * what leads nowhere (SEC-28). Whoever is as near as that may tell them, as in go.
   */
  private static int reach(Multiaddr address) {
    return address.isLoopback() ? 0 : address.isPrivate() ? 1 : 2;
  }

  private static boolean isBareId(Multiaddr address) {
    return address.components().size() == 1 && address.has(Multiaddr.Protocol.P2P);
  }

  private static Multiaddr observed(IdentifyMessage message) {
    byte[] observed = message.observedAddress();
    try {
      return observed == null ? null : Multiaddr.of(observed);
    } catch (FormatException e) {
      return null;
    }
  }
}
