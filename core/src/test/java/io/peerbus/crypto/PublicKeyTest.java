package io.peerbus.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.FormatException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublicKeyTest {

  private static final HexFormat HEX = HexFormat.of();
  private static final String DATA = "1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e";

  /** What go, rust and js would make of them: the id of the canonical form. */
  @ParameterizedTest
  @ValueSource(strings = {
    "1220" + DATA + "0801", "0881001220" + DATA, "08011220" + DATA + "1800", "0800080212000801" + "1220" + DATA,
    "1b1c08011220" + DATA, "0801" + "12a000" + DATA,
  })
  void aKeyInAnUnusualMessageHasTheIdOfTheUsualOne(String hex) throws FormatException {
    PublicKey key = PublicKey.of(HEX.parseHex(hex.replace("0881001220", "0881001220")));
    assertEquals(TestKeys.ed25519().publicKey(), key);
    assertEquals(TestKeys.ed25519().publicKey().peerId(), key.peerId());
    assertEquals("08011220" + DATA, HEX.formatHex(key.toBytes()));
  }

  @ParameterizedTest
  @CsvSource({
    "'', no type", "0801, no data", "1200, no type", "0a010112020102, no type", "08041220, unknown key type 4",
    "0804120100, unknown key type 4", "0805120100, unknown key type 5",
    "08ffffffffffffffffff01120100, unknown key type",
    "0801121f00, protobuf", "08011203000000, 'Ed25519 public key of 3 bytes, not 32'",
    "08021203000000, 'secp256k1 public key of 3 bytes, not 33'", "08001203000000, DER", "08031203000000, ECDSA",
    "0c, group", "1b, protobuf", "0001, protobuf", "0fffffffff, protobuf", "12ffffffff0f, protobuf",
  })
  void whatIsNoKeyIsRefusedByName(String hex, String named) {
    String message = assertThrows(FormatException.class, () -> PublicKey.of(HEX.parseHex(hex))).getMessage();
    assertTrue(message.contains(named), message);
  }

  @Test
  void pointsOffTheCurveAreRefused() {
    byte[] off = HEX.parseHex("02" + "00".repeat(31) + "05"); // no point of secp256k1 has x = 5
    assertThrows(FormatException.class, () -> PublicKey.of(KeyType.SECP256K1, off));
    assertThrows(FormatException.class, () -> PublicKey.of(KeyType.SECP256K1, HEX.parseHex("02" + "ff".repeat(32))));
    assertThrows(FormatException.class, () -> PublicKey.of(KeyType.SECP256K1, HEX.parseHex("04" + "00".repeat(32))));
  }

  /** As Go has it too: to look for that at once would cost every peer that only tells of it a square root. */
  @Test
  void nothingIsSignedByAnEd25519KeyOffTheCurve() throws FormatException {
    PublicKey off = PublicKey.of(KeyType.ED25519, HEX.parseHex("02" + "00".repeat(31)));
    assertFalse(off.verify(new byte[0], new byte[64]));
    assertFalse(off.verify(new byte[0], TestKeys.ed25519().sign(new byte[0])));
  }

  @Test
  void messagesAreBoundedAndUnknownFieldsCostLittle() throws FormatException {
    byte[] key = TestKeys.ed25519().publicKey().toBytes();
    byte[] fields = HEX.parseHex("1800".repeat((PublicKey.MAX_LENGTH - key.length) / 2));
    assertEquals(TestKeys.ed25519().publicKey(), PublicKey.of(Messages.join(key, fields)));
    assertThrows(FormatException.class, () -> PublicKey.of(Messages.join(key, fields, fields)));
    byte[] groups = HEX.parseHex("1b".repeat(1000)); // SEC-12
    assertThrows(FormatException.class, () -> PublicKey.of(Messages.join(key, groups)));
  }

  @Test
  void badSignaturesAreFalseAndNeverThrow() {
    byte[] message = {1};
    PublicKey key = TestKeys.ed25519().publicKey();
    byte[] good = TestKeys.ed25519().sign(message);
    byte[] bigS = good.clone();
    Arrays.fill(bigS, 32, 64, (byte) 0xff);
    byte[] bigR = good.clone();
    Arrays.fill(bigR, 0, 32, (byte) 0xff);
    for (byte[] bad : new byte[][] {{}, new byte[63], new byte[64], new byte[65], bigS, bigR,
        Arrays.copyOf(good, 65)}) {
      assertFalse(key.verify(message, bad));
    }
    assertTrue(key.verify(message, good));
  }

  @Test
  void theBytesOfAKeyCannotBeChangedFromOutside() throws FormatException {
    byte[] data = HEX.parseHex(DATA);
    PublicKey key = PublicKey.of(KeyType.ED25519, data);
    data[0]++;
    key.data()[0]++;
    key.toBytes()[5]++;
    assertEquals(TestKeys.ed25519().publicKey(), key);
    assertArrayEquals(HEX.parseHex(DATA), key.data());
  }
}
