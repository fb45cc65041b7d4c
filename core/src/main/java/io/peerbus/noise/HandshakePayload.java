package io.peerbus.noise;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.peerbus.noise.pb.NoisePayload.NoiseExtensions;
import io.peerbus.noise.pb.NoisePayload.NoiseHandshakePayload;
import io.peerbus.secure.HandshakeException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a peer says of itself inside the handshake. Spec: libp2p noise, "The libp2p Handshake Payload".
 *
 * @param identityKey its public key as a protobuf, empty when it sent none
 * @param identitySig the signature by that key over its static Noise key, empty when it sent none
 * @param muxers the muxers it proposes for early negotiation, in its order
 */
record HandshakePayload(byte[] identityKey, byte[] identitySig, List<String> muxers) {

  /**
   * Muxers that are read; the rest is ignored. A list of thousands of one-letter names would cost many times its
   * bytes in memory and a comparison each. Known nodes send one or two.
   */
  static final int MAX_MUXERS = 32;

  private static final byte[] NONE = {};

  byte[] encode() {
    NoiseHandshakePayload.Builder payload = NoiseHandshakePayload.newBuilder()
        .setIdentityKey(ByteString.copyFrom(identityKey))
        .setIdentitySig(ByteString.copyFrom(identitySig));
    if (!muxers.isEmpty()) {
      payload.setExtensions(NoiseExtensions.newBuilder().addAllStreamMuxers(muxers));
    }
    return payload.build().toByteArray();
  }

  /** Reads by hand, because a generated parser would build lists of any length before we could count them. */
  static HandshakePayload decode(byte[] bytes) throws HandshakeException {
    byte[] key = NONE;
    byte[] signature = NONE;
    List<String> muxers = new ArrayList<>();
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    try {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (tag == bytesTag(NoiseHandshakePayload.IDENTITY_KEY_FIELD_NUMBER)) {
          key = in.readByteArray();
        } else if (tag == bytesTag(NoiseHandshakePayload.IDENTITY_SIG_FIELD_NUMBER)) {
          signature = in.readByteArray();
        } else if (tag == bytesTag(NoiseHandshakePayload.EXTENSIONS_FIELD_NUMBER)) {
          readExtensions(in, muxers);
        } else {
          skip(in, tag);
        }
      }
    } catch (IOException e) {
      throw new HandshakeException("the payload is no protobuf: " + e.getMessage());
    }
    return new HandshakePayload(key, signature, List.copyOf(muxers));
  }

  private static void readExtensions(CodedInputStream in, List<String> muxers) throws IOException {
    int outer = in.pushLimit(in.readRawVarint32());
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == bytesTag(NoiseExtensions.STREAM_MUXERS_FIELD_NUMBER) && muxers.size() < MAX_MUXERS) {
        muxers.add(in.readStringRequireUtf8());
      } else {
        skip(in, tag);
      }
    }
    in.popLimit(outer);
  }

  private static void skip(CodedInputStream in, int tag) throws IOException {
    if (!in.skipField(tag)) {
      throw new InvalidProtocolBufferException("a group ends that never began");
    }
  }

  private static int bytesTag(int field) {
    return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  }
}
