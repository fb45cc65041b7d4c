package io.peerbus.noise;

import static io.peerbus.noise.NoiseVectors.hex;
import static io.peerbus.noise.NoiseVectors.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.secure.HandshakeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The core of Noise against the "cacophony" vectors, which have a prologue and payloads that are not libp2p's. */
class HandshakeStateTest {

  private static final byte[] PROLOGUE = hex("4a6f686e2047616c74");
  private static final String[] PAYLOADS = {
      "4c756477696720766f6e204d69736573", "4d757272617920526f746862617264", "462e20412e20486179656b",
      "4361726c204d656e676572", "4a65616e2d426170746973746520536179", "457567656e2042f6686d20766f6e2042617765726b"};
  private static final String[] CIPHERTEXTS = {
      "ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c79444c756477696720766f6e204d69736573",
      "95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f14480884381cbad1f276e038c48378ffce2b65285e08d6b68aaa3"
          + "629a5a8639392490e5b9bd5269c2f1e4f488ed8831161f19b7815528f8982ffe09be9b5c412f8a0db50f8814c7194e83f23dbd8d16"
          + "2c9326ad",
      "c7195ffacac1307ff99046f219750fc47693e23c3cb08b89c2af808b444850a80ae475b9df0f169ae80a89be0865b57f58c9fea0d4ec"
          + "82a286427402f113e4b6ae769a1d95941d49b25030",
      "96763ed773f8e47bb3712f0e29b3060ffc956ffc146cee53d5e1df",
      "3e40f15f6f3a46ae446b253bf8b1d9ffb6ed9b174d272328ff91a7e2e5c79c07f5",
      "eb3f3515110702e047a6c9da4478b6ead94873c11c0f2d710ddb3f09fce024b3a58502ae3f"};

  private final HandshakeState initiator = new HandshakeState(true, PROLOGUE,
      X25519Key.generate(NoiseVectors.giving(NoiseVectors.INITIATOR_STATIC)),
      NoiseVectors.giving(NoiseVectors.INITIATOR_EPHEMERAL));
  private final HandshakeState responder = new HandshakeState(false, PROLOGUE,
      X25519Key.generate(NoiseVectors.giving(NoiseVectors.RESPONDER_STATIC)),
      NoiseVectors.giving(NoiseVectors.RESPONDER_EPHEMERAL));

  private void shakeHands() throws HandshakeException {
    for (int i = 0; i < 3; i++) {
      HandshakeState writer = i % 2 == 0 ? initiator : responder;
      HandshakeState reader = i % 2 == 0 ? responder : initiator;
      byte[] message = writer.write(hex(PAYLOADS[i]));
      assertEquals(CIPHERTEXTS[i], text(message));
      assertEquals(PAYLOADS[i], text(reader.read(message)));
    }
  }

  @Test
  void theHandshakeIsThatOfTheReference() throws Exception {
    shakeHands();
    String hash = "c8e5f64e846193be2a834104c2a009868d6c9f3bd3c186299888b488b2f1f58e";
    assertEquals(hash, text(initiator.hash()));
    assertEquals(hash, text(responder.hash()));
    assertEquals("6bc3822a2aa7f4e6981d6538692b3cdf3e6df9eea6ed269eb41d93c22757b75a", text(responder.remoteStatic()));
  }

  @Test
  void theTransportIsThatOfTheReference() throws Exception {
    shakeHands();
    CipherState[] initiators = initiator.split();
    CipherState[] responders = responder.split();
    // The vectors go on in turn, so the responder writes the fourth message.
    for (int i = 3; i < 6; i++) {
      int direction = i % 2 == 0 ? 0 : 1;
      byte[] plain = hex(PAYLOADS[i]);
      byte[] out = new byte[plain.length + 16];
      CipherState sender = direction == 0 ? initiators[0] : responders[1];
      CipherState receiver = direction == 0 ? responders[0] : initiators[1];
      assertEquals(out.length, sender.encrypt(new byte[0], plain, 0, plain.length, out, 0));
      assertEquals(CIPHERTEXTS[i], text(out));
      byte[] opened = new byte[plain.length];
      assertEquals(plain.length, receiver.decrypt(new byte[0], out, 0, out.length, opened, 0));
      assertArrayEquals(plain, opened);
    }
  }

  @Test
  void anotherPrologueFailsAtTheFirstTag() throws Exception {
    HandshakeState other = new HandshakeState(false, hex("00"),
        X25519Key.generate(NoiseVectors.giving(NoiseVectors.RESPONDER_STATIC)),
        NoiseVectors.giving(NoiseVectors.RESPONDER_EPHEMERAL));
    other.read(initiator.write(new byte[0]));
    byte[] second = other.write(new byte[0]);
    assertThrows(HandshakeException.class, () -> initiator.read(second));
  }

  @Test
  void messagesAlternateAndEnd() throws Exception {
    assertThrows(IllegalStateException.class, () -> responder.write(new byte[0]));
    assertThrows(IllegalStateException.class, () -> initiator.read(new byte[32]));
    shakeHands();
    assertTrue(initiator.isComplete() && responder.isComplete());
    assertThrows(IllegalStateException.class, () -> initiator.write(new byte[0]));
    assertThrows(IllegalStateException.class, () -> responder.read(new byte[64]));
  }

  @Test
  void everyMessageIsRefusedWhenItIsCutAnywhereInItsKeysOrTags() throws Exception {
    byte[] first = initiator.write(new byte[0]);
    byte[] second = copyOf(responder, first);
    List<Integer> accepted = new ArrayList<>();
    for (int length = 0; length < second.length; length++) {
      HandshakeState fresh = new HandshakeState(true, PROLOGUE,
          X25519Key.generate(NoiseVectors.giving(NoiseVectors.INITIATOR_STATIC)),
          NoiseVectors.giving(NoiseVectors.INITIATOR_EPHEMERAL));
      fresh.write(new byte[0]);
      try {
        fresh.read(Arrays.copyOf(second, length));
        accepted.add(length);
      } catch (HandshakeException e) {
        assertTrue(e.getMessage().contains("too short") || e.getMessage().contains("tag"), e.getMessage());
      }
    }
    assertEquals(List.of(), accepted);
  }

  private static byte[] copyOf(HandshakeState responder, byte[] first) throws HandshakeException {
    responder.read(first);
    return responder.write(new byte[0]);
  }
}
