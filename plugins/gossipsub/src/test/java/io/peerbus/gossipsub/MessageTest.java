package io.peerbus.gossipsub;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.gossipsub.pb.RpcProto;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import java.io.ByteArrayOutputStream;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MessageTest {

  private static final HexFormat HEX = HexFormat.of();

  // Wire notes, section 27: made with the Ed25519 key of the peer id specification.
  private static final String PRIVATE_KEY = "080112407e0830617c4a7de83925dfb2694556b12936c477a0e1feb2e148ec9da60fee7d"
      + "1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e";
  private static final String UNSIGNED = "0a260024080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fc"
      + "e27e120568656c6c6f1a080000000000000001220174";
  private static final String SIGNATURE = "e4a6bf4eedf36e711f5d996f7ea117f9c413e943e84323561a3fc7cd7ab92d2560d4b4f8a7bc"
      + "1e67a7bc32773974f5c59e249647f0ae49ca6fa7d18f2a540d00";

  /** The only message in an RPC of these bytes; {@code null} when there is none. */
  static Message read(byte[] rpc) throws FormatException {
    List<Message> messages = new ArrayList<>();
    Rpc.read(rpc, new GossipsubLimits()).forEach(new Recorder() {
      @Override
      public void onMessage(Message message) {
        messages.add(message);
      }
    });
    return messages.isEmpty() ? null : messages.get(0);
  }

  static Message read(RpcProto.Message message) throws FormatException {
    return read(TestPeers.publish(message).toByteArray());
  }

  private static Message spec() throws FormatException {
    KeyPair key = KeyPair.of(HEX.parseHex(PRIVATE_KEY));
    Message draft = Message.draft(key.publicKey().peerId().toBytes(), TestPeers.seqno(1), "t", TestPeers.utf8("hello"));
    return draft.signed(sign(key, draft), null);
  }

  private static byte[] sign(KeyPair key, Message draft) {
    byte[] domain = TestPeers.utf8(Signatures.DOMAIN);
    byte[] signed = draft.signedBytes();
    ByteArrayOutputStream input = new ByteArrayOutputStream();
    input.write(domain, 0, domain.length);
    input.write(signed, 0, signed.length);
    return key.sign(input.toByteArray());
  }

  @Test
  void theSpecificationsKeySignsTheVectorByteForByte() throws FormatException {
    Message message = spec();
    assertEquals(UNSIGNED, HEX.formatHex(message.signedBytes()));
    assertEquals(SIGNATURE, HEX.formatHex(message.signature()));
    RpcWriter writer = new RpcWriter(new GossipsubLimits());
    assertTrue(writer.message(message));
    assertEquals("8001" + "127e" + UNSIGNED + "2a40" + SIGNATURE, HEX.formatHex(writer.frame()));
    assertTrue(Signatures.verify(message));
  }

  @Test
  void aMessageThatWasReadIsForwardedByteForByte() throws FormatException {
    byte[] bytes = HEX.parseHex(UNSIGNED + "2a40" + SIGNATURE);
    Message message = read(HEX.parseHex("127e" + HEX.formatHex(bytes)));
    assertArrayEquals(bytes, message.bytes());
    assertTrue(Signatures.verify(message));
    assertEquals("12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq", message.author().toString());
    assertEquals(List.of("t"), message.topics());
  }

  @Test
  void everyBitOfAMessageIsUnderTheSignature() throws FormatException {
    byte[] rpc = HEX.parseHex("127e" + UNSIGNED + "2a40" + SIGNATURE);
    for (int bit = 16; bit < 8 * rpc.length; bit++) {
      byte[] flipped = rpc.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      Message message;
      try {
        message = read(flipped);
      } catch (FormatException e) {
        continue;
      }
      assertFalse(message != null && Signatures.verify(message), "bit " + bit);
    }
  }

  @ParameterizedTest
  @EnumSource(value = KeyType.class, names = {"ED25519", "SECP256K1"})
  void whoSignsWithAnotherKeyThanTheAuthorsIsNotBelieved(KeyType type) throws FormatException {
    SecureRandom random = new SecureRandom();
    KeyPair author = KeyPair.generate(type, random);
    for (KeyType forgersType : List.of(KeyType.ED25519, KeyType.SECP256K1)) {
      KeyPair forger = KeyPair.generate(forgersType, random);
      PeerId from = author.publicKey().peerId();
      Message draft = Message.draft(from.toBytes(), TestPeers.seqno(1), "t", TestPeers.utf8("x"));
      assertTrue(Signatures.verify(draft.signed(sign(author, draft), null)));
      assertTrue(Signatures.verify(draft.signed(sign(author, draft), author.publicKey().toBytes())));
      assertFalse(Signatures.verify(draft.signed(sign(forger, draft), null)));
      assertFalse(Signatures.verify(draft.signed(sign(forger, draft), forger.publicKey().toBytes())));
      assertFalse(Signatures.verify(draft.signed(sign(author, draft), forger.publicKey().toBytes())));
      assertFalse(Signatures.verify(draft.signed(sign(author, draft), new byte[] {1, 2, 3})));
    }
  }

  @Test
  void aHashedIdNeedsTheKeyThatCameAlong() throws Exception {
    java.security.KeyPairGenerator generator = java.security.KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    java.security.KeyPair rsa = generator.generateKeyPair();
    byte[] der = rsa.getPublic().getEncoded();
    ByteArrayOutputStream key = new ByteArrayOutputStream();
    key.writeBytes(new byte[] {8, 0, 0x12, (byte) (der.length & 0x7f | 0x80), (byte) (der.length >> 7)});
    key.writeBytes(der);
    PeerId from = PeerId.ofPublicKey(key.toByteArray());
    Message draft = Message.draft(from.toBytes(), TestPeers.seqno(1), "t", TestPeers.utf8("x"));
    java.security.Signature signer = java.security.Signature.getInstance("SHA256withRSA");
    signer.initSign(rsa.getPrivate());
    signer.update(TestPeers.utf8(Signatures.DOMAIN));
    signer.update(draft.signedBytes());
    byte[] signature = signer.sign();
    assertTrue(Signatures.verify(draft.signed(signature, key.toByteArray())));
    assertFalse(Signatures.verify(draft.signed(signature, null)));
    KeyPair other = KeyPair.generate(KeyType.ED25519, new SecureRandom());
    assertFalse(Signatures.verify(draft.signed(sign(other, draft), other.publicKey().toBytes())));
  }

  /** SEC-34: the fourth type of key. */
  @Test
  void anEcdsaAuthorIsBelievedAndItsForgerIsNot() throws Exception {
    java.security.KeyPairGenerator generator = java.security.KeyPairGenerator.getInstance("EC");
    generator.initialize(new java.security.spec.ECGenParameterSpec("secp256r1"));
    java.security.KeyPair author = generator.generateKeyPair();
    java.security.KeyPair forger = generator.generateKeyPair();
    Message draft = Message.draft(PeerId.ofPublicKey(ecdsa(author)).toBytes(), TestPeers.seqno(1), "t",
        TestPeers.utf8("x"));
    assertTrue(Signatures.verify(draft.signed(sign(author, draft), ecdsa(author))));
    assertFalse(Signatures.verify(draft.signed(sign(forger, draft), ecdsa(author))));
    assertFalse(Signatures.verify(draft.signed(sign(forger, draft), ecdsa(forger))));
    assertFalse(Signatures.verify(draft.signed(sign(author, draft), null)));
  }

  private static byte[] ecdsa(java.security.KeyPair pair) {
    byte[] der = pair.getPublic().getEncoded();
    ByteArrayOutputStream key = new ByteArrayOutputStream();
    key.writeBytes(new byte[] {8, 3, 0x12, (byte) der.length});
    key.writeBytes(der);
    return key.toByteArray();
  }

  private static byte[] sign(java.security.KeyPair pair, Message draft) throws Exception {
    java.security.Signature signer = java.security.Signature.getInstance("SHA256withECDSA");
    signer.initSign(pair.getPrivate());
    signer.update(TestPeers.utf8(Signatures.DOMAIN));
    signer.update(draft.signedBytes());
    return signer.sign();
  }

  @Test
  void fieldsWeDoNotKnowStayUnderTheSignatureAndAreForwarded() throws FormatException {
    KeyPair key = KeyPair.generate(KeyType.ED25519, new SecureRandom());
    RpcProto.Message unsigned = TestPeers.message(key.publicKey().peerId(), 1, "t", "x").toBuilder().clearSignature()
        .setUnknownFields(UnknownFieldSet.newBuilder()
            .addField(9, UnknownFieldSet.Field.newBuilder().addVarint(7).build()).build()).build();
    byte[] input = ByteString.copyFromUtf8(Signatures.DOMAIN).concat(unsigned.toByteString()).toByteArray();
    Message message = read(unsigned.toBuilder().setSignature(TestPeers.bytes(key.sign(input))).build());
    assertTrue(Signatures.verify(message));
    assertArrayEquals(unsigned.toByteArray(), message.signedBytes());
    assertTrue(Signatures.verify(read(rpcOf(message))));
  }

  private static byte[] rpcOf(Message message) {
    RpcWriter writer = new RpcWriter(new GossipsubLimits());
    writer.message(message);
    return Frames.body(writer.frame());
  }

  @Test
  void emptySignatureAndKeyAreAsGoodAsNone() throws FormatException {
    Message message = read(TestPeers.message(TestPeers.peer(1), 1, "t", "x").toBuilder()
        .setSignature(ByteString.EMPTY).setKey(ByteString.EMPTY).build());
    assertNull(message.signature());
    assertNull(message.key());
    assertArrayEquals(message.signedBytes(), message.bytes());
  }

  @Test
  void signatureBeforeTheRestIsTakenOutToo() throws FormatException {
    byte[] signed = HEX.parseHex(UNSIGNED);
    Message message = read(HEX.parseHex("127e" + "2a40" + SIGNATURE + UNSIGNED));
    assertArrayEquals(signed, message.signedBytes());
    assertTrue(Signatures.verify(message));
  }

  @Test
  void everyTopicIsTakenOnce() throws FormatException {
    RpcProto.Message message = TestPeers.message(TestPeers.peer(1), 1, "a", "x").toBuilder()
        .addTopic("b").addTopic("a").build();
    assertEquals(List.of("a", "b"), read(message).topics());
  }

  @Test
  void aMessageWithoutTopicOrWithTooManyIsLeftOut() throws FormatException {
    RpcProto.Message none = TestPeers.message(TestPeers.peer(1), 1, "a", "x").toBuilder().clearTopic().build();
    assertNull(read(none));
    RpcProto.Message.Builder many = none.toBuilder();
    for (int i = 0; i < Message.MAX_TOPICS; i++) {
      many.addTopic("t" + i);
    }
    assertNotNull(read(many.build()));
    assertNull(read(many.addTopic("one more").build()));
  }

  @Test
  void anAuthorThatIsNoPeerIdIsNobody() throws FormatException {
    Message message = read(TestPeers.message(TestPeers.peer(1), 1, "t", "x").toBuilder()
        .setFrom(ByteString.copyFromUtf8("me")).build());
    assertNull(message.author());
    assertFalse(Signatures.verify(message));
  }
}
