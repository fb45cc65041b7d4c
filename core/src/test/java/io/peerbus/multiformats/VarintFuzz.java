package io.peerbus.multiformats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.peerbus.fuzz.Allocation;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Fuzz target: one number after the other. */
class VarintFuzz {

  @FuzzTest
  void anyVarints(byte[] input) {
    Allocation.assertBounded(input.length, () -> read(input));
    try {
      read(input);
    } catch (FormatException refused) {
      return;
    }
  }

  private static void read(byte[] input) throws FormatException {
    ByteBuffer in = ByteBuffer.wrap(input);
    while (in.hasRemaining()) {
      int from = in.position();
      long value = Varint.read(in);
      ByteBuffer again = ByteBuffer.allocate(Varint.length(value));
      Varint.write(value, again);
      if (!Arrays.equals(input, from, in.position(), again.array(), 0, again.capacity())) {
        assertArrayEquals(Arrays.copyOfRange(input, from, in.position()), again.array());
      }
    }
  }
}
