package io.peerbus.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Vectors of the peer id spec, and signatures computed with its Ed25519 key. */
class KeyVectorsTest {

  private static final HexFormat HEX = HexFormat.of();

  private static final String ECDSA_SECRET =
      "08031279307702010104203e5b1fe9712e6c314942a750bd67485de3c1efe85b1bfb520ae8f9ae3dfa4a4ca0"
      + "0a06082a8648ce3d030107a14403420004de3d300fa36ae0e8f5d530899d83abab44abf3161f162a4bc901d8"
      + "e6ecda020e8b6d5f8da30525e71d6851510c098e5c47c646a597fb4dcec034e9f77c409e62";
  private static final String ECDSA =
      "0803125b3059301306072a8648ce3d020106082a8648ce3d03010703420004de3d300fa36ae0e8f5d530899d"
      + "83abab44abf3161f162a4bc901d8e6ecda020e8b6d5f8da30525e71d6851510c098e5c47c646a597fb4dcec0"
      + "34e9f77c409e62";
  private static final String RSA =
      "080012a60430820222300d06092a864886f70d01010105000382020f003082020a0282020100e1beab071d08"
      + "200bde24eef00d049449b07770ff9910257b2d7d5dda242ce8f0e2f12e1af4b32d9efd2c090f66b0f29986db"
      + "b645dae9880089704a94e5066d594162ae6ee8892e6ec70701db0a6c445c04778eb3de1293aa1a23c3825b85"
      + "c6620a2bc3f82f9b0c309bc0ab3aeb1873282bebd3da03c33e76c21e9beb172fd44c9e43be32e2c99827033c"
      + "f8d0f0c606f4579326c930eb4e854395ad941256542c793902185153c474bed109d6ff5141ebf9cd256cf588"
      + "93a37f83729f97e7cb435ec679d2e33901d27bb35aa0d7e20561da08885ef0abbf8e2fb48d6a5487047a9ecb"
      + "1ad41fa7ed84f6e3e8ecd5d98b3982d2a901b4454991766da295ab78822add5612a2df83bcee814cf50973e8"
      + "0d7ef38111b1bd87da2ae92438a2c8cbcc70b31ee319939a3b9c761dbc13b5c086d6b64bf7ae7dacc1462237"
      + "5d92a8ff9af7eb962162bbddebf90acb32adb5e4e4029f1c96019949ecfbfeffd7ac1e3fbcc6b6168c34be3d"
      + "5a2e5999fcbb39bba7adbca78eab09b9bc39f7fa4b93411f4cc175e70c0a083e96bfaefb04a9580b4753c173"
      + "8a6a760ae1afd851a1a4bdad231cf56e9284d832483df215a46c1c21bdf0c6cfe951c18f1ee4078c79c13d63"
      + "edb6e14feaeffabc90ad317e4875fe648101b0864097e998f0ca3025ef9638cd2b0caecd3770ab54a1d9c6ca"
      + "959b0f5dcbc90caeefc4135baca6fd475224269bbe1b0203010001";

