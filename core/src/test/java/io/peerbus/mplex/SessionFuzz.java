package io.peerbus.mplex;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.List;

/** Fuzz target: frames to a session that listens. */
class SessionFuzz {

  @FuzzTest
  void anyFrames(byte[] input) {
    List<Object> atOnce = feed(input, input.length);
    assertEquals(atOnce, feed(input, 1));
    assertEquals(atOnce, feed(input, 7));
  }

  private static List<Object> feed(byte[] input, int chunk) {
    return io.peerbus.mplex.FuzzTest.feed(ByteBuffer.wrap(input), chunk);
  }
}
