package io.peerbus.kademlia;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.peerbus.kademlia.pb.DhtProto;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Wire notes, section 15, byte by byte. */
class MessageTest {

  private final KademliaLimits limits = new KademliaLimits();

  private Message reread(Message message) throws FormatException {
    return Message.read(body(MessageWriter.write(message, 1 << 20)), limits);
  }

  static byte[] body(byte[] frame) throws FormatException {
    byte[] body = new MessageFramer(1 << 24).next(ByteBuffer.wrap(frame));
    assertTrue(body != null, "the length is that of the body");
    return body;
  }

  private static ByteString bytes(byte[] bytes) {
    return ByteString.copyFrom(bytes);
  }

  private static DhtProto.Message.Peer.Builder peer(PeerId id, String... addresses) throws FormatException {
    DhtProto.Message.Peer.Builder peer = DhtProto.Message.Peer.newBuilder().setId(bytes(id.toBytes()));
    for (String address : addresses) {
      peer.addAddrs(bytes(Multiaddr.parse(address).toBytes()));
    }
    return peer;
  }

  @Test
  void requestsHaveTheBytesOfTheSpec() {
    assertEquals("0708041203616263", written(Message.findNode(TestPeers.utf8("abc"))));
    assertEquals("0708011203616263", written(Message.getValue(TestPeers.utf8("abc"))));
    assertEquals("020805", written(Message.ping()));
    // PUT_VALUE is 0, which proto3 leaves out.
    Message put = Message.putValue(new ValueRecord(TestPeers.utf8("k"), TestPeers.utf8("v")));
    assertEquals("0b12016b1a060a016b120176", written(put));
  }

  private static String written(Message message) {
    return HexFormat.of().formatHex(MessageWriter.write(message, 100));
  }

  @Test
  void everythingInAMessageIsReadAgain() throws FormatException {
    ValueRecord record = new ValueRecord(TestPeers.utf8("k"), TestPeers.utf8("v"), "2026-01-01T00:00:00Z");
    Message answer = Message.getValue(TestPeers.utf8("k")).answer(record,
        List.of(TestPeers.contact(1), TestPeers.contact(2)), List.of(TestPeers.contact(3)));
    Message read = reread(answer);
    assertEquals(Message.Type.GET_VALUE, read.type());
    assertArrayEquals(TestPeers.utf8("k"), read.key());
    assertEquals(record, read.record());
    assertEquals(List.of(TestPeers.contact(1), TestPeers.contact(2)), read.closer());
    assertEquals(List.of(TestPeers.contact(3)), read.providers());
    assertFalse(read.wantsEcho());
  }

  @Test
  void noRecordAndAnEmptyOneAreTheSame() throws FormatException {
    assertNull(reread(Message.getValue(new byte[] {1})).record());
    assertNull(Message.read(HexFormat.of().parseHex("08011a00"), limits).record());
  }

  @Test
  void unknownFieldsOfOthersAreSkipped() throws FormatException {
    DhtProto.Message message = DhtProto.Message.newBuilder().setTypeValue(4).setKey(bytes(new byte[] {7}))
        .addCloserPeers(peer(TestPeers.peer(1), "/ip4/1.2.3.4/tcp/1").setUnknownFields(UnknownFieldSet.newBuilder()
            .addField(4, UnknownFieldSet.Field.newBuilder().addLengthDelimited(bytes(new byte[9])).build()).build()))
        .setUnknownFields(UnknownFieldSet.newBuilder()
            .addField(10, UnknownFieldSet.Field.newBuilder().addVarint(-1).build())
            .addField(777, UnknownFieldSet.Field.newBuilder().addVarint(3).build()).build()).build();
    Message read = Message.read(message.toByteArray(), limits);
    assertEquals(1, read.closer().size());
    assertArrayEquals(new byte[] {7}, read.key());
  }

  @Test
  void aSenderRecordAsksForAnEcho() throws FormatException {
    DhtProto.Message message =
        DhtProto.Message.newBuilder().setTypeValue(2).setSenderRecord(bytes(new byte[3])).build();
    assertTrue(Message.read(message.toByteArray(), limits).wantsEcho());
  }

  @Test
  void addressesThatAreNoneOrAnothersAreDroppedOneByOne() throws FormatException {
    PeerId one = TestPeers.peer(1);
    DhtProto.Message message = DhtProto.Message.newBuilder().addCloserPeers(peer(one, "/ip4/1.2.3.4/tcp/1/p2p/" + one,
            "/ip4/1.2.3.4/tcp/2/p2p/" + TestPeers.peer(2), "/ip4/1.2.3.4/tcp/3").addAddrs(bytes(new byte[] {1, 2})))
        .addCloserPeers(DhtProto.Message.Peer.newBuilder().setId(bytes(new byte[] {9, 9})))
        .addCloserPeers(DhtProto.Message.Peer.newBuilder().setId(bytes(new byte[1000])))
        .addCloserPeers(peer(TestPeers.peer(3))).build();
    assertEquals(List.of(
        new Contact(one, List.of(Multiaddr.parse("/ip4/1.2.3.4/tcp/1"), Multiaddr.parse("/ip4/1.2.3.4/tcp/3"))),
        new Contact(TestPeers.peer(3), List.of())), Message.read(message.toByteArray(), limits).closer());
  }

