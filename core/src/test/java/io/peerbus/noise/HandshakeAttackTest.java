package io.peerbus.noise;

import static io.peerbus.noise.NoiseVectors.hex;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.PeerId;
import io.peerbus.secure.HandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SEC-15: whoever is not the peer it claims to be is refused before the handshake is complete. */
class HandshakeAttackTest {

  private static final NoiseIdentity VICTIM = Shake.identity(1);
  private static final NoiseIdentity PEER = Shake.identity(2);
  private static final NoiseIdentity MALLORY = Shake.identity(3);
  private static final PeerId PEER_ID = PEER.identity().publicKey().peerId();

  /** What Mallory, with a Noise key of his own, may say to pass for another peer or for nobody. */
  static List<HandshakePayload> lies() {
    byte[] peerKey = PEER.payload(List.of()).identityKey();
    byte[] peerSignature = PEER.payload(List.of()).identitySig();
    byte[] malloryKey = MALLORY.payload(List.of()).identityKey();
    byte[] mallorySignature = MALLORY.payload(List.of()).identitySig();
    byte[] unprefixed = MALLORY.identity().sign(MALLORY.staticKey().publicKey());
    byte[] otherDomain = MALLORY.identity().sign(
        NoiseIdentity.signedBytes(Arrays.copyOf(MALLORY.staticKey().publicKey(), 31)));
    byte[] none = {};
    return List.of(
        new HandshakePayload(peerKey, peerSignature, List.of()),
        new HandshakePayload(peerKey, mallorySignature, List.of()),
        new HandshakePayload(malloryKey, peerSignature, List.of()),
        new HandshakePayload(malloryKey, unprefixed, List.of()),
        new HandshakePayload(malloryKey, otherDomain, List.of()),
        new HandshakePayload(malloryKey, new byte[64], List.of()),
        new HandshakePayload(malloryKey, Arrays.copyOf(mallorySignature, 63), List.of()),
        new HandshakePayload(malloryKey, none, List.of()),
        new HandshakePayload(none, mallorySignature, List.of()),
        new HandshakePayload(none, none, List.of()),
        new HandshakePayload(Arrays.copyOf(malloryKey, 20), mallorySignature, List.of()),
        new HandshakePayload(hex("08011220" + "00".repeat(32)), mallorySignature, List.of()),
        new HandshakePayload(hex("08071220" + "00".repeat(32)), mallorySignature, List.of()));
  }

  @ParameterizedTest
  @MethodSource("lies")
  void aResponderRefusesAnInitiatorThatLies(HandshakePayload lie) throws Exception {
    Handshake victim = Handshake.responder(VICTIM, List.of(), new Random(1));
    HandshakeState mallory = new HandshakeState(true, new byte[0], MALLORY.staticKey(), new Random(2));
    victim.onBytes(Shake.framed(mallory.write(new byte[0])));
    mallory.read(Shake.unframed(victim.output()));
    assertRefused(victim, mallory.write(lie.encode()));
  }

  @ParameterizedTest
  @MethodSource("lies")
  void anInitiatorRefusesAResponderThatLiesEvenWhenItExpectsNobody(HandshakePayload lie) throws Exception {
    Handshake victim = Handshake.initiator(VICTIM, List.of(), null, new Random(1));
    assertRefused(victim, answer(victim, lie));
  }

  private static byte[] answer(Handshake victim, HandshakePayload payload) throws HandshakeException {
    HandshakeState mallory = new HandshakeState(false, new byte[0], MALLORY.staticKey(), new Random(2));
    mallory.read(Shake.unframed(victim.output()));
    return mallory.write(payload.encode());
  }

  @Test
  void anHonestPeerThatIsNotTheDialledOneIsRefused() throws Exception {
    Handshake victim = Handshake.initiator(VICTIM, List.of(), PEER_ID, new Random(1));
    HandshakeException e = assertRefused(victim, answer(victim, MALLORY.payload(List.of())));
    assertTrue(e.getMessage().contains("expected peer " + PEER_ID + " but it is 12D3Koo"), e.getMessage());
  }

