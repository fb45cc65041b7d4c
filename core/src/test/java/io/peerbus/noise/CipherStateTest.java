package io.peerbus.noise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.peerbus.secure.HandshakeException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** SEC-14: nonces never wrap, and a bad ciphertext never moves one. */
class CipherStateTest {

  private static final byte[] NO_AD = {};
  private static final byte[] KEY = new byte[32];
  private static final byte[] PLAIN = {1, 2, 3, 4};

  private static byte[] encrypt(CipherState state) throws HandshakeException {
    byte[] out = new byte[PLAIN.length + AeadCipher.TAG];
    state.encrypt(NO_AD, PLAIN, 0, PLAIN.length, out, 0);
    return out;
  }

  private static byte[] decrypt(CipherState state, byte[] sealed) throws HandshakeException {
    byte[] out = new byte[PLAIN.length];
    state.decrypt(NO_AD, sealed, 0, sealed.length, out, 0);
    return out;
  }

  @Test
  void theLastNonceIsUsedAndThenTheKeyIsUsedUp() throws Exception {
    CipherState sender = new CipherState(KEY);
    CipherState receiver = new CipherState(KEY);
    sender.setNonce(-2);
    receiver.setNonce(-2);
    assertArrayEquals(PLAIN, decrypt(receiver, encrypt(sender)));
    for (int i = 0; i < 3; i++) {
      assertEquals("the nonces of this key are used up",
          assertThrows(HandshakeException.class, () -> encrypt(sender)).getMessage());
      assertThrows(HandshakeException.class, () -> decrypt(receiver, new byte[20]));
    }
  }

  @Test
  void aSealerAtItsLimitFailsInsteadOfStartingAgain() throws Exception {
    CipherState state = new CipherState(KEY);
    state.setNonce(-2);
    Sealer sealer = new Sealer(state);
    Shake.seal(sealer, PLAIN);
    assertThrows(HandshakeException.class, () -> Shake.seal(sealer, PLAIN));
  }

  @Test
  void theNonceIsLittleEndianAndUnsigned() throws Exception {
    CipherState state = new CipherState(KEY);
    state.setNonce(0x80_00_00_00_00_00_00_01L);
    byte[] sealed = encrypt(state);
    AeadCipher same = new BouncyCastleAead(KEY);
    byte[] out = new byte[PLAIN.length];
    assertEquals(4, same.open(ByteBuffer.wrap(new byte[] {(byte) 0x80, 0, 0, 0, 0, 0, 0, 1}).getLong(),
        NO_AD, sealed, 0, sealed.length, out, 0));
    assertFalse(Arrays.equals(sealed, encrypt(state)));
  }

  @Test
  void aWrongTagDoesNotMoveTheNonce() throws Exception {
    CipherState sender = new CipherState(KEY);
    CipherState receiver = new CipherState(KEY);
    byte[] first = encrypt(sender);
    byte[] second = encrypt(sender);
    assertThrows(HandshakeException.class, () -> decrypt(receiver, second));
    assertArrayEquals(PLAIN, decrypt(receiver, first));
    assertArrayEquals(PLAIN, decrypt(receiver, second));
  }

  @Test
  void anythingShorterThanATagIsRefused() {
    CipherState receiver = new CipherState(KEY);
    for (int length = 0; length < AeadCipher.TAG; length++) {
      byte[] sealed = new byte[length];
      assertThrows(HandshakeException.class, () -> receiver.decrypt(NO_AD, sealed, 0, sealed.length, sealed, 0));
    }
  }

  @Test
  void aDestroyedStateDoesNothingMore() throws Exception {
    CipherState state = new CipherState(KEY);
    byte[] sealed = encrypt(new CipherState(KEY));
    state.destroy();
    state.destroy();
    assertThrows(HandshakeException.class, () -> decrypt(state, sealed));
    assertThrows(HandshakeException.class, () -> encrypt(state));
  }
}
