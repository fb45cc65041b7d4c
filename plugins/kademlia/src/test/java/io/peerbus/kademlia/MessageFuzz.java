package io.peerbus.kademlia;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.peerbus.fuzz.Allocation;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Varint;
import java.nio.ByteBuffer;

/** Fuzz target: one message, read, written and read again. */
class MessageFuzz {

  private static final KademliaLimits LIMITS = new KademliaLimits();

  @FuzzTest
  void anyMessage(byte[] input) {
    check(input);
  }

  static void check(byte[] input) {
    Allocation.assertBounded(input.length, () -> Message.read(input, LIMITS));
    try {
      Message read = Message.read(input, LIMITS);
      assertTrue(read.closer().size() <= LIMITS.getMaxCloserPeers(), "too many peers");
      assertTrue(read.providers().size() <= LIMITS.getMaxProviderPeers(), "too many providers");
      byte[] written = body(read, 1 << 20);
      assertArrayEquals(written, body(Message.read(written, LIMITS), 1 << 20));
      byte[] answer = MessageWriter.write(read.answer(null, read.closer(), read.providers()), 1 << 14);
      assertTrue(answer.length <= 1 << 14, "an answer of " + answer.length);
    } catch (FormatException refused) {
      return;
    }
  }

  /** Without the length before it. */
  private static byte[] body(Message message, int maxSize) throws FormatException {
    ByteBuffer frame = ByteBuffer.wrap(MessageWriter.write(message, maxSize));
    byte[] body = new byte[(int) Varint.read(frame)];
    frame.get(body);
    assertFalse(frame.hasRemaining());
    return body;
  }
}
