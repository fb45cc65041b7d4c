package io.peerbus.pnet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.peerbus.fuzz.Allocation;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Fuzz target: the first bytes of a connection in a private network, from somebody who may not have its key. */
class CloakFuzz {

  private static final byte[] KEY = new byte[PrivateNetwork.LENGTH];

  @FuzzTest
  void anyBytes(byte[] input) {
    Allocation.assertBounded(input.length, () -> cloak(input).uncover(ByteBuffer.wrap(input)));
    byte[] plain = uncovered(input, Math.max(1, input.length));
    assertArrayEquals(plain, uncovered(input, 1));
    assertArrayEquals(plain, uncovered(input, 7));
    if (plain.length > 0) {
      byte[] hidden = Arrays.copyOf(plain, input.length);
      assertEquals(input.length, cloak(input).hide(hidden, plain.length));
      assertArrayEquals(input, hidden, "under the same nonce it is what came");
    }
  }

  private static byte[] uncovered(byte[] input, int piece) {
    Cloak cloak = cloak(input);
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    for (int at = 0; at < input.length; at += piece) {
      ByteBuffer in = ByteBuffer.wrap(input, at, Math.min(piece, input.length - at));
      ByteBuffer out = cloak.uncover(in);
      assertFalse(in.hasRemaining());
      plain.write(out.array(), out.arrayOffset() + out.position(), out.remaining());
    }
    return plain.toByteArray();
  }

  /** Hides with the nonce that the input begins with. */
  private static Cloak cloak(byte[] input) {
    return new Cloak(KEY, new RandomGenerator() {
      @Override
      public long nextLong() {
        throw new AssertionError("only bytes are needed");
      }

      @Override
      public void nextBytes(byte[] bytes) {
        System.arraycopy(input, 0, bytes, 0, bytes.length);
      }
    });
  }
}
