package io.peerbus.identify;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.peerbus.identify.pb.IdentifyProto;
import io.peerbus.multiformats.Varint;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What this node says of itself.
 *
 * @param publicKey the PublicKey protobuf
 * @param addresses listen addresses in bytes, the most useful first
 * @param protocols the ids served, sorted
 * @param signedPeerRecord a signed envelope, or {@code null}
 */
public record Description(
    byte[] publicKey,
    List<byte[]> addresses,
    List<String> protocols,
    String protocolVersion,
    String agentVersion,
    byte[] signedPeerRecord) {

  /** rust reads one message of at most this many bytes, with its length prefix (wire notes section 11). */
  public static final int MAX_SIZE = 4096;

  private static final int PREFIX = 2;

  public Description {
    addresses = List.copyOf(addresses);
    protocols = List.copyOf(protocols);
  }

  /**
   * A message ready to be sent, and what did not fit into it.
   *
   * @param bytes the message behind its length prefix
   * @param withoutRecord whether there was a signed record that did not fit
   */
  public record Message(byte[] bytes, boolean withoutRecord, int addressesLeftOut, int protocolsLeftOut) {}

  /**
   * The message for a peer. What does not fit stays away in this order: the signed record, then addresses from the
   * last, then protocols from the last.
   *
   * @param observedAddress where we see the peer, in bytes
   */
  public Message toMessage(byte[] observedAddress) {
    IdentifyProto.Identify.Builder message = IdentifyProto.Identify.newBuilder()
        .setPublicKey(ByteString.copyFrom(publicKey))
        .setObservedAddr(ByteString.copyFrom(observedAddress))
        .setProtocolVersion(protocolVersion)
        .setAgentVersion(agentVersion);
    int left = MAX_SIZE - PREFIX - message.buildPartial().getSerializedSize();
    int protocolsIn = 0;
    for (String protocol : protocols) {
      left -= CodedOutputStream.computeStringSize(IdentifyProto.Identify.PROTOCOLS_FIELD_NUMBER, protocol);
      if (left < 0) {
        break;
      }
      message.addProtocols(protocol);
      protocolsIn++;
    }
    int addressesIn = 0;
    for (byte[] address : addresses) {
      left -= CodedOutputStream.computeByteArraySize(IdentifyProto.Identify.LISTEN_ADDRS_FIELD_NUMBER, address);
      if (left < 0) {
        break;
      }
      message.addListenAddrs(ByteString.copyFrom(address));
      addressesIn++;
    }
    boolean withRecord = signedPeerRecord != null && left >= CodedOutputStream.computeByteArraySize(
        IdentifyProto.Identify.SIGNED_PEER_RECORD_FIELD_NUMBER, signedPeerRecord);
    if (withRecord) {
      message.setSignedPeerRecord(ByteString.copyFrom(signedPeerRecord));
    }
    return new Message(framed(message.build()), signedPeerRecord != null && !withRecord,
        addresses.size() - addressesIn, protocols.size() - protocolsIn);
  }

  private static byte[] framed(IdentifyProto.Identify message) {
    byte[] body = message.toByteArray();
    ByteBuffer framed = ByteBuffer.allocate(Varint.length(body.length) + body.length);
    Varint.write(body.length, framed);
    return framed.put(body).array();
  }
}
