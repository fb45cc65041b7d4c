package io.peerbus.noise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.secure.HandshakeException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Transport frames between a Sealer and an Opener; SEC-14. */
class OpenerTest {

  private static final byte[] KEY = new byte[32];

  private final Sealer sealer = new Sealer(new CipherState(KEY));
  private final Opener opener = new Opener(new CipherState(KEY));

  private byte[] sealed(int length) throws HandshakeException {
    return Shake.seal(sealer, plain(length));
  }

  private static byte[] plain(int length) {
    byte[] plain = new byte[length];
    new Random(length).nextBytes(plain);
    return plain;
  }

  @Test
  void framesOfAllSizesPassInOnePiece() throws Exception {
    int[] lengths = {1, 2, 16, 1000, 16384, 65518, Sealer.MAX_PLAINTEXT};
    ByteBuffer wire = ByteBuffer.allocateDirect(200_000);
    for (int length : lengths) {
      wire.put(sealed(length));
    }
    wire.flip();
    for (int length : lengths) {
      assertEquals(ByteBuffer.wrap(plain(length)), opener.open(wire));
    }
    assertNull(opener.open(wire));
  }

  @Test
  void framesPassOneByteAtATime() throws Exception {
    byte[] wire = sealed(3000);
    for (int i = 0; i < wire.length - 1; i++) {
      assertNull(opener.open(ByteBuffer.wrap(wire, i, 1)));
    }
    assertEquals(ByteBuffer.wrap(plain(3000)), opener.open(ByteBuffer.wrap(wire, wire.length - 1, 1)));
  }

  @Test
  void aFrameOwnsItsBytes() throws Exception {
    byte[] wire = ByteBuffer.allocate(2 * 28).put(sealed(10)).put(sealed(10)).array();
    ByteBuffer in = ByteBuffer.wrap(wire);
    ByteBuffer first = opener.open(in);
    ByteBuffer second = opener.open(in);
    new Random(1).nextBytes(wire);
    assertEquals(ByteBuffer.wrap(plain(10)), first);
    assertEquals(ByteBuffer.wrap(plain(10)), second);
    assertTrue(first.hasArray() && first.arrayOffset() == 0 && first.capacity() == 10);
    assertFalse(first.array() == second.array());
  }

  @Test
  void emptyFramesAreLegalAndSkipped() throws Exception {
    ByteBuffer wire = ByteBuffer.allocate(100);
    wire.put(sealed(0)).put(sealed(0)).put(sealed(5)).put(sealed(0)).flip();
    assertEquals(ByteBuffer.wrap(plain(5)), opener.open(wire));
    assertNull(opener.open(wire));
    assertEquals(0, wire.remaining());
  }

  @Test
  void plaintextOverTheLimitIsOurBug() {
    byte[] out = new byte[70_000];
    assertThrows(IllegalArgumentException.class, () -> sealer.seal(new byte[65520], 0, 65520, out, 0));
    assertThrows(IllegalArgumentException.class, () -> sealer.seal(new byte[1], 0, -1, out, 0));
  }

  @Test
  void sealWritesAtItsOffsetsOnly() throws Exception {
    byte[] out = new byte[40];
    assertEquals(3 + Sealer.OVERHEAD, sealer.seal(new byte[] {9, 1, 2, 3, 9}, 1, 3, out, 10));
    assertEquals(0, out[9] | out[31]);
    assertEquals(ByteBuffer.wrap(new byte[] {1, 2, 3}), opener.open(ByteBuffer.wrap(out, 10, 21)));
  }

  @Test
  void everyFlippedBitKillsTheConnectionForGood() throws Exception {
    byte[] good = new Sealed(0).frame();
    byte[] next = new Sealed(1).frame();
    for (int bit = 0; bit < 8 * good.length; bit++) {
      byte[] bad = good.clone();
      bad[bit / 8] ^= (byte) (1 << bit % 8);
      Opener victim = new Opener(new CipherState(KEY));
      ByteBuffer in = ByteBuffer.allocate(70_000).put(bad).put(next).put(new byte[66_000]).flip();
      HandshakeException first = assertThrows(HandshakeException.class, () -> victim.open(in), "bit " + bit);
      assertSame(first, assertThrows(HandshakeException.class, () -> victim.open(ByteBuffer.wrap(good))));
      assertSame(first, assertThrows(HandshakeException.class, () -> victim.open(ByteBuffer.wrap(next))));
    }
  }

  /** A frame under the key at a given place in the sequence. */
  private record Sealed(long nonce) {
    byte[] frame() throws HandshakeException {
      CipherState state = new CipherState(KEY);
      state.setNonce(nonce);
      return Shake.seal(new Sealer(state), plain(20));
    }
  }

  @Test
  void replayedDroppedAndSwappedFramesAreRefused() throws Exception {
    byte[] first = sealed(10);
    byte[] second = sealed(10);
    opener.open(ByteBuffer.wrap(first));
    assertThrows(HandshakeException.class, () -> opener.open(ByteBuffer.wrap(first)));
    Opener other = new Opener(new CipherState(KEY));
    assertThrows(HandshakeException.class, () -> other.open(ByteBuffer.wrap(second)));
  }

  @Test
  void framesTooShortForATagAreRefused() {
    for (int length = 0; length < 16; length++) {
      byte[] frame = new byte[2 + length];
      frame[1] = (byte) length;
      Opener victim = new Opener(new CipherState(KEY));
      assertThrows(HandshakeException.class, () -> victim.open(ByteBuffer.wrap(frame)));
    }
  }

  @Test
  void afterDestroyNothingIsSealedOrOpened() throws Exception {
    byte[] frame = sealed(10);
    sealer.destroy();
    opener.destroy();
    assertThrows(HandshakeException.class, () -> sealed(10));
    assertThrows(HandshakeException.class, () -> opener.open(ByteBuffer.wrap(frame)));
  }
}
