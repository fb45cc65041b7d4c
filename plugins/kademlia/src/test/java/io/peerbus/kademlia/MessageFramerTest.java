package io.peerbus.kademlia;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.fuzz.Allocation;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Varint;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class MessageFramerTest {

  private static byte[] frames(List<byte[]> bodies) {
    int size = bodies.stream().mapToInt(body -> body.length + Varint.length(body.length)).sum();
    ByteBuffer out = ByteBuffer.allocate(size);
    for (byte[] body : bodies) {
      Varint.write(body.length, out);
      out.put(body);
    }
    return out.array();
  }

  @Property(tries = 200)
  void howeverTheBytesAreCutTheMessagesAreTheSame(@ForAll @Size(max = 5) List<@IntRange(max = 5000) Integer> sizes,
      @ForAll long seed) throws FormatException {
    Random random = new Random(seed);
    List<byte[]> sent = new ArrayList<>();
    for (int size : sizes) {
      byte[] body = new byte[1 + size];
      random.nextBytes(body);
      sent.add(body);
    }
    byte[] stream = frames(sent);
    List<byte[]> read = new ArrayList<>();
    MessageFramer framer = new MessageFramer(10_000);
    for (int at = 0; at < stream.length;) {
      int count = Math.min(stream.length - at, 1 + random.nextInt(random.nextBoolean() ? 3 : 3000));
      ByteBuffer part = ByteBuffer.wrap(stream, at, count);
      for (byte[] body = framer.next(part); body != null; body = framer.next(part)) {
        read.add(body);
      }
      at += count;
    }
    assertFalse(framer.isWaiting());
    assertEquals(sent.size(), read.size());
    for (int i = 0; i < sent.size(); i++) {
      assertArrayEquals(sent.get(i), read.get(i));
    }
  }

  @Property(tries = 500)
  void anyBytesAreCutOrRefusedWithoutWaste(@ForAll @Size(max = 300) byte[] bytes) {
    Allocation.assertBounded(bytes.length, () -> {
      MessageFramer framer = new MessageFramer(1 << 20);
      ByteBuffer in = ByteBuffer.wrap(bytes);
      while (framer.next(in) != null) {
        assertTrue(in.position() > 0);
      }
    });
  }

  /** SEC-11: a megabyte is announced, and little of it comes. */
  @Example
  void whatIsAnnouncedCostsNothingUntilItComes() {
    for (int sent : new int[] {1, 100, 1024, 1025, 10_000, 500_000}) {
      ByteBuffer bytes = ByteBuffer.allocate(3 + sent);
      Varint.write(1 << 20, bytes);
      Allocation.assertBounded(3 + sent, () -> assertNull(new MessageFramer(1 << 20).next(bytes.rewind())));
    }
  }

  @Example
  void aMessageThatComesByteByByteCostsTwiceItsSize() {
    byte[] stream = frames(List.of(new byte[300_000]));
    Allocation.assertBounded(stream.length, () -> {
      MessageFramer framer = new MessageFramer(1 << 20);
      ByteBuffer in = ByteBuffer.wrap(stream);
      byte[] whole = null;
      for (int end = 1; end <= stream.length; end++) {
        in.limit(end);
        whole = framer.next(in);
      }
      assertEquals(300_000, whole.length);
    });
  }

  @Example
  void lengthsThatAreWrongAreRefused() {
    for (String wrong : List.of("ffffffffff", "8000", "808000", "818000", "818080808000", "ffff7f")) {
      assertThrows(FormatException.class,
          () -> new MessageFramer(1 << 20).next(ByteBuffer.wrap(HexFormat.of().parseHex(wrong))), wrong);
    }
    assertEquals("kademlia: a message of 1025 bytes: the most is 1024", assertThrows(FormatException.class,
        () -> new MessageFramer(1024).next(ByteBuffer.wrap(HexFormat.of().parseHex("8108")))).getMessage());
  }

  @Example
  void emptyMessagesArePassedOver() throws FormatException {
    MessageFramer framer = new MessageFramer(10);
    assertArrayEquals(new byte[] {5}, framer.next(ByteBuffer.wrap(new byte[] {0, 0, 1, 5})));
    assertNull(framer.next(ByteBuffer.wrap(new byte[] {0, 2, 1})));
    assertTrue(framer.isWaiting());
  }
}
