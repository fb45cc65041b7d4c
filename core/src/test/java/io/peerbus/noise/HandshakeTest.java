package io.peerbus.noise;

import static io.peerbus.noise.NoiseVectors.hex;
import static io.peerbus.noise.NoiseVectors.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.secure.HandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HandshakeTest {

  private static final String FIRST = "0020ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c7944";
  private static final String SECOND = "00c8"
      + "95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f14480884381cbad1f276e038c48378ffce2b65285e08d6b68aaa3"
      + "629a5a8639392490e5b90b20f024c6abdc05d618c61c13a3fe07127982eb5ca71286d394e7fb4f52b3004550b69cbbc92062b756c7d7"
      + "883d9f79696d7e2a1c46c92b96cf0e403289931cb5cb2727665d5fe06e0a4f97ce453dc6ba2fbf90f9853cded80eac7eae52690ea575"
      + "b0c18643cd3afc558b7cb05b25eb69cf18685df7cbb8af05f681f7c37fd8a83bcffb47fcab13";
  private static final String THIRD = "00a8"
      + "c7195ffacac1307ff99046f219750fc47693e23c3cb08b89c2af808b444850a8fd73e2ae9ceb1fdba8a5895f8951df8114c3d6e0e8ec"
      + "d41217ddfdf0afb41507a1be308a2142c5bd7aa4533305677b3e694b63076f9d2df0fe4d73b419771080a6cf96b37385017659685"
      + "6cd9886b5ccf7b92fd0b13c9d40153da17beeda35f1631e57da5fabbc42aaeea8ff1a68839842fe9190823c6eb0114b930e7440c2"
      + "8456806a8c2e23ad2c";
  private static final String SPEC_SEED = "7e0830617c4a7de83925dfb2694556b12936c477a0e1feb2e148ec9da60fee7d";
  private static final String SPEC_PEER = "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq";

  private static Handshake specInitiator() {
    return Handshake.initiator(
        NoiseIdentity.of(KeyPair.ed25519(hex(SPEC_SEED)), NoiseVectors.giving(NoiseVectors.INITIATOR_STATIC)),
        List.of(), null, NoiseVectors.giving(NoiseVectors.INITIATOR_EPHEMERAL));
  }

  private static Handshake specResponder() {
    return Handshake.responder(
        NoiseIdentity.of(KeyPair.ed25519(new byte[32]), NoiseVectors.giving(NoiseVectors.RESPONDER_STATIC)),
        List.of(), NoiseVectors.giving(NoiseVectors.RESPONDER_EPHEMERAL));
  }

  private static String output(Handshake handshake) {
    ByteBuffer out = handshake.output();
    return out == null ? "" : text(Shake.bytes(out));
  }

  @Test
  void theTranscriptIsThatOfTheWireNotes() throws Exception {
    Handshake initiator = specInitiator();
    Handshake responder = specResponder();
    assertEquals("", output(responder));
    assertEquals(FIRST, output(initiator));
    responder.onBytes(ByteBuffer.wrap(hex(FIRST)));
    assertEquals(SECOND, output(responder));
    initiator.onBytes(ByteBuffer.wrap(hex(SECOND)));
    assertEquals(THIRD, output(initiator));
    assertTrue(initiator.isComplete());
    assertFalse(responder.isComplete());
    responder.onBytes(ByteBuffer.wrap(hex(THIRD)));
    assertTrue(responder.isComplete());

    assertEquals("337306e106434e99756a243501cee3728997c1a709e0f5930ec3f2b3e2a09897", text(initiator.hash()));
    assertArrayEquals(initiator.hash(), responder.hash());
    assertEquals(SPEC_PEER, responder.remotePeer().toString());
    assertEquals("12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN", initiator.remotePeer().toString());
    assertEquals(KeyType.ED25519, responder.remoteKey().type());
    assertNull(initiator.muxer());

    byte[] plain = ("\u0013/multistream/1.0.0\n").getBytes(StandardCharsets.US_ASCII);
    byte[] frame = Shake.seal(initiator.sealer(), plain);
    assertEquals("0024670afd442e0c4ead4470332ef0bebbb0ffc8be7dde4af181239b444739c3819e95bdaa5b", text(frame));
    assertEquals(ByteBuffer.wrap(plain), responder.opener().open(ByteBuffer.wrap(frame)));
  }

  @Test
  void oneByteAtATimeGivesTheSame() throws Exception {
    Handshake initiator = specInitiator();
    Handshake responder = specResponder();
    initiator.output();
    Shake.oneByOne(hex(FIRST), responder);
    assertEquals(SECOND, output(responder));
    Shake.oneByOne(hex(SECOND), initiator);
    assertEquals(THIRD, output(initiator));
    Shake.oneByOne(hex(THIRD), responder);
    assertEquals(SPEC_PEER, responder.remotePeer().toString());
  }

  @Test
  void nothingIsKnownOfTheRemoteBeforeTheHandshakeIsComplete() {
    Handshake responder = Shake.responder(Shake.MUXER);
    assertNull(responder.remoteKey());
    assertNull(responder.remotePeer());
    assertNull(responder.muxer());
    assertNull(responder.sealer());
    assertNull(responder.opener());
  }

  @Test
  void framesThatCameWithTheLastMessageStayInTheInput() throws Exception {
    Handshake initiator = Shake.initiator();
    Handshake responder = Shake.responder();
    responder.onBytes(initiator.output());
    initiator.onBytes(responder.output());
    ByteBuffer in = ByteBuffer.allocateDirect(1024).put(initiator.output())
        .put(Shake.seal(initiator.sealer(), new byte[] {1, 2, 3})).flip();
    responder.onBytes(in);
    assertEquals(3 + Sealer.OVERHEAD, in.remaining());
    responder.onBytes(in);
    assertEquals(3 + Sealer.OVERHEAD, in.remaining());
    assertEquals(ByteBuffer.wrap(new byte[] {1, 2, 3}), responder.opener().open(in));
  }

  @Test
  void bothDirectionsHaveTheirOwnKey() throws Exception {
    Handshake initiator = Shake.initiator();
    Handshake responder = Shake.responder();
    Shake.drive(initiator, responder);
    byte[] plain = {1, 2, 3};
    byte[] there = Shake.seal(initiator.sealer(), plain);
    byte[] back = Shake.seal(responder.sealer(), plain);
    assertFalse(Arrays.equals(there, back));
    assertEquals(ByteBuffer.wrap(plain), responder.opener().open(ByteBuffer.wrap(there)));
    assertEquals(ByteBuffer.wrap(plain), initiator.opener().open(ByteBuffer.wrap(back)));
  }

  @Test
  void theDialledPeerIsAccepted() throws Exception {
    Handshake responder = Shake.responder();
    Handshake initiator = Handshake.initiator(
        Shake.identity(1), List.of(), Shake.identity(2).identity().publicKey().peerId(), new Random(1));
    Shake.drive(initiator, responder);
    assertTrue(initiator.isComplete() && responder.isComplete());
  }

  @Test
  void aSecp256k1IdentityIsAccepted() throws Exception {
    KeyPair key = KeyPair.generate(KeyType.SECP256K1, new SecureRandom());
    Handshake initiator = Handshake.initiator(NoiseIdentity.of(key, new Random(5)), List.of(), null, new Random(6));
    Handshake responder = Shake.responder();
    Shake.drive(initiator, responder);
    assertEquals(key.publicKey().peerId(), responder.remotePeer());
  }

  @Test
  void theFirstMessageHasNoPayload() {
    assertEquals(34, Shake.initiator(Shake.MUXER).output().remaining());
  }

  @Test
  void aPayloadInTheFirstMessageIsToleratedAndUnread() throws Exception {
    NoiseIdentity self = Shake.identity(1);
    HandshakeState state = new HandshakeState(true, new byte[0], self.staticKey(), new Random(3));
    byte[] first = state.write(new byte[] {(byte) 0xff, 1, 2});
    Handshake responder = Shake.responder();
    responder.onBytes(Shake.framed(first));
    byte[] second = Shake.bytes(responder.output());
    state.read(Arrays.copyOfRange(second, 2, second.length));
    responder.onBytes(Shake.framed(state.write(self.payload(List.of()).encode())));
    assertEquals(self.identity().publicKey().peerId(), responder.remotePeer());
  }

  @Test
  void theMuxerIsTheFirstOfTheInitiatorThatTheResponderHas() throws Exception {
    assertEquals("/b", agreed(List.of("/a", "/b", "/c"), List.of("/c", "/b")));
    assertEquals(Shake.MUXER, agreed(List.of(Shake.MUXER), List.of(Shake.MUXER)));
  }

  @Test
  void withoutACommonMuxerThereIsNone() throws Exception {
    assertNull(agreed(List.of("/a"), List.of("/b")));
    assertNull(agreed(List.of("/a"), List.of()));
    assertNull(agreed(List.of(), List.of("/a")));
    assertNull(agreed(List.of(), List.of()));
  }

  @Test
  void onlyTheFirstThirtyTwoMuxersOfAPeerAreRead() throws Exception {
    List<String> many = new ArrayList<>(Collections.nCopies(32, "/x"));
    many.add("/a");
    Handshake initiator = Handshake.initiator(Shake.identity(1), many, null, new Random(1));
    Handshake responder = Shake.responder("/a");
    Shake.drive(initiator, responder);
    assertNull(responder.muxer());
    many.set(31, "/a");
    assertEquals("/a", agreed(many, List.of("/a")));
  }

  private static String agreed(List<String> initiators, List<String> responders) throws HandshakeException {
    Handshake initiator = Handshake.initiator(Shake.identity(1), initiators, null, new Random(1));
    Handshake responder = Handshake.responder(Shake.identity(2), responders, new Random(2));
    Shake.drive(initiator, responder);
    assertTrue(initiator.isComplete() && responder.isComplete());
    assertEquals(initiator.muxer(), responder.muxer());
    return responder.muxer();
  }

  @Test
  void muxersThatDoNotFitInAMessageAreRefusedAtOnce() {
    List<String> tooMany = Collections.nCopies(40, "/" + "x".repeat(99));
    assertThrows(IllegalArgumentException.class,
        () -> Handshake.responder(Shake.identity(1), tooMany, new Random(1)));
  }
}
