package io.peerbus.multistream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.peerbus.fuzz.Allocation;
import java.nio.ByteBuffer;

/** Fuzz target: what a peer says to agree on a protocol, to a dialer and to a listener. */
class NegotiationFuzz {

  @FuzzTest
  void anyConversation(byte[] input) {
    for (boolean dialer : new boolean[] {true, false}) {
      Allocation.assertBounded(input.length, () -> NegotiationFuzzTest.make(dialer).onBytes(ByteBuffer.wrap(input)));
      NegotiationFuzzTest.Outcome atOnce = NegotiationFuzzTest.feed(dialer, input, Math.max(1, input.length));
      assertEquals(atOnce, NegotiationFuzzTest.feed(dialer, input, 1));
      assertEquals(atOnce, NegotiationFuzzTest.feed(dialer, input, 7));
    }
  }
}
