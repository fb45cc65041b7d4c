package io.peerbus.noise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.peerbus.fuzz.Allocation;
import io.peerbus.secure.HandshakeException;

/** Fuzz target: what is inside the second and the third message of a handshake, before its signature is checked. */
class HandshakePayloadFuzz {

  @FuzzTest
  void anyPayload(byte[] input) {
    Allocation.assertBounded(input.length, () -> HandshakePayload.decode(input));
    try {
      byte[] encoded = HandshakePayload.decode(input).encode();
      assertArrayEquals(encoded, HandshakePayload.decode(encoded).encode());
    } catch (HandshakeException refused) {
      return;
    }
  }
}