  @Test
  void bytesThatAreNoPayloadAreRefused() throws Exception {
    Handshake victim = Handshake.initiator(VICTIM, List.of(), null, new Random(1));
    HandshakeState mallory = new HandshakeState(false, new byte[0], MALLORY.staticKey(), new Random(2));
    mallory.read(Shake.unframed(victim.output()));
    assertRefused(victim, mallory.write(new byte[] {10, 99}));
  }

  @Test
  void messagesOfAnotherHandshakeAreRefused() throws Exception {
    Handshake first = Handshake.initiator(VICTIM, List.of(), null, new Random(1));
    Handshake peer = Handshake.responder(PEER, List.of(), new Random(2));
    peer.onBytes(first.output());
    byte[] recordedSecond = Shake.bytes(peer.output());
    first.onBytes(ByteBuffer.wrap(recordedSecond));
    byte[] recordedThird = Shake.bytes(first.output());

    Handshake initiator = Handshake.initiator(VICTIM, List.of(), null, new Random(3));
    initiator.output();
    assertRefused(initiator, Arrays.copyOfRange(recordedSecond, 2, recordedSecond.length));
    Handshake responder = Handshake.responder(PEER, List.of(), new Random(4));
    responder.onBytes(Handshake.initiator(VICTIM, List.of(), null, new Random(1)).output());
    responder.output();
    assertRefused(responder, Arrays.copyOfRange(recordedThird, 2, recordedThird.length));
  }

  @Test
  void ourOwnMessageReflectedIsRefused() throws Exception {
    Handshake victim = Handshake.initiator(VICTIM, List.of(), null, new Random(1));
    assertRefused(victim, Shake.unframed(victim.output()));
  }

  /** The points whose order divides 8, and those that are the same modulo the prime (RFC 7748, section 6.1). */
  private static final String LOW_ORDER = "0000000000000000000000000000000000000000000000000000000000000000,"
      + "0100000000000000000000000000000000000000000000000000000000000000,"
      + "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800,"
      + "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157,"
      + "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f,"
      + "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f,"
      + "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f,"
      + "0000000000000000000000000000000000000000000000000000000000000080,"
      + "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b880,"
      + "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f11d7,"
      + "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";

  static List<byte[]> lowOrderPoints() {
    return Arrays.stream(LOW_ORDER.split(",")).map(NoiseVectors::hex).toList();
  }

  @ParameterizedTest
  @MethodSource("lowOrderPoints")
  void aLowOrderEphemeralKeyIsRefusedByBothSides(byte[] point) throws Exception {
    assertRefused(Handshake.responder(VICTIM, List.of(), new Random(1)), point);
    Handshake initiator = Handshake.initiator(VICTIM, List.of(), null, new Random(1));
    initiator.output();
    byte[] second = Arrays.copyOf(point, 300);
    HandshakeException e = assertRefused(initiator, second);
    assertTrue(e.getMessage().contains("low order"), e.getMessage());
  }

  /** Everything about this message is right but the static key, whose secrets everybody knows to be zero. */
  @ParameterizedTest
  @MethodSource("lowOrderPoints")
  void aLowOrderStaticKeyOfTheResponderIsRefused(byte[] point) throws Exception {
    Handshake victim = Handshake.initiator(VICTIM, List.of(), null, new Random(1));
    byte[] remote = Shake.unframed(victim.output());
    X25519Key ephemeral = X25519Key.generate(new Random(2));
    SymmetricState symmetric = symmetric(remote, ephemeral.publicKey());
    symmetric.mixKey(ephemeral.agree(remote));
    byte[] encryptedStatic = symmetric.encryptAndHash(point);
    symmetric.mixKey(new byte[32]);
    byte[] payload = symmetric.encryptAndHash(payloadFor(point));
    HandshakeException e = assertRefused(victim, join(ephemeral.publicKey(), encryptedStatic, payload));
    assertTrue(e.getMessage().contains("low order"), e.getMessage());
  }

