package io.peerbus.identify;

import static io.peerbus.identify.Peers.address;
import static io.peerbus.identify.Peers.id;
import static io.peerbus.identify.Peers.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import io.peerbus.crypto.PeerRecord;
import io.peerbus.crypto.SignedEnvelope;
import io.peerbus.identify.pb.IdentifyProto;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class IdentificationTest {

  private static final Multiaddr LISTEN = address("/ip4/192.0.2.1/tcp/1");
  private static final Multiaddr NEAR = address("/ip4/127.0.0.1/tcp/9");
  private static final Multiaddr RECORDED = address("/ip4/192.0.2.2/tcp/2");

  private static IdentifyProto.Identify.Builder message() {
    return IdentifyProto.Identify.newBuilder().addListenAddrs(ByteString.copyFrom(LISTEN.toBytes()));
  }

  private static Identification read(IdentifyProto.Identify.Builder message, long newestSeq) throws FormatException {
    return Identification.of(IdentifyMessage.of(message.build().toByteArray()), id(1), NEAR, newestSeq);
  }

  private static List<String> toldBy(String peer, ByteString recordOrNull, String... addresses) throws FormatException {
    IdentifyProto.Identify.Builder message = IdentifyProto.Identify.newBuilder();
    for (String text : addresses) {
      message.addListenAddrs(ByteString.copyFrom(address(text).toBytes()));
    }
    if (recordOrNull != null) {
      message.setSignedPeerRecord(recordOrNull);
    }
    return Identification.of(IdentifyMessage.of(message.build().toByteArray()), id(1), address(peer), -1).addresses()
        .stream().map(Multiaddr::toString).toList();
  }

  private static Identification read(IdentifyProto.Identify.Builder message) throws FormatException {
    return read(message, Identification.NO_RECORD);
  }

  private static ByteString record(int signer, long seq, Multiaddr... addresses) {
    return ByteString.copyFrom(new PeerRecord(id(signer), seq, List.of(addresses)).seal(key(signer)).toBytes());
  }

  @Test
  void aMessageWithAnothersKeyIsNotBelieved() {
    IdentifyProto.Identify.Builder message =
        message().setPublicKey(ByteString.copyFrom(key(2).publicKey().toBytes()));
    assertThrows(FormatException.class, () -> read(message));
  }

  @Test
  void aMessageWithoutAKeyIsBelieved() throws FormatException {
    assertEquals(List.of(LISTEN), read(message()).addresses());
  }

  @Test
  void anotherPeersRecordDoesNotCount() throws FormatException {
    Identification read = read(message().setSignedPeerRecord(record(2, 5, RECORDED)));
    assertEquals(List.of(LISTEN), read.addresses());
    assertNotNull(read.remark());
    assertEquals(Identification.NO_RECORD, read.recordSeq());
  }

  @Test
  void aRecordWithABrokenSignatureDoesNotCount() throws FormatException {
    byte[] record = record(1, 5, RECORDED).toByteArray();
    record[record.length - 1] ^= 1;
    Identification read = read(message().setSignedPeerRecord(ByteString.copyFrom(record)));
    assertEquals(List.of(LISTEN), read.addresses());
    assertNotNull(read.remark());
  }

  @Test
  void rustsOlderRecordTypeIsNoErrorAndDoesNotCount() throws FormatException {
    byte[] type = "/libp2p/routing-state-record".getBytes(StandardCharsets.US_ASCII);
    SignedEnvelope legacy = SignedEnvelope.seal(key(1), "libp2p-routing-state", type, new byte[] {1, 2, 3});
    Identification read = read(message().setSignedPeerRecord(ByteString.copyFrom(legacy.toBytes())));
    assertEquals(List.of(LISTEN), read.addresses());
    assertNotNull(read.remark());
  }

  @Test
  void anOlderRecordThanTheNewestKnownDoesNotCount() throws FormatException {
    assertEquals(List.of(RECORDED), read(message().setSignedPeerRecord(record(1, 5, RECORDED)), 5).addresses());
    Identification older = read(message().setSignedPeerRecord(record(1, 4, RECORDED)), 5);
    assertEquals(List.of(LISTEN), older.addresses());
    assertNotNull(older.remark());
  }

  @Test
  void anEmptyRecordLeavesTheListenAddressesInForce() throws FormatException {
    Identification read = read(message().setSignedPeerRecord(record(1, 5)));
    assertEquals(List.of(LISTEN), read.addresses());
    assertNull(read.remark());
  }

  @Test
  void anAddressOfAnUnknownKindIsLeftOutAlone() throws FormatException {
    byte[] unknown = {(byte) 0xff, (byte) 0xff, 0x03, 1, 2};
    Identification read = read(message().addListenAddrs(ByteString.copyFrom(unknown)).addListenAddrs(ByteString.EMPTY)
        .addListenAddrs(ByteString.copyFrom(RECORDED.toBytes())));
    assertEquals(List.of(LISTEN, RECORDED), read.addresses());
  }

  @Test
  void itsOwnIdAtTheEndOfAnAddressIsTakenOffAndAnothersIsNotAccepted() throws FormatException {
    Identification read = read(IdentifyProto.Identify.newBuilder()
        .addListenAddrs(ByteString.copyFrom(LISTEN.withPeerId(id(1)).toBytes()))
        .addListenAddrs(ByteString.copyFrom(LISTEN.toBytes()))
        .addListenAddrs(ByteString.copyFrom(address("/p2p/" + id(1)).toBytes()))
        .addListenAddrs(ByteString.copyFrom(RECORDED.withPeerId(id(2)).toBytes())));
    assertEquals(List.of(LISTEN), read.addresses());
  }

  @Test
  void aRelayedAddressKeepsItsRelay() throws FormatException {
    Multiaddr relayed = address("/ip4/192.0.2.9/tcp/9/p2p/" + id(3) + "/p2p-circuit");
    Identification read = read(IdentifyProto.Identify.newBuilder()
        .addListenAddrs(ByteString.copyFrom(relayed.toBytes())));
    assertEquals(List.of(relayed), read.addresses());
  }

  /** SEC-28: a stranger's loopback is ours, and its 192.168.1.1 is our neighbour's. */
  @Test
  void aPeerIsBelievedNoAddressesThatLeadSomewhereElseFromHere() throws FormatException {
    String[] all = {"/ip4/127.0.0.1/tcp/1", "/ip6/::1/tcp/1", "/ip6/::ffff:127.0.0.1/tcp/1", "/dns4/localhost/tcp/1",
        "/ip4/10.1.2.3/tcp/1", "/ip4/172.16.0.1/tcp/1", "/ip4/192.168.1.1/tcp/1", "/ip4/169.254.1.1/tcp/1",
        "/ip4/100.64.0.1/tcp/1", "/ip6/fe80::1/tcp/1", "/ip6/fd00::1/tcp/1",
        "/ip4/203.0.113.9/tcp/1", "/ip6/2001:db8::1/tcp/1", "/dns4/peer.example/tcp/1"};
    List<String> everywhere = List.of(all).subList(11, 14);
    List<String> butLoopback = List.of(all).subList(4, 14);
    assertEquals(everywhere, toldBy("/ip4/203.0.113.9/tcp/5", null, all));
    assertEquals(everywhere, toldBy("/ip6/2001:db8::1/tcp/5", null, all));
    assertEquals(butLoopback, toldBy("/ip4/192.168.1.7/tcp/5", null, all));
    assertEquals(butLoopback, toldBy("/ip6/fe80::7/tcp/5", null, all));
    assertEquals(List.of(all), toldBy("/ip4/127.0.0.1/tcp/5", null, all), "the lessons run on one machine");
    assertEquals(List.of(all), toldBy("/ip6/::1/tcp/5", null, all));
  }

  @Test
  void aSignatureMakesAnAddressNoBetter() throws FormatException {
    ByteString record = record(1, 5, address("/ip4/127.0.0.1/tcp/1"), address("/ip4/10.0.0.1/tcp/1"), RECORDED);
    assertEquals(List.of(RECORDED.toString()), toldBy("/ip4/203.0.113.9/tcp/5", record));
  }

  @Test
  void nobodyListensNowhere() throws FormatException {
    assertEquals(List.of(), toldBy("/ip4/127.0.0.1/tcp/5", null, "/ip4/0.0.0.0/tcp/1", "/ip6/::/tcp/1"));
  }

  @Test
  void addressesAreCapped() throws FormatException {
    IdentifyProto.Identify.Builder message = IdentifyProto.Identify.newBuilder();
    for (int i = 0; i < 500; i++) {
      message.addListenAddrs(ByteString.copyFrom(address("/ip4/127.0.0.1/tcp/" + (1 + i)).toBytes()));
    }
    assertEquals(Identification.MAX_ADDRESSES, read(message).addresses().size());
  }

  @Test
  void protocolIdsThatNobodyCouldNegotiateAreLeftOutOneByOne() throws FormatException {
    IdentifyMessage message = IdentifyMessage.of(IdentifyProto.Identify.newBuilder()
        .addProtocols("/z").addProtocols("").addProtocols("/a\n").addProtocols("/x".repeat(200)).addProtocols("/a")
        .addProtocols("/z").build().toByteArray());
    assertEquals(List.of("/a", "/z"), Identification.of(message, id(1), NEAR, -1).protocols());
    byte[] notText = {0x1a, 2, (byte) 0xc0, (byte) 0x80, 0x1a, 2, '/', 'b'};
    assertEquals(List.of("/b"), Identification.of(IdentifyMessage.of(notText), id(1), NEAR, -1).protocols());
  }

  @Test
  void versionsAreCutAndCannotForgeLogLines() throws FormatException {
    Identification read = read(message().setAgentVersion("evil\r\n\u001b[2JERROR\u202e")
        .setProtocolVersion("v".repeat(999)));
    assertEquals("evil???[2JERROR?", read.agentVersion());
    assertEquals(Identification.MAX_VERSION_LENGTH, read.protocolVersion().length());
  }

  @Test
  void anObservedAddressThatIsNoneIsNoError() throws FormatException {
    assertNull(read(message().setObservedAddr(ByteString.copyFromUtf8("somewhere"))).observedAddress());
    assertNull(read(message()).observedAddress());
  }

  @Test
  void aFieldOfTheWrongTypeIsUnknownAndSkipped() throws FormatException {
    byte[] agentAsNumber = {0x30, 7, 0x1a, 2, '/', 'b', (byte) 0xfa, 1, 1, 9};
    Identification read = Identification.of(IdentifyMessage.of(agentAsNumber), id(1), NEAR, -1);
    assertEquals("", read.agentVersion());
    assertEquals(List.of("/b"), read.protocols());
  }
}
