package io.peerbus.gossipsub;

import com.google.protobuf.ByteString;
import io.peerbus.gossipsub.pb.RpcProto;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** RPCs of every shape, and what a reader should find in them. */
final class RandomRpcs {

  private RandomRpcs() {}

  static RpcProto.Rpc rpc(Random random) {
    RpcProto.Rpc.Builder rpc = RpcProto.Rpc.newBuilder();
    times(random, () -> rpc.addSubscriptions(RpcProto.Rpc.SubOpts.newBuilder()
        .setSubscribe(random.nextBoolean()).setTopicId(topic(random))));
    times(random, () -> rpc.addPublish(message(random)));
    if (random.nextBoolean()) {
      RpcProto.Control.Builder control = rpc.getControlBuilder();
      times(random, () -> control.addIhave(RpcProto.IHave.newBuilder().setTopicId(topic(random))
          .addAllMessageIds(ids(random))));
      times(random, () -> control.addIwant(RpcProto.IWant.newBuilder().addAllMessageIds(ids(random))));
      times(random, () -> control.addGraft(RpcProto.Graft.newBuilder().setTopicId(topic(random))));
      times(random, () -> control.addPrune(RpcProto.Prune.newBuilder().setTopicId(topic(random))
          .setBackoff(random.nextLong())));
    }
    return rpc.build();
  }

  private static RpcProto.Message message(Random random) {
    RpcProto.Message.Builder message = RpcProto.Message.newBuilder().addTopic(topic(random));
    if (random.nextBoolean()) {
      message.setFrom(bytes(random)).setSeqno(bytes(random)).setSignature(bytes(random));
    }
    if (random.nextBoolean()) {
      message.setData(bytes(random));
    }
    if (random.nextInt(4) == 0) {
      message.addTopic(topic(random)).setKey(bytes(random));
    }
    return message.build();
  }

  private static List<ByteString> ids(Random random) {
    List<ByteString> ids = new ArrayList<>(List.of(bytes(random)));
    times(random, () -> ids.add(bytes(random)));
    return ids;
  }

  private static <T> void times(Random random, Supplier<T> add) {
    for (int i = random.nextInt(4); i > 0; i--) {
      add.get();
    }
  }

  private static String topic(Random random) {
    return List.of("t", "topic", "/a/b/c", "Überschrift", "話題").get(random.nextInt(5)) + random.nextInt(100);
  }

  private static ByteString bytes(Random random) {
    byte[] bytes = new byte[1 + random.nextInt(60)];
    random.nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }

  /** As {@link Recorder} writes them down. */
  static List<String> entries(RpcProto.Rpc rpc) {
    List<String> entries = new ArrayList<>();
    rpc.getSubscriptionsList().forEach(
        each -> entries.add((each.getSubscribe() ? "subscribe " : "unsubscribe ") + each.getTopicId()));
    rpc.getPublishList().forEach(each -> entries.add("message " + HexFormat.of().formatHex(each.toByteArray())));
    rpc.getControl().getIhaveList().forEach(
        each -> entries.add("ihave " + each.getTopicId() + " " + hex(each.getMessageIdsList())));
    rpc.getControl().getIwantList().forEach(each -> entries.add("iwant " + hex(each.getMessageIdsList())));
    rpc.getControl().getGraftList().forEach(each -> entries.add("graft " + each.getTopicId()));
    rpc.getControl().getPruneList().forEach(
        each -> entries.add("prune " + each.getTopicId() + " " + Long.toUnsignedString(each.getBackoff())));
    return entries;
  }

  private static List<String> hex(List<ByteString> ids) {
    return ids.stream().map(id -> HexFormat.of().formatHex(id.toByteArray())).toList();
  }
}
