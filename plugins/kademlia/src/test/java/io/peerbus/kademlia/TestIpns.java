package io.peerbus.kademlia;

import com.google.protobuf.ByteString;
import io.peerbus.crypto.KeyPair;
import io.peerbus.kademlia.pb.IpnsProto;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Makes IPNS records, right ones and wrong ones. */
final class TestIpns {

  static final String END = "2030-01-01T00:00:00.000000001Z";

  private TestIpns() {}

  /** The key of a record in the DHT. */
  static byte[] key(KeyPair owner) {
    byte[] name = owner.publicKey().peerId().toBytes();
    return ByteBuffer.allocate(6 + name.length).put(TestPeers.utf8("/ipns/")).put(name).array();
  }

  /** Signed by version 2 only. */
  static IpnsProto.IpnsEntry.Builder v2(KeyPair owner, String value, long sequence, String end) {
    byte[] document = document(value, sequence, end);
    return IpnsProto.IpnsEntry.newBuilder().setData(ByteString.copyFrom(document))
        .setSignatureV2(ByteString.copyFrom(owner.sign(concat(TestPeers.utf8("ipns-signature:"), document))));
  }

  /** With the fields and the signature for older readers. */
  static IpnsProto.IpnsEntry.Builder v1AndV2(KeyPair owner, String value, long sequence, String end) {
    byte[] v1 = owner.sign(TestPeers.utf8(value + end + "0"));
    return v2(owner, value, sequence, end).setValue(ByteString.copyFromUtf8(value))
        .setValidity(ByteString.copyFromUtf8(end)).setValidityType(0).setSequence(sequence).setTtl(300)
        .setSignatureV1(ByteString.copyFrom(v1));
  }

  static byte[] document(String value, long sequence, String end) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    head(out, 5, 5);
    name(out, "TTL");
    head(out, 0, 300);
    name(out, "Value");
    bytes(out, value);
    name(out, "Sequence");
    head(out, 0, sequence);
    name(out, "Validity");
    bytes(out, end);
    name(out, "ValidityType");
    head(out, 0, 0);
    return out.toByteArray();
  }

  private static void name(ByteArrayOutputStream out, String name) {
    head(out, 3, name.length());
    out.writeBytes(name.getBytes(StandardCharsets.UTF_8));
  }

  private static void bytes(ByteArrayOutputStream out, String text) {
    head(out, 2, text.length());
    out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  static void head(ByteArrayOutputStream out, int major, long argument) {
    if (argument >= 0 && argument < 24) {
      out.write(major << 5 | (int) argument);
    } else if (argument >>> 8 == 0) {
      out.write(major << 5 | 24);
      out.write((int) argument);
    } else if (argument >>> 16 == 0) {
      out.write(major << 5 | 25);
      out.writeBytes(ByteBuffer.allocate(2).putShort((short) argument).array());
    } else if (argument >>> 32 == 0) {
      out.write(major << 5 | 26);
      out.writeBytes(ByteBuffer.allocate(4).putInt((int) argument).array());
    } else {
      out.write(major << 5 | 27);
      out.writeBytes(ByteBuffer.allocate(8).putLong(argument).array());
    }
  }

  static byte[] concat(byte[] one, byte[] two) {
    return ByteBuffer.allocate(one.length + two.length).put(one).put(two).array();
  }
}