  /** SEC-41: an answer as a bomb. */
  @Test
  void ofAHundredThousandContactsTheFirstTwentyAreReadAndSixteenAddressesOfEach() throws FormatException {
    DhtProto.Message.Builder message = DhtProto.Message.newBuilder().setTypeValue(4);
    DhtProto.Message.Peer.Builder first = peer(TestPeers.peer(0));
    for (int i = 0; i < 100_000; i++) {
      message.addCloserPeers(i == 0 ? first : peer(TestPeers.peer(i)));
      first.addAddrs(bytes(TestPeers.address(i).toBytes()));
    }
    List<Contact> closer = Message.read(message.setCloserPeers(0, first).build().toByteArray(), limits).closer();
    assertEquals(20, closer.size());
    assertEquals(TestPeers.peer(19), closer.get(19).peer());
    assertEquals(16, closer.get(0).addresses().size());
  }

  @Test
  void keysAndValuesAboveTheLimitsAreRefused() throws FormatException {
    byte[] longest = new byte[limits.getMaxKeyLength()];
    assertEquals(longest.length, reread(Message.getValue(longest)).key().length);
    assertRefused("kademlia: key of 1025 bytes: the most is 1024", Message.getValue(new byte[1025]));
    assertRefused("kademlia: key of a record of 1025 bytes: the most is 1024",
        Message.getValue(longest).answer(new ValueRecord(new byte[1025], new byte[1]), List.of(), List.of()));
    assertRefused("kademlia: value of 65537 bytes: the most is 65536",
        Message.putValue(new ValueRecord(longest, new byte[65_537])));
    assertEquals(65_536, reread(Message.putValue(new ValueRecord(longest, new byte[65_536]))).record().value().length);
  }

  private void assertRefused(String message, Message refused) {
    assertEquals(message, assertThrows(FormatException.class, () -> reread(refused)).getMessage());
  }

  @Test
  void unknownTypesAreRefused() {
    for (String type : List.of("0806", "08ffffffffffffffffff01", "088080808010")) {
      assertThrows(FormatException.class, () -> Message.read(HexFormat.of().parseHex(type), limits), type);
    }
  }

  @Test
  void aTimeThatIsNoneIsLeftOut() throws FormatException {
    DhtProto.Message message = DhtProto.Message.newBuilder().setTypeValue(1).setRecord(DhtProto.Record.newBuilder()
        .setKey(bytes(new byte[1])).setValue(bytes(new byte[1])).setTimeReceived("x".repeat(41))).build();
    assertEquals("", Message.read(message.toByteArray(), limits).record().timeReceived());
  }

  /** rust-libp2p takes 16 KiB and no more. */
  @Test
  void anAnswerThatIsTooLongLosesAddressesAndThenItsFarthestPeers() throws FormatException {
    List<Contact> many = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      List<Multiaddr> addresses = new ArrayList<>();
      for (int port = 1; port <= 30; port++) {
        addresses.add(Multiaddr.parse("/dns4/" + "a".repeat(200) + i + "/tcp/" + port));
      }
      many.add(new Contact(TestPeers.peer(i), addresses));
    }
    Message answer = Message.findNode(new byte[34]).answer(null, many, List.of());
    byte[] written = MessageWriter.write(answer, 16_384);
    assertTrue(written.length <= 16_384 && written.length > 12_000, written.length + " bytes");
    List<Contact> read = Message.read(body(written), limits).closer();
    assertEquals(20, read.size());
    assertEquals(3, read.get(0).addresses().size());
    byte[] short1 = MessageWriter.write(answer, 2048);
    List<Contact> fewer = Message.read(body(short1), limits).closer();
    assertTrue(short1.length <= 2048 && fewer.size() > 5, fewer.size() + " peers");
    assertEquals(many.subList(0, fewer.size()).stream().map(Contact::peer).toList(),
        fewer.stream().map(Contact::peer).toList());
  }

  @Test
  void noMoreThanSixAddressesAreTold() throws FormatException {
    List<Multiaddr> addresses = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      addresses.add(TestPeers.address(i));
    }
    Message answer = Message.findNode(new byte[34]).answer(null,
        List.of(new Contact(TestPeers.peer(1), addresses)), List.of());
    assertEquals(addresses.subList(0, 6), reread(answer).closer().get(0).addresses());
  }

  @Test
  void lengthsBeyondTheMessageAreRefused() {
    for (String length : List.of("7f", "ffffffff0f", "ffffffff07", "8080808008", "ffffffffffffffffff01")) {
      for (String before : List.of("12", "1a", "42", "4a", "5a", "427f0a", "427f12", "1a7f0a", "1a7f12")) {
        byte[] message = HexFormat.of().parseHex(before + length + "00");
        assertThrows(FormatException.class, () -> Message.read(message, limits), before + length);
      }
    }
  }

  @Test
  void groupsNestedWithoutEndAreRefused() {
    byte[] groups = new byte[200_000];
    Arrays.fill(groups, (byte) (9 << 3 | 3));
    assertThrows(FormatException.class, () -> Message.read(groups, limits));
  }
}
