package io.peerbus.noise;

import static io.peerbus.noise.NoiseVectors.hex;
import static io.peerbus.noise.NoiseVectors.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.peerbus.crypto.KeyPair;
import io.peerbus.fuzz.Allocation;
import io.peerbus.secure.HandshakeException;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class HandshakePayloadTest {

  private static final String PAYLOAD =
      "0a24080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e1240"
          + "e292a4b36dcd264cb7933551567462bf4b6bdc79bcc37af23ea723110cf8cfde08000f9e95441ba4fd4b82844305554004fc4be681"
          + "ce33c277510b6332588c09";
  private static final String MUXERS = "220e120c2f79616d75782f312e302e30";

  private static NoiseIdentity identity() {
    byte[] seed = hex("7e0830617c4a7de83925dfb2694556b12936c477a0e1feb2e148ec9da60fee7d");
    return NoiseIdentity.of(KeyPair.ed25519(seed), NoiseVectors.giving(NoiseVectors.INITIATOR_STATIC));
  }

  @Test
  void theBytesAreThoseOfTheWireNotes() {
    assertEquals(PAYLOAD, text(identity().payload(List.of()).encode()));
    assertEquals(PAYLOAD + MUXERS, text(identity().payload(List.of("/yamux/1.0.0")).encode()));
  }

  @Test
  void whatIsEncodedIsDecoded() throws Exception {
    HandshakePayload payload = HandshakePayload.decode(hex(PAYLOAD + MUXERS));
    assertArrayEquals(identity().identity().publicKey().toBytes(), payload.identityKey());
    assertEquals(64, payload.identitySig().length);
    assertEquals(List.of("/yamux/1.0.0"), payload.muxers());
  }

  @Test
  void unknownFieldsTheOldDataFieldAndCertificateHashesAreIgnored() throws Exception {
    String data = "1a03010203";
    String hashesAndMuxer = "22140a0412020304" + "120c2f79616d75782f312e302e30";
    String unknown = "a80601" + "b20602abcd" + "bd0600000000" + "b90600000000000000004b4c";
    HandshakePayload payload = HandshakePayload.decode(hex(data + PAYLOAD + unknown + hashesAndMuxer));
    assertEquals(64, payload.identitySig().length);
    assertEquals(List.of("/yamux/1.0.0"), payload.muxers());
  }

  @Test
  void anEmptyPayloadHasNothing() throws Exception {
    HandshakePayload payload = HandshakePayload.decode(new byte[0]);
    assertEquals(0, payload.identityKey().length);
    assertEquals(0, payload.identitySig().length);
    assertEquals(List.of(), payload.muxers());
  }

  @Test
  void damagedPayloadsAreRefused() {
    List<String> damaged = List.of("0a", "0a05", "0a0501", "0aff", "0affffffff0f", "0affffffffffffffffff01", "22",
        "2205", "22021205", "22ffffffff0f", "220412c3282f", "220412024fc3", "4c", "00", "07", "ffffffffffffffffffff01");
    for (String bytes : damaged) {
      assertThrows(HandshakeException.class, () -> HandshakePayload.decode(hex(bytes)), bytes);
    }
  }

  @Test
  void aPayloadCutAnywhereIsRefusedOrHasLess() {
    byte[] whole = hex(PAYLOAD + MUXERS);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      Allocation.assertBounded(length, () -> HandshakePayload.decode(cut));
    }
  }

  @Test
  void aListOfThousandsOfMuxersCostsLittle() throws Exception {
    StringBuilder hex = new StringBuilder("228020");
    for (int i = 0; i < 1365; i++) {
      hex.append("12012f");
    }
    byte[] many = hex(hex.append("5000").substring(0, 2 * (3 + 4095)) + "00");
    Allocation.assertBounded(many.length, () -> HandshakePayload.decode(many));
    byte[] exact = hex("22" + "ff1f" + "12012f".repeat(1365));
    assertEquals(HandshakePayload.MAX_MUXERS, HandshakePayload.decode(exact).muxers().size());
    Allocation.assertBounded(exact.length, () -> HandshakePayload.decode(exact));
  }

  @Test
  void groupsNestedWithoutEndAreRefused() {
    byte[] groups = hex("4b".repeat(4000));
    assertThrows(HandshakeException.class, () -> HandshakePayload.decode(groups));
  }

  @Property(tries = 500)
  void randomBytesGiveNothingButADecodedPayloadOrTheDeclaredException(@ForAll @Size(max = 500) byte[] bytes) {
    Allocation.assertBounded(bytes.length, () -> HandshakePayload.decode(bytes));
  }

  @Property(tries = 500)
  void aChangedByteGivesNothingElseEither(@ForAll int place, @ForAll byte value) {
    byte[] bytes = hex(PAYLOAD + MUXERS);
    bytes[Math.floorMod(place, bytes.length)] = value;
    Allocation.assertBounded(bytes.length, () -> HandshakePayload.decode(bytes));
  }
}
