package io.peerbus.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyVectorsTest {

  @ParameterizedTest
  @CsvSource({
    "080112407e0830617c4a7de83925dfb2694556b12936c477a0e1feb2e148ec9da60fee7d"
        + "1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e,"
        + " 080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e,"
        + " 12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq",
    "0802122053dadf1d5a164d6b4acdb15e24aa4c5b1d3461bdbd42abedb0a4404d56ced8fb,"
        + " 08021221037777e994e452c21604f91de093ce415f5432f701dd8cd1a7a6fea0e630bfca99,"
        + " 16Uiu2HAmLhLvBoYaoZfaMUKuibM6ac163GwKY74c5kiSLg5KvLpY",
  })
  void keysOfThePeerIdSpec(String secret, String key, String id) throws FormatException {
    KeyPair pair = KeyPair.of(HexFormat.of().parseHex(secret));
    assertEquals(secret, HexFormat.of().formatHex(pair.toBytes()));
    assertEquals(key, HexFormat.of().formatHex(pair.publicKey().toBytes()));
    assertEquals(pair.publicKey(), PublicKey.of(HexFormat.of().parseHex(key)));
    assertEquals(id, pair.publicKey().peerId().toString());
    assertEquals(pair.publicKey().peerId(), PeerId.parse(id));
    assertArrayEquals(pair.publicKey().toBytes(), PeerId.parse(id).inlinedKey());
    byte[] message = {1, 2, 3};
    assertTrue(pair.publicKey().verify(message, pair.sign(message)));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN",
    "1, 12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5",
    "2, 12D3KooWJWoaqZhDaoEFshF7Rh1bpY9ohihFhzcW6d69Lr2NASuq",
    "3, 12D3KooWRndVhVZPCiQwHBBBdg769GyrPUW13zxwqQyf9r3ANaba",
  })
  void idsOfRepeatedByteSeeds(byte n, String id) {
    byte[] seed = new byte[32];
    Arrays.fill(seed, n);
    assertEquals(id, KeyPair.ed25519(seed).publicKey().peerId().toString());
  }

  @Test
  void theSameIdInEveryTextOfTheSpec() throws FormatException {
    PeerId id = PeerId.parse("12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq");
    assertEquals("bafzaajaiaejcahwr5d5ofrfbis4l5d6uwr57hu5tjodrypfm6yaq6dsc2r2pzyt6", id.toCid());
    assertEquals("k51qzi5uqu5dgy8qsq67hbz73jqkw87l3fgf4a91qb0d9b5173tir7n4vxk1oe", id.toCidBase36());
    assertEquals(id, PeerId.parse(id.toCid()));
    assertEquals(id, PeerId.parse(id.toCidBase36()));
    assertEquals(PeerId.parse("QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N"),
        PeerId.parse("bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe"));
  }
}
