package io.peerbus.kademlia;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.peerbus.fuzz.Allocation;
import io.peerbus.kademlia.pb.DhtProto;
import io.peerbus.multiformats.FormatException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The reader of messages against whatever a peer may send. */
class MessagePropertiesTest {

  private final KademliaLimits limits = new KademliaLimits();

  @Provide
  Arbitrary<DhtProto.Message> messages() {
    return Arbitraries.longs().map(seed -> message(new Random(seed))).dontShrink();
  }

  private static DhtProto.Message message(Random random) {
    DhtProto.Message.Builder message = DhtProto.Message.newBuilder().setTypeValue(random.nextInt(6))
        .setKey(bytes(random, 40));
    if (random.nextBoolean()) {
      message.setRecord(DhtProto.Record.newBuilder().setKey(bytes(random, 40)).setValue(bytes(random, 200))
          .setTimeReceived(random.nextBoolean() ? "" : "2026-01-01T00:00:00Z"));
    }
    for (int i = random.nextInt(25); i > 0; i--) {
      message.addCloserPeers(peer(random));
    }
    for (int i = random.nextInt(5); i > 0; i--) {
      message.addProviderPeers(peer(random));
    }
    return message.build();
  }

  private static ByteString bytes(Random random, int most) {
    byte[] bytes = new byte[random.nextInt(most)];
    random.nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }

  private static DhtProto.Message.Peer peer(Random random) {
    int number = random.nextInt(1000);
    DhtProto.Message.Peer.Builder peer = DhtProto.Message.Peer.newBuilder()
        .setId(ByteString.copyFrom(TestPeers.peer(number).toBytes())).setConnection(random.nextInt(4));
    for (int i = random.nextInt(4); i > 0; i--) {
      peer.addAddrs(ByteString.copyFrom(TestPeers.address(number + i).toBytes()));
    }
    return peer.build();
  }

  @Property(tries = 300)
  void whatTheGeneratedClassesWriteIsReadTheSame(@ForAll("messages") DhtProto.Message sent) throws FormatException {
    Message read = Message.read(sent.toByteArray(), limits);
    assertEquals(sent.getTypeValue(), read.type().ordinal());
    assertArrayEquals(sent.getKey().toByteArray(), read.key());
    if (read.record() != null) {
      assertArrayEquals(sent.getRecord().getKey().toByteArray(), read.record().key());
      assertArrayEquals(sent.getRecord().getValue().toByteArray(), read.record().value());
      assertEquals(sent.getRecord().getTimeReceived(), read.record().timeReceived());
    }
    assertSame(sent.getCloserPeersList(), read.closer(), 20);
    assertSame(sent.getProviderPeersList(), read.providers(), 64);
  }

  private static void assertSame(List<DhtProto.Message.Peer> sent, List<Contact> read, int most) {
    assertEquals(Math.min(sent.size(), most), read.size());
    for (int i = 0; i < read.size(); i++) {
      assertArrayEquals(sent.get(i).getId().toByteArray(), read.get(i).peer().toBytes());
      assertEquals(sent.get(i).getAddrsCount(), read.get(i).addresses().size());
    }
  }

  @Property(tries = 300)
  void whatWeWriteTheGeneratedClassesReadTheSame(@ForAll("messages") DhtProto.Message any) throws Exception {
    Message message = Message.read(any.toByteArray(), limits);
    DhtProto.Message read = DhtProto.Message.parseFrom(MessageTest.body(MessageWriter.write(message, 1 << 20)));
    DhtProto.Message.Builder expected = any.toBuilder().clearCloserPeers();
    any.getCloserPeersList().stream().limit(20).forEach(expected::addCloserPeers);
    for (int i = 0; i < expected.getCloserPeersCount(); i++) {
      expected.getCloserPeersBuilder(i).clearConnection();
    }
    for (int i = 0; i < expected.getProviderPeersCount(); i++) {
      expected.getProviderPeersBuilder(i).clearConnection();
    }
    if (message.record() == null) {
      expected.clearRecord();
    }
    assertEquals(expected.build(), read);
  }

  @Property(tries = 1000)
  void anyBytesAreReadOrRefusedWithoutWaste(@ForAll @Size(max = 400) byte[] bytes) {
    Allocation.assertBounded(bytes.length, () -> Message.read(bytes, limits));
    readOrRefuse(bytes);
  }

  @Property(tries = 1000)
  void aChangedByteOrACutIsReadOrRefusedWithoutWaste(@ForAll("messages") DhtProto.Message message,
      @ForAll @IntRange(max = 10_000) int place, @ForAll byte value, @ForAll boolean cut) {
    byte[] bytes = message.toByteArray();
    if (bytes.length > 0) {
      bytes[place % bytes.length] = value;
    }
    byte[] changed = cut ? Arrays.copyOf(bytes, place % (bytes.length + 1)) : bytes;
    Allocation.assertBounded(changed.length, () -> Message.read(changed, limits));
    readOrRefuse(changed);
  }

  /** A megabyte of the smallest things there are. */
  @Example
  void manySmallThingsAreReadWithoutWaste() {
    for (String thing : List.of("4200", "4a00", "1a00", "1200", "42021200", "1a020a00", "5a00", "0800")) {
      byte[] one = java.util.HexFormat.of().parseHex(thing);
      byte[] many = new byte[1_000_000 / one.length * one.length];
      for (int i = 0; i < many.length; i++) {
        many[i] = one[i % one.length];
      }
      Allocation.assertBounded(many.length, () -> Message.read(many, limits));
      Allocation.assertBounded(many.length, () -> Message.read(many, limits).closer());
      Allocation.assertBounded(many.length, () -> Message.read(many, limits).providers());
    }
  }

  /** Nothing but the declared exception leaves the reader, and what it lets pass keeps the limits. */
  private void readOrRefuse(byte[] bytes) {
    try {
      Message read = Message.read(bytes, limits);
      assertTrue(read.closer().size() <= 20 && read.providers().size() <= 64);
      read.closer().forEach(contact -> assertTrue(contact.addresses().size() <= 16));
    } catch (FormatException expected) {
      assertTrue(expected.getMessage().startsWith("kademlia: ") || expected.getMessage().startsWith("protobuf: "),
          expected.getMessage());
    }
  }
}
