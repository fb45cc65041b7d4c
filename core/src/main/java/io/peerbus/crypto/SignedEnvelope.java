package io.peerbus.crypto;

import com.google.protobuf.ByteString;
import io.peerbus.crypto.pb.Envelopes;
import io.peerbus.multiformats.FieldReader;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Varint;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A signed envelope: a typed payload with its signer's key. Its arrays belong to it and are not to be changed; any
 * thread.
 *
 * <p>The signature covers a domain too, which is not in the envelope: both sides know it, so that what was signed for
 * one purpose proves nothing for another.
 *
 * <p>Spec: RFC 0002, "Signed Envelopes".
 *
 * @param payloadType what the payload is, as the bytes of a multicodec or a path
 */
public record SignedEnvelope(PublicKey publicKey, byte[] payloadType, byte[] payload, byte[] signature) {

  /** An identify message, the largest thing that envelopes come in, has 8 KiB. More would be held only to be signed. */
  public static final int MAX_LENGTH = 8192;

  private static final int PUBLIC_KEY = 1;
  private static final int PAYLOAD_TYPE = 2;
  private static final int PAYLOAD = 3;
  private static final int SIGNATURE = 5;

  /** Signs {@code payload} for {@code domain}. */
  public static SignedEnvelope seal(KeyPair key, String domain, byte[] payloadType, byte[] payload) {
    return new SignedEnvelope(key.publicKey(), payloadType, payload, key.sign(signed(domain, payloadType, payload)));
  }

  /**
   * Parses; does not verify. Unknown fields are skipped, and of a repeated one the last counts.
   *
   * @throws FormatException when it is no envelope, is longer than {@link #MAX_LENGTH}, or its key is not a good one
   */
  public static SignedEnvelope of(byte[] protobuf) throws FormatException {
    if (protobuf.length > MAX_LENGTH) {
      throw new FormatException("envelope of " + protobuf.length + " bytes, at most " + MAX_LENGTH + " are allowed");
    }
    // Only where the fields are, as each may come thousands of times.
    int[] starts = new int[SIGNATURE + 1];
    int[] ends = new int[SIGNATURE + 1];
    FieldReader in = new FieldReader(protobuf);
    while (in.next()) {
      if (in.number() <= SIGNATURE && in.wireType() == FieldReader.BYTES) {
        starts[in.number()] = in.offset();
        ends[in.number()] = in.offset() + in.length();
      }
    }
    if (ends[PUBLIC_KEY] == 0) {
      throw new FormatException("envelope has no public key");
    }
    byte[][] fields = new byte[SIGNATURE + 1][];
    for (int i = PUBLIC_KEY; i <= SIGNATURE; i++) {
      fields[i] = Arrays.copyOfRange(protobuf, starts[i], ends[i]);
    }
    return new SignedEnvelope(PublicKey.of(fields[PUBLIC_KEY]), fields[PAYLOAD_TYPE], fields[PAYLOAD],
        fields[SIGNATURE]);
  }

  /** Whether the key that is inside signed the payload for {@code domain}. */
  public boolean verify(String domain) {
    return publicKey.verify(signed(domain, payloadType, payload), signature);
  }

  /** The serialised envelope. */
  public byte[] toBytes() {
    return Envelopes.Envelope.newBuilder()
        .setPublicKey(ByteString.copyFrom(publicKey.toBytes()))
        .setPayloadType(ByteString.copyFrom(payloadType))
        .setPayload(ByteString.copyFrom(payload))
        .setSignature(ByteString.copyFrom(signature))
        .build().toByteArray();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SignedEnvelope that && publicKey.equals(that.publicKey)
        && Arrays.equals(payloadType, that.payloadType) && Arrays.equals(payload, that.payload)
        && Arrays.equals(signature, that.signature);
  }

  @Override
  public int hashCode() {
    return 31 * publicKey.hashCode() + Arrays.hashCode(payload);
  }

  /** Signer and sizes. */
  @Override
  public String toString() {
    return "SignedEnvelope by " + publicKey + ", " + payload.length + " bytes";
  }

  /** Domain, type and payload, each with its length before it (RFC 0002, "Signature Production"). */
  private static byte[] signed(String domain, byte[] payloadType, byte[] payload) {
    byte[][] parts = {domain.getBytes(StandardCharsets.UTF_8), payloadType, payload};
    int length = 0;
    for (byte[] part : parts) {
      length += Varint.length(part.length) + part.length;
    }
    ByteBuffer out = ByteBuffer.allocate(length);
    for (byte[] part : parts) {
      Varint.write(part.length, out);
      out.put(part);
    }
    return out.array();
  }
}
