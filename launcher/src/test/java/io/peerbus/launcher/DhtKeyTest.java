package io.peerbus.launcher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.peerbus.launcher.DhtKey.Format;
import io.peerbus.launcher.DhtKey.Use;
import io.peerbus.multiformats.Multibase;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DhtKeyTest {

  /** Of the lesson: SHA-256 of "py-libp2p kademlia example value". */
  private static final String HEX = "d73e473a858e19bcc885573012253e813b277272d238fbb0b6ca6ac0006a72d8";
  private static final String BASE58 = "FVDjasarSFDoLPMdgnp1dHSbW2ZAfN8NU2zNbCQeczgP";
  private static final String PEER = "12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5";

  private static String parse(String typed, Format format, Use use) {
    DhtKey key = DhtKey.parse(typed, format, use);
    return key.format() + " " + DhtKey.hex(key.bytes());
  }

  private static String mistake(String typed, Format format, Use use) {
    return assertThrows(IllegalArgumentException.class, () -> DhtKey.parse(typed, format, use)).getMessage();
  }

  @Test
  void theLessonsKeyIsTheSameInEveryForm() {
    assertEquals("hex " + HEX, parse("hex:" + HEX, null, Use.VALUE));
    assertEquals("hex " + HEX, parse(HEX.toUpperCase(), Format.hex, Use.CONTENT));
    assertEquals("base58 " + HEX, parse("base58:" + BASE58, null, Use.VALUE));
    assertEquals("base58 " + HEX, parse(BASE58, Format.base58, Use.CONTENT));
    byte[] key = DhtKey.sha256("py-libp2p kademlia example value".getBytes(StandardCharsets.UTF_8));
    assertEquals(HEX, DhtKey.hex(key));
    assertEquals(BASE58, DhtKey.base58(key));
  }

  @Test
  void textIsItselfForARecordAndItsHashForAContent() {
    assertEquals("text 6869", parse("hi", null, Use.VALUE));
    assertEquals("text 6869", parse("text:hi", null, Use.PLACE));
    assertEquals("text 12208f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4",
        parse("hi", null, Use.CONTENT));
    assertEquals("text 2f706b2f78", parse("/pk/x", null, Use.VALUE));
    assertEquals("text 6869", parse("hi", Format.text, Use.VALUE));
    assertEquals("text 746578743a6869", parse("text:hi", Format.text, Use.VALUE), "said to be text, so is the prefix");
  }

  @Test
  void whatLooksLikeAHashMustSayWhetherItIsOne() {
    assertEquals("KEY \"" + BASE58 + "\" may be text, and looks like base58: say which with --key-format, or by a"
        + " prefix such as base58: or text:", mistake(BASE58, null, Use.VALUE));
    assertEquals("KEY \"" + "1".repeat(64) + "\" may be text, and looks like hex or base58: say which with"
        + " --key-format, or by a prefix such as hex: or text:", mistake("1".repeat(64), null, Use.CONTENT));
    assertEquals(64, DhtKey.parse("text:" + HEX, null, Use.VALUE).bytes().length);
    assertEquals("text 64656164", parse("dead", null, Use.VALUE), "short words are text");
  }

  @Test
  void aCidIsItsMultihashWhateverItIsMadeOf() {
    String multihash = "1220" + HEX;
    byte[] bytes = java.util.HexFormat.of().parseHex(multihash);
    String version0 = DhtKey.base58(bytes);
    byte[] raw = java.util.HexFormat.of().parseHex("0155" + multihash);
    for (String cid : new String[] {version0, Multibase.BASE32.encode(raw), Multibase.BASE36.encode(raw),
        Multibase.BASE58_BTC.encode(raw)}) {
      assertEquals("cid " + multihash, parse(cid, null, Use.CONTENT), cid);
      assertEquals("cid " + multihash, parse("cid:" + cid, null, Use.VALUE), cid);
      assertArrayEquals(cid.getBytes(StandardCharsets.UTF_8), DhtKey.parse("text:" + cid, null, Use.VALUE).bytes());
    }
    assertEquals("text 6162", parse("ab", null, Use.VALUE));
    assertEquals("text 62616161", parse("baaa", null, Use.VALUE), "the beginning of a CID is none");
  }

  @Test
  void onlyANamespaceThatNodesDoNotCheckByThemselvesIsOnesOwn() {
    assertEquals("room", namespace("/room/x"));
    assertEquals("room", namespace("/room/\n/y"));
    assertEquals("a.b-c_D9", namespace("/a.b-c_D9"));
    for (String none : new String[] {"", "x", "/", "//x", "room/x", "/ro om/x", "/pk/x", "/ipns/x", "/pk",
        "/" + "a".repeat(65) + "/x"}) {
      assertNull(namespace(none), none);
    }
  }

  private static String namespace(String key) {
    return DhtKey.ownNamespace(key.getBytes(StandardCharsets.UTF_8));
  }

  /** As kubo takes them: what is in the DHT is the id's bytes. */
  @Test
  void theRecordOfAPeerMayBeNamedByItsIdInText() {
    String id = "0024080112208a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c";
    assertEquals("base58 2f69706e732f" + id, parse("/ipns/" + PEER, null, Use.VALUE));
    assertEquals("base58 2f706b2f" + id, parse("/pk/" + PEER, null, Use.VALUE));
    assertEquals("base58 2f69706e732f" + id, parse("/ipns/" + Multibase.BASE36.encode(
        java.util.HexFormat.of().parseHex("0172" + id)), null, Use.VALUE));
    assertEquals("text 2f69706e732f" + DhtKey.hex(PEER.getBytes(StandardCharsets.UTF_8)),
        parse("text:/ipns/" + PEER, null, Use.VALUE));
  }

  @Test
  void aPlaceMayBeAPeersId() {
    assertEquals("base58 0024080112208a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c",
        parse(PEER, null, Use.PLACE));
    assertEquals("KEY \"" + PEER + "\" may be text, and looks like base58: say which with --key-format, or by a prefix"
        + " such as base58: or text:", mistake(PEER, null, Use.VALUE));
  }

  @Test
  void mistakesAreNamed() {
    assertEquals("KEY is empty", mistake("", null, Use.VALUE));
    assertEquals("KEY \"xyz\" is no hex", mistake("hex:xyz", null, Use.VALUE));
    assertEquals("KEY \"\" is no hex", mistake("hex:", null, Use.VALUE));
    assertEquals("KEY \"0OIl\" is no base58", mistake("0OIl", Format.base58, Use.VALUE));
    assertEquals("KEY \"hello\" is no CID", mistake("cid:hello", null, Use.CONTENT));
    assertEquals("KEY has 1025 bytes, the most is 1024", mistake("?".repeat(1025), null, Use.VALUE));
  }
}
