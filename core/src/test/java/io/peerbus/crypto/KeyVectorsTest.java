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
