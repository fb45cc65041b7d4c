package io.peerbus.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class EnvelopeTest {
  private static final KeyPair KEY = TestKeys.ed25519();

  @Test
  void theRecordOfTheNotesIsByteExact() throws FormatException {
    PeerRecord record = new PeerRecord(KEY.publicKey().peerId(), 1,
        List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/4001")));
    SignedEnvelope envelope = record.seal(KEY);
    assertEquals("0a260024080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e"
        + "10011a0a0a08047f000001060fa1", HexFormat.of().formatHex(envelope.payload()));
    assertEquals("4504e51a36806e8eba9344a743f2e1cbd0170d2632fb413f98101f6e3ff26d3d"
        + "a91f4eedebf36383fa5819438bce1d7398117236e52d2d1dfce98196294ac60e",
        HexFormat.of().formatHex(envelope.signature()));
    assertEquals(164, envelope.toBytes().length);
    assertEquals(record, PeerRecord.open(SignedEnvelope.of(envelope.toBytes())));
  }
}
