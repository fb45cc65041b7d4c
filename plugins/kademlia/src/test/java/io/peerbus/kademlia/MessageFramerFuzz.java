package io.peerbus.kademlia;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.peerbus.fuzz.Allocation;
import io.peerbus.multiformats.FormatException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Fuzz target: the bytes of a stream, cut into messages whatever pieces they come in, and those messages. */
class MessageFramerFuzz {

  private static final int MAX_SIZE = 1 << 16;

  @FuzzTest
  void anyStream(byte[] input) {
    Allocation.assertBounded(2 * input.length, () -> framed(input, input.length));
    List<String> atOnce = outcome(input, Math.max(1, input.length));
    assertEquals(atOnce, outcome(input, 1));
    assertEquals(atOnce, outcome(input, 7));
    for (byte[] body : whole(input)) {
      MessageFuzz.check(body);
    }
  }

  private static List<byte[]> framed(byte[] input, int piece) throws FormatException {
    MessageFramer framer = new MessageFramer(MAX_SIZE);
    List<byte[]> messages = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(input).limit(0);
    while (in.limit() < input.length) {
      in.limit(Math.min(input.length, in.limit() + piece));
      for (byte[] next = framer.next(in); next != null; next = framer.next(in)) {
        messages.add(next);
      }
    }
    return messages;
  }

  private static List<byte[]> whole(byte[] input) {
    try {
      return framed(input, Math.max(1, input.length));
    } catch (FormatException refused) {
      return List.of();
    }
  }

  private static List<String> outcome(byte[] input, int piece) {
    try {
      return framed(input, piece).stream().map(HexFormat.of()::formatHex).toList();
    } catch (FormatException refused) {
      return List.of("refused: " + refused.getMessage());
    }
  }
}
