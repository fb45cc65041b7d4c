package io.peerbus.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.peerbus.crypto.pb.Envelopes;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EnvelopeTest {

  private static final HexFormat HEX = HexFormat.of();
  private static final KeyPair KEY = TestKeys.ed25519();
  private static final PeerId SELF = KEY.publicKey().peerId();
  private static final byte[] RECORD = {3, 1};

  @Test
  void theRecordOfTheNotesIsByteExact() throws FormatException {
    SignedEnvelope envelope = record(1, "/ip4/127.0.0.1/tcp/4001").seal(KEY);
    assertEquals("0a260024080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e"
        + "10011a0a0a08047f000001060fa1", HEX.formatHex(envelope.payload()));
    assertEquals("4504e51a36806e8eba9344a743f2e1cbd0170d2632fb413f98101f6e3ff26d3d"
        + "a91f4eedebf36383fa5819438bce1d7398117236e52d2d1dfce98196294ac60e", HEX.formatHex(envelope.signature()));
    assertEquals("0a24080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e"
        + "120203011a36" + HEX.formatHex(envelope.payload()) + "2a40" + HEX.formatHex(envelope.signature()),
        HEX.formatHex(envelope.toBytes()));
    assertEquals(164, envelope.toBytes().length);
    assertEquals(record(1, "/ip4/127.0.0.1/tcp/4001"), PeerRecord.open(SignedEnvelope.of(envelope.toBytes())));
  }

  @Test
  void anEnvelopeIsItsBytes() throws FormatException {
    SignedEnvelope envelope = SignedEnvelope.seal(KEY, "domain", new byte[] {1}, new byte[] {2, 3});
    assertEquals(envelope, SignedEnvelope.of(envelope.toBytes()));
    assertEquals(envelope.hashCode(), SignedEnvelope.of(envelope.toBytes()).hashCode());
    assertNotEquals(envelope, SignedEnvelope.seal(KEY, "other", new byte[] {1}, new byte[] {2, 3}));
    assertFalse(envelope.toString().contains(HEX.formatHex(envelope.signature())));
  }

  @Test
  void theSignatureCoversDomainTypeAndPayloadAndWhereTheyBegin() {
    SignedEnvelope envelope = SignedEnvelope.seal(KEY, "domain", new byte[] {1, 2}, new byte[] {3});
    assertTrue(envelope.verify("domain"));
    assertFalse(envelope.verify("domaim"));
    byte[] signature = envelope.signature();
    PublicKey key = envelope.publicKey();
    assertFalse(new SignedEnvelope(key, new byte[] {1}, new byte[] {2, 3}, signature).verify("domain"));
    assertFalse(new SignedEnvelope(key, new byte[] {1, 2}, new byte[] {4}, signature).verify("domain"));
    assertFalse(new SignedEnvelope(TestKeys.secp256k1().publicKey(), new byte[] {1, 2}, new byte[] {3}, signature)
        .verify("domain"));
    assertFalse(new SignedEnvelope(key, new byte[] {1, 2}, new byte[] {3}, new byte[0]).verify("domain"));
  }

  @Test
  void theLegacyRecordOfRustIsAnUnknownPayloadType() {
    SignedEnvelope legacy = SignedEnvelope.seal(KEY, "libp2p-routing-state",
        "/libp2p/routing-state-record".getBytes(StandardCharsets.US_ASCII), payload(SELF, 1));
    assertEquals("unknown payload type /libp2p/routing-state-record",
        assertThrows(FormatException.class, () -> PeerRecord.open(legacy)).getMessage());
    SignedEnvelope varint = SignedEnvelope.seal(KEY, PeerRecord.DOMAIN, HEX.parseHex("8106"), payload(SELF, 1));
    assertEquals("unknown payload type 8106",
        assertThrows(FormatException.class, () -> PeerRecord.open(varint)).getMessage());
  }

  @Test
  void aRecordUnderAnotherDomainOrWithoutSignatureIsRefused() {
    SignedEnvelope other = SignedEnvelope.seal(KEY, "libp2p-relay-rsvp", RECORD, payload(SELF, 1));
    assertThrows(FormatException.class, () -> PeerRecord.open(other));
    assertThrows(FormatException.class,
        () -> PeerRecord.open(new SignedEnvelope(KEY.publicKey(), RECORD, payload(SELF, 1), new byte[0])));
  }

  /** SEC-03: a record is worth nothing unless the peer in it signed it. */
  @Test
  void aRecordOfAnotherPeerIsRefused() {
    PeerId other = TestKeys.secp256k1().publicKey().peerId();
    SignedEnvelope forged = SignedEnvelope.seal(KEY, PeerRecord.DOMAIN, RECORD, payload(other, 1));
    assertThrows(FormatException.class, () -> PeerRecord.open(forged));
    PeerRecord record = new PeerRecord(other, 1, List.of());
    assertThrows(IllegalArgumentException.class, () -> record.seal(KEY));
  }

  @Test
  void unknownAddressesAreDroppedSingly() throws FormatException {
    byte[] payload = Messages.join(payload(SELF, 7), HEX.parseHex("1a060a0484010000" + "1a050a03060050" + "1a00"
        + "1a020a00" + "1a0710010a03060051" + "1a0a0a030600520a03060053"));
    PeerRecord record = PeerRecord.open(SignedEnvelope.seal(KEY, PeerRecord.DOMAIN, RECORD, payload));
    assertEquals("[/tcp/80, /tcp/81, /tcp/83]", record.addresses().toString());
    assertEquals(7, record.seq());
  }

  @Test
  void addressesAndLengthAreBounded() throws FormatException {
    List<Multiaddr> many = IntStream.rangeClosed(1, 200).mapToObj(i -> Multiaddr.tcp("1.2.3.4", i)).toList();
    SignedEnvelope envelope = new PeerRecord(SELF, 1, many).seal(KEY);
    assertEquals(many.subList(0, PeerRecord.MAX_ADDRESSES),
        PeerRecord.open(SignedEnvelope.of(envelope.toBytes())).addresses());
    SignedEnvelope tooLong = SignedEnvelope.seal(KEY, "d", RECORD, new byte[SignedEnvelope.MAX_LENGTH]);
    assertThrows(FormatException.class, () -> SignedEnvelope.of(tooLong.toBytes()));
  }

  @Test
  void aSequenceNumberHas64Bits() throws FormatException {
    assertEquals(-1, PeerRecord.open(record(-1).seal(KEY)).seq());
    assertEquals(0, PeerRecord.open(record(0).seal(KEY)).seq());
  }

  @Test
  void whatIsNoEnvelopeIsRefused() {
    String key = "0a24" + HEX.formatHex(KEY.publicKey().toBytes());
    for (String bad : new String[] {"", "1200", "0a00", "0a0408041200", key + "12", key + "1aff", "0a25" + key, "ff",
        "1b".repeat(4000), key + "0c"}) {
      assertThrows(FormatException.class, () -> SignedEnvelope.of(HEX.parseHex(bad)), bad);
    }
  }

  @Test
  void whatIsNoRecordIsRefused() {
    for (String bad : new String[] {"", "1001", "0a00", "0a020001", "1a05", "1a7f0a00", "1a030a0500", "1aff", "1b",
        "1affffffff0f", "1a010c"}) {
      SignedEnvelope envelope = SignedEnvelope.seal(KEY, PeerRecord.DOMAIN, RECORD, HEX.parseHex(bad));
      assertThrows(FormatException.class, () -> PeerRecord.open(envelope), bad);
    }
  }

  /** SEC-12: many small fields and deep groups in the largest envelope there can be. */
  @Test
  void unknownFieldsInAnEnvelopeAreSkipped() throws FormatException {
    SignedEnvelope envelope = record(1).seal(KEY);
    byte[] fields = HEX.parseHex("2000".repeat(3900));
    assertEquals(envelope, SignedEnvelope.of(Messages.join(fields, envelope.toBytes())));
    byte[] replaced = Messages.join(HEX.parseHex("1a021234"), envelope.toBytes());
    assertArrayEquals(envelope.payload(), SignedEnvelope.of(replaced).payload());
  }

  private static PeerRecord record(long seq, String... addresses) throws FormatException {
    List<Multiaddr> parsed = new ArrayList<>();
    for (String address : addresses) {
      parsed.add(Multiaddr.parse(address));
    }
    return new PeerRecord(SELF, seq, parsed);
  }

  private static byte[] payload(PeerId id, long seq) {
    return Envelopes.PeerRecord.newBuilder().setPeerId(ByteString.copyFrom(id.toBytes())).setSeq(seq).build()
        .toByteArray();
  }
}
