package io.peerbus.gossipsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.peerbus.multiformats.PeerId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class MessageIdSchemeTest {

  private static final long SEQNO = 1_700_000_000_000_000_001L;
  private static final String INTRO = "Hello from the Universal Connectivity Workshop!";

  private final PeerId author = TestPeers.peer(1);

  private Message message(String data) {
    return Message.draft(author.toBytes(), TestPeers.seqno(SEQNO), "t", data.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(MessageId id) {
    return new String(id.toBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void theCheckersIdOfHelloIsTheDecimalHashOfItsData() {
    assertEquals("9754003402134539932", text(MessageIdScheme.SIPHASH_DATA.idOf(message("hello"))));
    assertEquals("3508320103849689133", text(MessageIdScheme.SIPHASH_DATA.idOf(message(INTRO))));
  }

  @Test
  void theHashReadsDataOfEveryLength() {
    // The reference test of SipHash has another key; here it is enough that no length fails and none collides.
    long distinct = java.util.stream.IntStream.range(0, 64)
        .mapToObj(length -> SipHash.of(ByteBuffer.allocate(length))).distinct().count();
    assertEquals(64, distinct);
  }

  @Test
  void theBrowsersIdIsTheHashOfTheDecimalSequenceNumber() {
    assertEquals("bf7ea99ebf1a76333831f9577b3c3190b3f1ec8ba35c2c9513a51c85c75186f2",
        MessageIdScheme.SHA256_SEQNO.idOf(message("whatever")).toString());
  }

  @Test
  void goPutsAuthorAndSequenceNumberTogether() {
    assertEquals(HexFormat.of().formatHex(author.toBytes()) + "17979cfe362a0001",
        MessageIdScheme.FROM_SEQNO.idOf(message("x")).toString());
  }

  @Test
  void jsLeavesTheMultihashPrefixAway() {
    assertEquals(HexFormat.of().formatHex(TestPeers.key(1)) + "17979cfe362a0001",
        MessageIdScheme.JS.idOf(message("x")).toString());
  }

  @Test
  void rustAndNimWriteText() {
    assertEquals(author + "1700000000000000001", text(MessageIdScheme.RUST.idOf(message("x"))));
    assertEquals("17979cfe362a0001" + author, text(MessageIdScheme.NIM.idOf(message("x"))));
  }

  @Test
  void unsignedMessagesAreToldApartByTheirData() {
    Message unsigned = Message.draft(null, null, "t", TestPeers.utf8("hello"));
    String sha256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    for (MessageIdScheme scheme : MessageIdScheme.values()) {
      String expected = scheme == MessageIdScheme.SIPHASH_DATA
          ? HexFormat.of().formatHex(TestPeers.utf8("9754003402134539932")) : sha256;
      assertEquals(expected, scheme.idOf(unsigned).toString(), scheme.toString());
    }
  }

  @Test
  void everySchemeIsFoundByItsNameAndAWrongNameSaysWhichThereAre() {
    for (MessageIdScheme scheme : MessageIdScheme.values()) {
      assertEquals(scheme, MessageIdScheme.named(scheme.toString()));
    }
    String message = assertThrows(IllegalArgumentException.class, () -> MessageIdScheme.named("sha1")).getMessage();
    assertEquals("\"sha1\" is none of from-seqno, base58-seqno, hex-seqno, key-seqno, sha256-data, sha256-seqno, "
        + "siphash-data", message);
  }

  @Test
  void hexTextIsUnderstoodAsAnId() {
    MessageId id = TestPeers.id(author, 5);
    assertEquals(id, MessageId.of(TestPeers.utf8(id.toString())).fromHexText());
    assertEquals(id, MessageId.of(TestPeers.utf8(id.toString().toUpperCase(java.util.Locale.ROOT))).fromHexText());
    assertEquals(null, id.fromHexText());
    assertEquals(null, MessageId.of(TestPeers.utf8("abc")).fromHexText());
    assertEquals(null, MessageId.of(new byte[0]).fromHexText());
  }
}
