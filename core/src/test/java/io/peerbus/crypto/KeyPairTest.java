package io.peerbus.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.FormatException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyPairTest {

  private static final HexFormat HEX = HexFormat.of();

  @ParameterizedTest
  @EnumSource(names = {"ED25519", "SECP256K1"})
  void aNewKeyIsKeptAndSigns(KeyType type) throws FormatException {
    KeyPair made = KeyPair.generate(type, new SecureRandom());
    KeyPair read = KeyPair.of(made.toBytes());
    assertEquals(type, read.publicKey().type());
    assertEquals(made.publicKey(), read.publicKey());
    byte[] message = {1, 2, 3};
    assertArrayEquals(made.sign(message), read.sign(message));
    assertTrue(made.publicKey().verify(message, read.sign(message)));
    assertFalse(made.publicKey().verify(new byte[0], read.sign(message)));
    assertNotEquals(made.publicKey(), KeyPair.generate(type, new SecureRandom()).publicKey());
  }

  @ParameterizedTest
  @EnumSource(names = {"RSA", "ECDSA"})
  void theOtherTypesAreNotMade(KeyType type) {
    assertThrows(IllegalArgumentException.class, () -> KeyPair.generate(type, new SecureRandom()));
  }

  @Test
  void aNumberOutsideTheCurveIsDrawnAgain() {
    byte[][] draws = {HEX.parseHex("ff".repeat(32)), new byte[32], HEX.parseHex("00".repeat(31) + "07")};
    SecureRandom random = new SecureRandom() {
      private int next;

      @Override
      public void nextBytes(byte[] bytes) {
        System.arraycopy(draws[next++], 0, bytes, 0, bytes.length);
      }
    };
    assertEquals("08021220" + "00".repeat(31) + "07",
        HEX.formatHex(KeyPair.generate(KeyType.SECP256K1, random).toBytes()));
  }

  @Test
  void theLegacyFormWithThePublicKeyTwiceIsReadAndWrittenAsToday() throws FormatException {
    byte[] today = TestKeys.ed25519().toBytes();
    byte[] data = Arrays.copyOfRange(today, 4, 68);
    byte[] legacy = Messages.join(data, Arrays.copyOfRange(data, 32, 64));
    assertArrayEquals(today, KeyPair.of(Messages.privateKey(KeyType.ED25519, legacy)).toBytes());
    for (int at : new int[] {40, 70}) {
      byte[] wrong = legacy.clone();
      wrong[at] ^= 1;
      assertThrows(FormatException.class, () -> KeyPair.of(Messages.privateKey(KeyType.ED25519, wrong)));
    }
  }

  @Test
  void aPublicHalfThatIsNotTheSeedsIsRefused() {
    byte[] data = Arrays.copyOfRange(TestKeys.ed25519().toBytes(), 4, 68);
    data[0] ^= 1;
    assertThrows(FormatException.class, () -> KeyPair.of(Messages.privateKey(KeyType.ED25519, data)));
  }

  @ParameterizedTest
  @ValueSource(strings = {
    "", "0801", "1200", "08011200", "08021200", "08001200", "08031200", "08041220", "0805120100", "ff", "0a00",
    "0802121f" + "00000000000000000000000000000000000000000000000000000000000000",
    "08021220" + "0000000000000000000000000000000000000000000000000000000000000000",
    "08021220" + "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
    "08011220" + "7e0830617c4a7de83925dfb2694556b12936c477a0e1feb2e148ec9da60fee7d",
  })
  void whatIsNoPrivateKeyIsRefused(String hex) {
    assertThrows(FormatException.class, () -> KeyPair.of(HEX.parseHex(hex)));
  }

  @Test
  void aSeedHas32Bytes() {
    assertThrows(IllegalArgumentException.class, () -> KeyPair.ed25519(new byte[31]));
    assertThrows(IllegalArgumentException.class, () -> KeyPair.ed25519(new byte[64]));
  }

  /** SEC-17: whatever of a key ends up in a log or a message, it is not the secret. */
  @Test
  void noTextOfAKeyHasItsSecret() throws FormatException {
    for (KeyPair key : new KeyPair[] {TestKeys.ed25519(), TestKeys.secp256k1()}) {
      byte[] message = key.toBytes();
      byte[] secret = Arrays.copyOfRange(message, 4, 36);
      String texts = key + " " + KeyMessage.read(message, 100) + " "
          + Scheme.of(key.publicKey().type()).secret(Arrays.copyOfRange(message, 4, message.length));
      assertTrue(texts.contains(key.publicKey().type() + " " + key.publicKey().peerId()));
      assertFalse(texts.contains(HEX.formatHex(secret)));
      assertFalse(texts.contains(Base64.getEncoder().encodeToString(secret).substring(0, 20)));
      assertFalse(texts.contains(Arrays.toString(secret)));
    }
  }

  @Test
  void aSecretDoesNotChangeWithTheBytesItCameFrom() throws FormatException {
    byte[] seed = new byte[32];
    KeyPair key = KeyPair.ed25519(seed);
    byte[] before = key.sign(seed);
    seed[0] = 1;
    key.toBytes()[10] = 1;
    assertArrayEquals(before, key.sign(new byte[32]));
    assertEquals(KeyPair.ed25519(new byte[32]).publicKey(), KeyPair.of(key.toBytes()).publicKey());
  }
}
