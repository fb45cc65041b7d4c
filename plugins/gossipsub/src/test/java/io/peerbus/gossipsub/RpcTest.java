package io.peerbus.gossipsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.peerbus.fuzz.Allocation;
import io.peerbus.gossipsub.pb.RpcProto;
import io.peerbus.multiformats.FormatException;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RpcTest {

  private static final int MIB = 1 << 20;

  private final GossipsubLimits limits = new GossipsubLimits();

  private List<String> entries(byte[] rpc) throws FormatException {
    Recorder recorder = new Recorder();
    Rpc.read(rpc, limits).forEach(recorder);
    return recorder.entries;
  }

  private int count(byte[] rpc) throws FormatException {
    return entries(rpc).size();
  }

  @Test
  void everyEntryOfAnRpcIsShownInOrder() throws FormatException {
    MessageId id = TestPeers.id(TestPeers.peer(1), 1);
    RpcProto.Message message = TestPeers.message(TestPeers.peer(1), 1, "t", "x");
    RpcProto.Rpc rpc = RpcProto.Rpc.newBuilder()
        .mergeFrom(TestPeers.subscribe(true, "a", "b")).mergeFrom(TestPeers.subscribe(false, "c"))
        .mergeFrom(TestPeers.publish(message)).mergeFrom(TestPeers.ihave("d", id)).mergeFrom(TestPeers.iwant(id, id))
        .mergeFrom(TestPeers.graft("e")).mergeFrom(TestPeers.prune("f", 60)).mergeFrom(TestPeers.prune("g", -1))
        .build();
    assertEquals(List.of("subscribe a", "subscribe b", "unsubscribe c",
        "message " + HexFormat.of().formatHex(message.toByteArray()),
        "ihave d [" + id + "]", "iwant [" + id + ", " + id + "]", "graft e", "prune f 60",
        "prune g 18446744073709551615"), entries(rpc.toByteArray()));
    assertEquals(0, Rpc.read(rpc.toByteArray(), limits).surplus());
  }

  @Test
  void unknownFieldsArePassedOverAtEveryLevel() throws FormatException {
    UnknownFieldSet unknown = UnknownFieldSet.newBuilder()
        .addField(10, UnknownFieldSet.Field.newBuilder().addVarint(1).addFixed32(2).addFixed64(3)
            .addLengthDelimited(ByteString.copyFromUtf8("4"))
            .addGroup(UnknownFieldSet.newBuilder()
                .addField(1, UnknownFieldSet.Field.newBuilder().addVarint(5).build()).build()).build())
        .addField(6_492_434, UnknownFieldSet.Field.newBuilder().addLengthDelimited(ByteString.EMPTY).build()).build();
    RpcProto.Rpc rpc = RpcProto.Rpc.newBuilder().setUnknownFields(unknown)
        .addSubscriptions(RpcProto.Rpc.SubOpts.newBuilder().setSubscribe(true).setTopicId("a")
            .setUnknownFields(unknown))
        .setControl(RpcProto.Control.newBuilder().setUnknownFields(unknown)
            .addGraft(RpcProto.Graft.newBuilder().setTopicId("b").setUnknownFields(unknown))
            .addPrune(RpcProto.Prune.newBuilder().setTopicId("c").setUnknownFields(unknown)
                .addPeers(RpcProto.PeerInfo.newBuilder().setPeerId(ByteString.copyFromUtf8("p")))))
        .build();
    assertEquals(List.of("subscribe a", "graft b", "prune c 0"), entries(rpc.toByteArray()));
  }

  @Test
  void fieldsOfAnotherWireTypeCountAsUnknown() throws FormatException {
    // subscriptions, publish and control as varints; then a real subscription
    assertEquals(List.of("subscribe t"), entries(HexFormat.of().parseHex("080110021803" + "0a0508011201" + "74")));
  }

  @Test
  void aTruncatedRpcIsRefusedAndNothingOfItIsShown() throws FormatException {
    byte[] whole = RandomRpcs.rpc(new Random(3)).toByteArray();
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      try {
        entries(cut); // it may end between two fields
      } catch (FormatException e) {
        assertTrue(e.getMessage().startsWith("rpc: at byte "), e.getMessage());
      }
    }
  }

  /** SEC-32: entries of two bytes, each of which would become an object. */
  @Test
  void anRpcOfTinyEntriesCostsNoMoreThanTwiceItsSize() throws Exception {
    for (byte[] rpc : List.of(
        repeat("1200"), repeat("12022200"), repeat("1203220174"), repeat("0a00"), repeat("0a0508011201" + "74"),
        inControl("12020a00"), inControl("12030a0161"), inControl("0a00"), inControl("1a030a0174"),
        inControl("22030a0174"), inControl("220512030a0161"), oneEntry("12", "0a00"), oneEntry("12", "0a0161"),
        oneEntry("0a", "1200"), oneEntry("0a", "120161"), oneEntry("22", "1200"), oneEntry("22", "12030a0161"))) {
      Allocation.assertBounded(rpc.length, () -> {
        Rpc read = Rpc.read(rpc, limits);
        read.forEach(new Recorder() {
          @Override
          public void onSubscription(boolean subscribe, String topic) {}

          @Override
          public void onMessage(Message message) {}

          @Override
          public void onIHave(String topic, List<MessageId> ids) {}

          @Override
          public void onIWant(List<MessageId> ids) {}

          @Override
          public void onGraft(String topic) {}

          @Override
          public void onPrune(String topic, long backoffSeconds) {}
        });
      });
    }
  }

  /** An RPC of 1 MiB that is nothing but this entry, again and again. */
  private static byte[] repeat(String hex) {
    return repeat(HexFormat.of().parseHex(hex), MIB);
  }

  private static byte[] repeat(byte[] entry, int size) {
    byte[] all = new byte[size / entry.length * entry.length];
    for (int at = 0; at < all.length; at += entry.length) {
      System.arraycopy(entry, 0, all, at, entry.length);
    }
    return all;
  }

  private static byte[] inControl(String hex) {
    return field(0x1a, repeat(HexFormat.of().parseHex(hex), MIB - 5));
  }

  private static byte[] oneEntry(String tag, String hex) {
    byte[] entry = field(Integer.parseInt(tag, 16), repeat(HexFormat.of().parseHex(hex), MIB - 10));
    return field(0x1a, entry);
  }

  private static byte[] field(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    int length = content.length;
    for (; length > 0x7f; length >>>= 7) {
      out.write(length & 0x7f | 0x80);
    }
    out.write(length);
    out.writeBytes(content);
    return out.toByteArray();
  }

  /** SEC-31: the frame that put 349,525 subscriptions into js. */
  @Test
  void surplusEntriesAreLeftOutAndCounted() throws FormatException {
    byte[] subscriptions = repeat("0a0508011201" + "74");
    int all = subscriptions.length / 7;
    assertEquals(1000, count(subscriptions));
    assertEquals(all - 1000, Rpc.read(subscriptions, limits).surplus());
    assertEquals(5000, count(repeat("1203220174")));
    assertEquals(1000, count(inControl("1a030a0174")));
    assertEquals(1000, count(inControl("12030a0161")));
    assertEquals(List.of(5000), sizes(oneEntry("12", "0a0161")));
  }

  private List<Integer> sizes(byte[] rpc) throws FormatException {
    List<Integer> sizes = new ArrayList<>();
    Rpc.read(rpc, limits).forEach(new Recorder() {
      @Override
      public void onIWant(List<MessageId> ids) {
        sizes.add(ids.size());
      }
    });
    return sizes;
  }

  @Test
  void topicsAndIdsThatAreTooLongAreLeftOut() throws FormatException {
    String longest = "t".repeat(limits.getMaxTopicLength());
    byte[] rpc = TestPeers.subscribe(true, longest, longest + "t").toByteArray();
    assertEquals(List.of("subscribe " + longest), entries(rpc));
    MessageId id = MessageId.of(new byte[limits.getMaxIdLength()]);
    MessageId longId = MessageId.of(new byte[limits.getMaxIdLength() + 1]);
    assertEquals(List.of("ihave t [" + id + "]"), entries(TestPeers.ihave("t", longId, id, longId).toByteArray()));
    assertEquals(List.of(), entries(TestPeers.ihave(longest + "t", id).toByteArray()));
  }

  @Test
  void topicsThatAreNoUtf8AreLeftOut() throws FormatException {
    assertEquals(List.of(), entries(HexFormat.of().parseHex("0a0508011201ff")));
    assertEquals(List.of(), entries(HexFormat.of().parseHex("1a051a030a01ff")));
    assertEquals(List.of(), entries(HexFormat.of().parseHex("12032201ff")));
  }

  /** SEC-12: groups within groups once overflowed protobuf's stack. */
  @Test
  void groupsNestedWithoutEndAreRefused() {
    byte[] groups = new byte[200_000];
    Arrays.fill(groups, 0, 100_000, (byte) (9 << 3 | 3));
    Arrays.fill(groups, 100_000, 200_000, (byte) (9 << 3 | 4));
    assertThrows(FormatException.class, () -> Rpc.read(groups, limits));
    assertThrows(FormatException.class, () -> Rpc.read(field(0x12, groups), limits));
    assertThrows(FormatException.class, () -> Rpc.read(new byte[] {9 << 3 | 4}, limits));
  }

  /** SEC-12: a field that is there again and again is merged each time by generated classes. */
  @Test
  void halfAMillionInterleavedFieldsAreReadInNoTime() throws FormatException {
    byte[] interleaved = repeat("1a000a00");
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadCpuTime();
    for (int i = 0; i < 10; i++) {
      assertEquals(0, count(interleaved));
    }
    long millis = (threads.getCurrentThreadCpuTime() - before) / 1_000_000;
    assertTrue(millis < 20_000, millis + " ms for 10 MiB, cold; merged one by one it would be hours");
  }

  /** SEC-11: lengths that overflow, at every place where there is one. */
  @Test
  void lengthsBeyondTheFrameAreRefused() {
    for (String length : List.of("7f", "ffffffff0f", "ffffffff07", "8080808008", "ffffffffffffffffff01",
        "ffffffffffffffffffff01")) {
      for (String before : List.of("0a", "12", "1a", "52", "0a7f12", "127f22", "122a", "1a7f0a7f0a", "1a7f127f0a")) {
        byte[] rpc = HexFormat.of().parseHex(before + length + "00");
        assertThrows(FormatException.class, () -> Rpc.read(rpc, limits), before + length);
      }
    }
  }
}
