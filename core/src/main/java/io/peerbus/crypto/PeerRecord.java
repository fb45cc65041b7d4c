package io.peerbus.crypto;

import com.google.protobuf.ByteString;
import io.peerbus.crypto.pb.Envelopes;
import io.peerbus.multiformats.AddressList;
import io.peerbus.multiformats.FieldReader;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * A peer's addresses as it signs them. Immutable, any thread.
 *
 * <p>That a record is open says only that its peer made it. Whether it is the peer that we speak with, and whether
 * {@code seq} is newer than what we have, is for the caller to check.
 *
 * <p>Spec: RFC 0003, "Peer Routing Records".
 *
 * @param seq 64 bits without sign (compare so); grows with every record of the peer, also over its restarts
 */
public record PeerRecord(PeerId peerId, long seq, List<Multiaddr> addresses) {

  public static final String DOMAIN = "libp2p-peer-record";
  /** What one record may make us store. Records of invented peers cost nothing to sign (hardening SEC-03). */
  public static final int MAX_ADDRESSES = 64;

  /** The code 0x0301 as two plain bytes, not as a varint. */
  private static final byte[] PAYLOAD_TYPE = {3, 1};
  private static final int LONGEST_SHOWN = 64;
  private static final int PEER_ID = 1;
  private static final int SEQ = 2;
  private static final int ADDRESS = 3;
  private static final int MULTIADDR = 1;

  public PeerRecord {
    addresses = List.copyOf(addresses);
  }

  /**
   * Signs the record.
   *
   * @throws IllegalArgumentException when the key is not that of the record's peer
   */
  public SignedEnvelope seal(KeyPair key) {
    if (!key.publicKey().peerId().equals(peerId)) {
      throw new IllegalArgumentException("key: of " + key.publicKey() + ", the record is of " + peerId);
    }
    return SignedEnvelope.seal(key, DOMAIN, PAYLOAD_TYPE, toPayload());
  }

  /**
   * Opens and verifies an envelope: payload type, signature, and that the signer is the record's peer. Addresses with
   * unknown codes are dropped singly, and so is what comes after {@link #MAX_ADDRESSES}.
   *
   * @throws FormatException when any of that fails. An unknown payload type is no attack but, for one, what
   *     rust-libp2p writes as yet ({@code /libp2p/routing-state-record}); the caller then does without the record
   */
  public static PeerRecord open(SignedEnvelope envelope) throws FormatException {
    if (!Arrays.equals(envelope.payloadType(), PAYLOAD_TYPE)) {
      throw new FormatException("unknown payload type " + shown(envelope.payloadType()));
    }
    if (!envelope.verify(DOMAIN)) {
      throw new FormatException("peer record: its signature is wrong");
    }
    PeerRecord record = ofPayload(envelope.payload());
    if (!record.peerId.equals(envelope.publicKey().peerId())) {
      throw new FormatException("peer record of " + record.peerId + ": signed by " + envelope.publicKey().peerId());
    }
    return record;
  }

  private byte[] toPayload() {
    Envelopes.PeerRecord.Builder record = Envelopes.PeerRecord.newBuilder()
        .setPeerId(ByteString.copyFrom(peerId.toBytes()))
        .setSeq(seq);
    for (Multiaddr address : addresses) {
      record.addAddressesBuilder().setMultiaddr(ByteString.copyFrom(address.toBytes()));
    }
    return record.build().toByteArray();
  }

  /**
   * The record in an envelope, which may be anybody's: for whoever knows that it was verified before.
   *
   * @throws FormatException when it cannot be read
   */
  // Field by field, as the generated class would keep every one of ten thousand empty addresses.
  public static PeerRecord ofPayload(byte[] payload) throws FormatException {
    int id = -1;
    int idLength = 0;
    long seq = 0;
    AddressList addresses = new AddressList(MAX_ADDRESSES);
    FieldReader in = new FieldReader(payload);
    FieldReader inner = new FieldReader(payload);
    while (in.next()) {
      if (in.is(PEER_ID, FieldReader.BYTES)) {
        id = in.offset();
        idLength = in.length();
      } else if (in.is(SEQ, FieldReader.VARINT)) {
        seq = in.varint();
      } else if (in.is(ADDRESS, FieldReader.BYTES)) {
        inner.restart(in.offset(), in.length());
        readAddress(payload, inner, addresses);
      }
    }
    if (id < 0) {
      throw new FormatException("peer record has no peer id");
    }
    return new PeerRecord(PeerId.of(payload, id, idLength), seq, addresses.take());
  }

  private static void readAddress(byte[] payload, FieldReader in, AddressList addresses) throws FormatException {
    int offset = 0;
    int length = 0;
    while (in.next()) {
      if (in.is(MULTIADDR, FieldReader.BYTES)) {
        offset = in.offset();
        length = in.length();
      }
    }
    addresses.add(payload, offset, length);
  }

  private static String shown(byte[] payloadType) {
    int length = Math.min(payloadType.length, LONGEST_SHOWN);
    String text = new String(payloadType, 0, length, StandardCharsets.US_ASCII);
    boolean printable = length > 0 && text.chars().allMatch(c -> c > ' ' && c <= '~');
    return printable ? text : HexFormat.of().formatHex(payloadType, 0, length);
  }
}
