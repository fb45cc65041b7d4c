package io.peerbus.identify;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.peerbus.fuzz.Allocation;
import io.peerbus.multiformats.FormatException;

/** Fuzz target: what a peer tells of itself, in one message or in many, and in any pieces. */
class IdentifyFuzz {

  @FuzzTest
  void anyMessages(byte[] input) {
    Allocation.assertBounded(input.length, () -> IdentifyReaderTest.read(input, 4096));
    for (int chunk : new int[] {1, 64}) {
      try {
        Identification.of(IdentifyReaderTest.read(input, chunk), Peers.id(1), IdentifyReaderTest.FROM,
            Identification.NO_RECORD);
      } catch (FormatException refused) {
        continue;
      }
    }
  }
}
