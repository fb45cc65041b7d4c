package io.peerbus.gossipsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.CodedInputStream;
import io.peerbus.gossipsub.pb.RpcProto;
import java.io.IOException;

/** Opens the frames that a machine wrote, with the generated classes, and checks what holds for each of them. */
final class Frames {

  private Frames() {}

  static RpcProto.Rpc open(byte[] frame) {
    try {
      CodedInputStream in = CodedInputStream.newInstance(frame);
      int length = in.readRawVarint32();
      assertEquals(frame.length - in.getTotalBytesRead(), length, "the length prefix");
      RpcProto.Rpc rpc = RpcProto.Rpc.parseFrom(in);
      check(rpc, length);
      return rpc;
    } catch (IOException e) {
      throw new AssertionError("a frame of ours is readable", e);
    }
  }

  /** The bytes of the RPC, without the length. */
  static byte[] body(byte[] frame) {
    try {
      CodedInputStream in = CodedInputStream.newInstance(frame);
      int length = in.readRawVarint32();
      return in.readRawBytes(length);
    } catch (IOException e) {
      throw new AssertionError("a frame of ours is readable", e);
    }
  }

  /** What rust, go and py refuse an RPC for. */
  private static void check(RpcProto.Rpc rpc, int length) {
    assertTrue(length > 0, "an empty rpc");
    assertTrue(length <= 1 << 16 || rpc.getPublishCount() == 1 && !rpc.hasControl(), "an rpc of " + length + " bytes");
    assertTrue(rpc.getPublishCount() <= 500, "messages in an rpc");
    int others = rpc.toBuilder().clearPublish().build().getSerializedSize();
    assertTrue(others <= 16 * 1024, "control of " + others + " bytes");
    assertTrue(!rpc.hasControl() || rpc.getControl().getSerializedSize() > 0, "an empty control");
    for (RpcProto.Message message : rpc.getPublishList()) {
      assertTrue(message.getTopicCount() > 0, "no topic");
      assertFalse(message.hasSeqno() && message.getSeqno().isEmpty(), "an empty seqno");
      assertFalse(message.hasFrom() && message.getFrom().isEmpty(), "an empty from");
      assertFalse(message.hasSignature() && message.getSignature().isEmpty(), "an empty signature");
      assertFalse(message.hasKey() && message.getKey().isEmpty(), "an empty key");
    }
    rpc.getControl().getIhaveList().forEach(ihave -> assertTrue(ihave.getMessageIdsCount() > 0, "an empty IHAVE"));
    rpc.getControl().getIwantList().forEach(iwant -> assertTrue(iwant.getMessageIdsCount() > 0, "an empty IWANT"));
  }
}
