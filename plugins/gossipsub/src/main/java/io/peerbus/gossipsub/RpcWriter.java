package io.peerbus.gossipsub;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.peerbus.gossipsub.pb.RpcProto;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * One RPC of ours in the making. Each method answers whether there was room; an entry that is refused belongs in the
 * next RPC. Fields that would be empty are never written: go and rust refuse a message for them.
 */
final class RpcWriter {

  /** What the tags and lengths around an entry, and around all control entries, take at the most. */
  private static final int ENTRY = 8;

  private final GossipsubLimits limits;
  private final RpcProto.Rpc.Builder rpc = RpcProto.Rpc.newBuilder();
  private final RpcProto.Control.Builder control = RpcProto.Control.newBuilder();
  private final List<Message> messages = new ArrayList<>();
  private int controlSize = ENTRY;
  private int messagesSize;

  RpcWriter(GossipsubLimits limits) {
    this.limits = limits;
  }

  boolean subscription(boolean subscribe, String topic) {
    if (!takes(topic)) {
      return false;
    }
    rpc.addSubscriptions(RpcProto.Rpc.SubOpts.newBuilder().setSubscribe(subscribe).setTopicId(topic));
    return true;
  }

  boolean graft(String topic) {
    if (!takes(topic)) {
      return false;
    }
    control.addGraft(RpcProto.Graft.newBuilder().setTopicId(topic));
    return true;
  }

  /** @param backoffSeconds 0 for a peer of gossipsub 1.0, which knows no such field */
  boolean prune(String topic, long backoffSeconds) {
    if (!takes(topic)) {
      return false;
    }
    RpcProto.Prune.Builder prune = RpcProto.Prune.newBuilder().setTopicId(topic);
    if (backoffSeconds > 0) {
      prune.setBackoff(backoffSeconds);
    }
    control.addPrune(prune);
    return true;
  }

  /** Moves ids out of {@code ids} as long as there is room; answers whether all went. */
  boolean ihave(String topic, Iterable<MessageId> ids) {
    int topicSize = CodedOutputStream.computeStringSize(1, topic) + ENTRY;
    RpcProto.IHave.Builder ihave = RpcProto.IHave.newBuilder().setTopicId(topic);
    for (Iterator<MessageId> left = ids.iterator(); left.hasNext();) {
      MessageId id = left.next();
      int size = idSize(id) + (ihave.getMessageIdsCount() == 0 ? topicSize : 0);
      if (!takes(size)) {
        break;
      }
      ihave.addMessageIds(UnsafeByteOperations.unsafeWrap(id.bytes()));
      left.remove();
    }
    if (ihave.getMessageIdsCount() > 0) {
      control.addIhave(ihave);
    }
    return !ids.iterator().hasNext();
  }

  /** As {@link #ihave}, with IWANT. */
  boolean iwant(Iterable<MessageId> ids) {
    RpcProto.IWant.Builder iwant = RpcProto.IWant.newBuilder();
    for (Iterator<MessageId> left = ids.iterator(); left.hasNext();) {
      MessageId id = left.next();
      if (!takes(idSize(id) + (iwant.getMessageIdsCount() == 0 ? ENTRY : 0))) {
        break;
      }
      iwant.addMessageIds(UnsafeByteOperations.unsafeWrap(id.bytes()));
      left.remove();
    }
    if (iwant.getMessageIdsCount() > 0) {
      control.addIwant(iwant);
    }
    return !ids.iterator().hasNext();
  }

  /** A message that is too large for any RPC gets one to itself. */
  boolean message(Message message) {
    int size = sizeOf(message);
    boolean first = controlSize == ENTRY && messages.isEmpty();
    if (!first && (messages.size() == limits.getMaxMessagesPerRpc()
        || controlSize + messagesSize + size > limits.getMaxRpcSize())) {
      return false;
    }
    messages.add(message);
    messagesSize += size;
    return true;
  }

  /** Bytes of a message in an RPC, with its tag and length. */
  static int sizeOf(Message message) {
    return 1 + CodedOutputStream.computeUInt32SizeNoTag(message.size()) + message.size();
  }

  /** The RPC after its length, or {@code null} when nothing was put in. */
  byte[] frame() {
    if (controlSize == ENTRY && messages.isEmpty()) {
      return null;
    }
    if (control.getIhaveCount() + control.getIwantCount() + control.getGraftCount() + control.getPruneCount() > 0) {
      rpc.setControl(control);
    }
    RpcProto.Rpc head = rpc.build();
    int size = head.getSerializedSize() + messagesSize;
    byte[] frame = new byte[CodedOutputStream.computeUInt32SizeNoTag(size) + size];
    CodedOutputStream out = CodedOutputStream.newInstance(frame);
    try {
      out.writeUInt32NoTag(size);
      head.writeTo(out);
      for (Message message : messages) {
        out.writeByteArray(RpcProto.Rpc.PUBLISH_FIELD_NUMBER, message.bytes());
      }
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new IllegalStateException("the size was computed", e);
    }
    return frame;
  }

  private boolean takes(String topic) {
    return takes(CodedOutputStream.computeStringSize(1, topic) + 2 * ENTRY);
  }

  private boolean takes(int size) {
    if (controlSize + size > limits.getMaxControlSize() && controlSize > ENTRY) {
      return false;
    }
    controlSize += size;
    return true;
  }

  private static int idSize(MessageId id) {
    return CodedOutputStream.computeByteArraySize(1, id.bytes());
  }
}
