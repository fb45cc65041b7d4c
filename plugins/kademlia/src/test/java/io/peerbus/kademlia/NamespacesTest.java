package io.peerbus.kademlia;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.TestKeys;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class NamespacesTest {

  private static final byte[] VALUE = {1};

  private final Namespaces strict = new Namespaces(true);
  private final Namespaces open = new Namespaces(false);

  private static byte[] key(String text) {
    return TestPeers.utf8(text);
  }

  /** SEC-38: a key with fewer than three parts got past every validator of js. */
  @Test
  void keysOfNoOrUnknownNamespaceAreRefused() {
    for (String wrong : new String[] {"", "x", "/", "//", "/pk", "pk/x", "/pk/", "/unknown/x", "/unknown", "/PK/x",
        " /pk/x", "//pk/x", "/ipns", "/ipns/", "/pk/x/y"}) {
      assertTrue(!strict.check(0, key(wrong), VALUE).valid(), wrong);
    }
    assertEquals("the key has no namespace: make it /namespace/name with one of [ipns, pk], or set \"strict\" to false",
        strict.problemWith(key("x")));
    assertEquals("nothing validates the namespace /unknown/; there are [ipns, pk]",
        strict.problemWith(key("/unknown/x")));
  }

  /** Lesson 7 stores under a bare SHA-256 digest. */
  @Test
  void anOpenDhtTakesKeysWithoutANamespaceAndNoOthers() {
    assertTrue(open.check(0, key("x"), VALUE).valid());
    assertTrue(open.check(0, HexFormat.of().parseHex(
        "d73e473a858e19bcc885573012253e813b277272d238fbb0b6ca6ac0006a72d8"), VALUE).valid());
    byte[] slash = new byte[32];
    slash[0] = '/';
    assertTrue(open.check(0, slash, VALUE).valid(), "a digest that begins with a slash");
    for (String wrong : new String[] {"", "/", "/pk", "/pk/", "/pk/x", "/unknown/x", "/unknown", "/ipns/x"}) {
      assertTrue(!open.check(0, key(wrong), VALUE).valid(), wrong);
    }
  }

  /** Others refuse to store what no code of theirs knows; a network of one's own may have no code at all. */
  @Test
  void whatIsInAnOpenNamespaceIsNotChecked() {
    Namespaces chat = new Namespaces(true, List.of("chat", "chat"));
    assertEquals(Verdict.good(), chat.check(0, key("/chat/x"), VALUE));
    for (String wrong : new String[] {"x", "/chats/x", "/pk/x", "/ipns/x"}) {
      assertTrue(!chat.check(0, key(wrong), VALUE).valid(), wrong);
    }
    chat.remove("chat");
    assertEquals(Verdict.good(), chat.check(0, key("/chat/x"), VALUE), "whoever judged it can go; the config stays");
    assertEquals("namespace: chat is open", assertThrows(IllegalArgumentException.class,
        () -> chat.add("chat", (now, name, value) -> Verdict.good())).getMessage());
    assertThrows(IllegalArgumentException.class, () -> new Namespaces(true, List.of("pk")));
    assertThrows(IllegalArgumentException.class, () -> new Namespaces(true, List.of("a/b")));
  }

  @Test
  void aPublicKeyStandsUnderItsOwnPeerOnly() {
    for (KeyPair pair : new KeyPair[] {TestKeys.ed25519(), TestKeys.secp256k1()}) {
      byte[] key = TestIpns.concat(key("/pk/"), pair.publicKey().peerId().toBytes());
      assertEquals(Verdict.good(), strict.check(0, key, pair.publicKey().toBytes()));
      assertTrue(!strict.check(0, key, KeyPair.ed25519(new byte[32]).publicKey().toBytes()).valid());
      assertTrue(!strict.check(0, key, new byte[0]).valid());
      assertTrue(!strict.check(0, key("/pk/" + pair.publicKey().peerId()), pair.publicKey().toBytes()).valid(),
          "the id stands there as bytes, not as text");
    }
  }

  @Test
  void aNamespaceCanBeAddedOnceAndRemoved() {
    strict.add("chat", (now, name, value) -> Verdict.good(name, now));
    assertEquals(Verdict.good(key("room/1"), 5), strict.check(5, key("/chat/room/1"), VALUE));
    assertNotNull(strict.validator(key("/chat/room/1")));
    assertThrows(IllegalArgumentException.class, () -> strict.add("chat", (now, name, value) -> Verdict.good()));
    assertThrows(IllegalArgumentException.class, () -> strict.add("pk", (now, name, value) -> Verdict.good()));
    for (String wrong : new String[] {"", "a/b", "ä", "a b", "x".repeat(65)}) {
      assertThrows(IllegalArgumentException.class, () -> strict.add(wrong, (now, name, value) -> Verdict.good()),
          wrong);
    }
    strict.add("x".repeat(64), (now, name, value) -> Verdict.good());
    assertTrue(strict.check(0, key("/" + "x".repeat(64) + "/y"), VALUE).valid());
    strict.remove("chat");
    assertTrue(!strict.check(5, key("/chat/room/1"), VALUE).valid());
  }

  @Test
  void aKeyIsNamespaceAndName() {
    assertEquals("pk", Namespaces.namespace(key("/pk/x/y")));
    assertArrayEquals(key("x/y"), Namespaces.name(key("/pk/x/y")));
    assertArrayEquals(key(""), Namespaces.name(key("/pk")));
    assertNull(Namespaces.namespace(key("pk/x")));
    assertNull(open.validator(key("x")));
    assertArrayEquals(key("pk/x"), Namespaces.name(key("pk/x")));
  }
}
