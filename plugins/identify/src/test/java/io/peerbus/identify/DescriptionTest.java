package io.peerbus.identify;

import static io.peerbus.identify.Peers.address;
import static io.peerbus.identify.Peers.description;
import static io.peerbus.identify.Peers.id;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.crypto.PeerRecord;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DescriptionTest {

  private static final byte[] OBSERVED = address("/ip4/203.0.113.9/tcp/40000").toBytes();

  private static Identification read(Description.Message message) throws FormatException {
    IdentifyReader reader = new IdentifyReader();
    reader.onBytes(ByteBuffer.wrap(message.bytes()));
    return Identification.of(reader.end(), id(1), address("/ip4/127.0.0.1/tcp/9"),
        Identification.NO_RECORD);
  }

  private static List<Multiaddr> addresses(int count) {
    List<Multiaddr> addresses = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      addresses.add(address("/ip4/10.0." + i / 250 + "." + i % 250 + "/tcp/4001"));
    }
    return addresses;
  }

  @Test
  void everythingWeSayIsReadBack() throws FormatException {
    List<Multiaddr> addresses = addresses(3);
    byte[] record = new PeerRecord(id(1), 7, addresses.subList(0, 2)).seal(Peers.key(1)).toBytes();
    Description.Message message =
        description(1, addresses, List.of("/ipfs/id/1.0.0", "/ipfs/ping/1.0.0"), record).toMessage(OBSERVED);
    assertFalse(message.withoutRecord());
    Identification read = read(message);
    assertEquals(id(1), read.peer());
    assertEquals(addresses.subList(0, 2), read.addresses(), "those of the record are preferred");
    assertEquals(7, read.recordSeq());
    assertEquals(List.of("/ipfs/id/1.0.0", "/ipfs/ping/1.0.0"), read.protocols());
    assertEquals("peerbus/test", read.agentVersion());
    assertEquals("ipfs/0.1.0", read.protocolVersion());
    assertEquals(address("/ip4/203.0.113.9/tcp/40000"), read.observedAddress());
    assertNull(read.remark());
  }

  @Test
  void theSignedRecordIsTheFirstThatIsLeftOut() throws FormatException {
    List<Multiaddr> addresses = addresses(330);
    byte[] record = new PeerRecord(id(1), 7, addresses.subList(0, 60)).seal(Peers.key(1)).toBytes();
    Description.Message message = description(1, addresses, List.of("/ipfs/id/1.0.0"), record).toMessage(OBSERVED);
    assertTrue(message.withoutRecord());
    assertEquals(0, message.addressesLeftOut());
    assertTrue(message.bytes().length <= Description.MAX_SIZE);
    Identification read = read(message);
    assertEquals(addresses.subList(0, Identification.MAX_ADDRESSES), read.addresses());
  }

  @Test
  void surplusAddressesAreLeftOutBeforeAnyProtocol() throws FormatException {
    List<String> protocols = new ArrayList<>();
    for (int i = 0; i < 90; i++) {
      protocols.add("/a/protocol/with/a/rather/long/name/" + (1000 + i));
    }
    Description.Message message = description(1, addresses(64), protocols, new byte[10]).toMessage(OBSERVED);
    assertTrue(message.withoutRecord());
    assertTrue(message.addressesLeftOut() > 0);
    assertEquals(0, message.protocolsLeftOut());
    assertTrue(message.bytes().length <= Description.MAX_SIZE);
    assertEquals(protocols, read(message).protocols());
  }

  @Test
  void protocolsThatCannotFitAreCounted() throws FormatException {
    List<String> protocols = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      protocols.add("/a/protocol/" + (1000 + i));
    }
    Description.Message message = description(1, addresses(5), protocols, null).toMessage(OBSERVED);
    assertFalse(message.withoutRecord(), "there was none");
    assertEquals(5, message.addressesLeftOut());
    assertTrue(message.protocolsLeftOut() > 0);
    assertTrue(message.bytes().length <= Description.MAX_SIZE);
    assertTrue(message.bytes().length > Description.MAX_SIZE - 40);
    assertEquals(protocols.subList(0, 400 - message.protocolsLeftOut()), read(message).protocols());
    assertNotNull(read(message).observedAddress());
  }
}