  @ParameterizedTest
  @MethodSource("lowOrderPoints")
  void aLowOrderStaticKeyOfTheInitiatorIsRefused(byte[] point) throws Exception {
    Handshake victim = Handshake.responder(VICTIM, List.of(), new Random(1));
    X25519Key ephemeral = X25519Key.generate(new Random(2));
    victim.onBytes(Shake.framed(ephemeral.publicKey()));
    byte[] second = Shake.unframed(victim.output());
    byte[] remote = Arrays.copyOf(second, 32);
    SymmetricState symmetric = symmetric(ephemeral.publicKey(), remote);
    symmetric.mixKey(ephemeral.agree(remote));
    byte[] remoteStatic = symmetric.decryptAndHash(second, 32, 48);
    symmetric.mixKey(ephemeral.agree(remoteStatic));
    symmetric.decryptAndHash(second, 80, second.length - 80);
    byte[] encryptedStatic = symmetric.encryptAndHash(point);
    symmetric.mixKey(new byte[32]);
    byte[] payload = symmetric.encryptAndHash(payloadFor(point));
    HandshakeException e = assertRefused(victim, join(encryptedStatic, payload));
    assertTrue(e.getMessage().contains("low order"), e.getMessage());
  }

  /** The state after the first message and the ephemeral key of the second. */
  private static SymmetricState symmetric(byte[] initiatorEphemeral, byte[] responderEphemeral)
      throws HandshakeException {
    SymmetricState state = new SymmetricState("Noise_XX_25519_ChaChaPoly_SHA256".getBytes(StandardCharsets.US_ASCII));
    state.mixHash(new byte[0], 0, 0);
    state.mixHash(initiatorEphemeral, 0, 32);
    state.encryptAndHash(new byte[0]);
    state.mixHash(responderEphemeral, 0, 32);
    return state;
  }

  private static byte[] payloadFor(byte[] staticKey) {
    return new HandshakePayload(MALLORY.payload(List.of()).identityKey(),
        MALLORY.identity().sign(NoiseIdentity.signedBytes(staticKey)), List.of()).encode();
  }

  @ParameterizedTest
  @ValueSource(ints = {4097, 32768, 65535})
  void aMessageOverTheLimitIsRefusedAtItsLength(int length) {
    Handshake victim = Handshake.responder(VICTIM, List.of(), new Random(1));
    ByteBuffer prefix = ByteBuffer.allocate(2).putShort((short) length).flip();
    assertThrows(HandshakeException.class, () -> victim.onBytes(prefix));
  }

  @Test
  void everyChangedByteOfEveryMessageEndsTheHandshake() throws Exception {
    int[] lengths = {34, 2 + 96 + 104, 2 + 64 + 104};
    for (int message = 0; message < 3; message++) {
      for (int i = 0; i < lengths[message]; i++) {
        assertFalse(bothComplete(message, i), "message " + message + ", byte " + i);
      }
    }
  }

  private static boolean bothComplete(int changedMessage, int changedByte) {
    Handshake initiator = Handshake.initiator(VICTIM, List.of(), null, new Random(1));
    Handshake responder = Handshake.responder(PEER, List.of(), new Random(2));
    try {
      for (int message = 0; message < 3; message++) {
        ByteBuffer bytes = (message == 1 ? responder : initiator).output();
        if (bytes == null) {
          return false;
        }
        if (message == changedMessage) {
          bytes.array()[changedByte] ^= (byte) 0x80;
        }
        (message == 1 ? initiator : responder).onBytes(bytes);
      }
      return initiator.isComplete() && responder.isComplete();
    } catch (HandshakeException e) {
      return false;
    }
  }

  private static HandshakeException assertRefused(Handshake victim, byte[] message) {
    HandshakeException e = assertThrows(HandshakeException.class, () -> victim.onBytes(Shake.framed(message)));
    assertFalse(victim.isComplete());
    assertNull(victim.output());
    assertNull(victim.remotePeer());
    assertNull(victim.remoteKey());
    assertNull(victim.sealer());
    assertNull(victim.opener());
    assertSame(e, assertThrows(HandshakeException.class, () -> victim.onBytes(ByteBuffer.allocate(0))));
    return e;
  }

  private static byte[] join(byte[]... parts) {
    ByteBuffer all = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(part -> part.length).sum());
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }
}