  @ParameterizedTest
  @CsvSource({
    "080112407e0830617c4a7de83925dfb2694556b12936c477a0e1feb2e148ec9da60fee7d"
        + "1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e,"
        + " 080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e,"
        + " 12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq,"
        + " dfd53212a4bd2beda3ea8e82d08285370c70a70cfe9c588e28754b23c8033121",
    "0802122053dadf1d5a164d6b4acdb15e24aa4c5b1d3461bdbd42abedb0a4404d56ced8fb,"
        + " 08021221037777e994e452c21604f91de093ce415f5432f701dd8cd1a7a6fea0e630bfca99,"
        + " 16Uiu2HAmLhLvBoYaoZfaMUKuibM6ac163GwKY74c5kiSLg5KvLpY,"
        + " 9d903983cbc42aee57123942e5cac1ab62dd70e4b817e4520025cbbccb72ab63",
  })
  void keysOfThePeerIdSpec(String secret, String key, String id, String hash)
      throws FormatException, NoSuchAlgorithmException {
    KeyPair pair = KeyPair.of(HEX.parseHex(secret));
    assertEquals(secret, HEX.formatHex(pair.toBytes()));
    assertEquals(key, HEX.formatHex(pair.publicKey().toBytes()));
    assertEquals(pair.publicKey(), PublicKey.of(HEX.parseHex(key)));
    assertEquals(pair.publicKey().hashCode(), PublicKey.of(HEX.parseHex(key)).hashCode());
    PeerId peer = pair.publicKey().peerId();
    assertEquals(id, peer.toString());
    assertEquals(peer, PeerId.parse(id));
    assertArrayEquals(pair.publicKey().toBytes(), PeerId.parse(id).inlinedKey());
    assertEquals(hash, HEX.formatHex(MessageDigest.getInstance("SHA-256").digest(peer.toBytes())));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN,"
        + " 3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29",
    "1, 12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5,"
        + " 8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c",
    "2, 12D3KooWJWoaqZhDaoEFshF7Rh1bpY9ohihFhzcW6d69Lr2NASuq,",
    "3, 12D3KooWRndVhVZPCiQwHBBBdg769GyrPUW13zxwqQyf9r3ANaba,",
  })
  void idsOfRepeatedByteSeeds(byte n, String id, String data) {
    byte[] seed = new byte[32];
    Arrays.fill(seed, n);
    PublicKey key = KeyPair.ed25519(seed).publicKey();
    assertEquals(id, key.peerId().toString());
    if (data != null) {
      assertEquals(data, HEX.formatHex(key.data()));
    }
  }

  /** Wire notes, section 27: ids of the types that peers may have and that we do not make. */
  @Test
  void idsOfRsaAndEcdsaKeysAreHashes() throws FormatException {
    assertEquals("QmVMT29id3TUASyfZZ6k9hmNyc2nYabCo4uMSpDw4zrgDk", idOf(ECDSA, KeyType.ECDSA));
    assertEquals("QmaeANgBs1DTSxWSrPPtobgQuxW8XTfsS4ydbK4rCHzqxG", idOf(RSA, KeyType.RSA));
    KeyPair pair = KeyPair.of(HEX.parseHex(ECDSA_SECRET));
    assertEquals(ECDSA, HEX.formatHex(pair.publicKey().toBytes()));
    assertEquals(ECDSA_SECRET, HEX.formatHex(pair.toBytes()));
  }

  private static String idOf(String hex, KeyType type) throws FormatException {
    PublicKey key = PublicKey.of(HEX.parseHex(hex));
    assertEquals(type, key.type());
    assertEquals(hex, HEX.formatHex(key.toBytes()));
    return key.peerId().toString();
  }

  @Test
  void theSignatureOfAGossipMessage() {
    check("libp2p-pubsub:",
        "0a260024080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e"
            + "120568656c6c6f1a080000000000000001220174",
        "e4a6bf4eedf36e711f5d996f7ea117f9c413e943e84323561a3fc7cd7ab92d25"
            + "60d4b4f8a7bc1e67a7bc32773974f5c59e249647f0ae49ca6fa7d18f2a540d00");
  }

  @Test
  void theSignatureOfANoiseStaticKey() {
    check("noise-libp2p-static-key:",
        "6bc3822a2aa7f4e6981d6538692b3cdf3e6df9eea6ed269eb41d93c22757b75a",
        "e292a4b36dcd264cb7933551567462bf4b6bdc79bcc37af23ea723110cf8cfde"
            + "08000f9e95441ba4fd4b82844305554004fc4be681ce33c277510b6332588c09");
  }

  private static void check(String prefix, String hex, String signature) {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    message.writeBytes(prefix.getBytes(StandardCharsets.US_ASCII));
    message.writeBytes(HEX.parseHex(hex));
    KeyPair key = TestKeys.ed25519();
    assertEquals(signature, HEX.formatHex(key.sign(message.toByteArray())));
    assertTrue(key.publicKey().verify(message.toByteArray(), HEX.parseHex(signature)));
  }
}
