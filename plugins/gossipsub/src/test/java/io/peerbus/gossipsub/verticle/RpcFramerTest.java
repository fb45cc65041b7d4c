package io.peerbus.gossipsub.verticle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.fuzz.Allocation;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Varint;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RpcFramerTest {

  private static final int LIMIT = 1 << 20;

  private final List<byte[]> frames = new ArrayList<>();
  private final RpcFramer framer = new RpcFramer(LIMIT, frames::add);

  private static Buffer frame(byte[] body) {
    return Buffer.buffer(Varint.encode(body.length)).appendBytes(body);
  }

  private static byte[] body(int length) {
    byte[] body = new byte[length];
    new Random(length).nextBytes(body);
    return body;
  }

  private void assertFrames(byte[]... bodies) {
    assertEquals(bodies.length, frames.size());
    for (int i = 0; i < bodies.length; i++) {
      assertArrayEquals(bodies[i], frames.get(i));
    }
  }

  @Test
  void framesAreCutAllAtOnceAndByteByByteAndInAnyOtherWay() throws FormatException {
    byte[][] bodies = {body(1), body(127), body(128), body(5000), body(70_000), body(3)};
    Buffer all = Buffer.buffer();
    for (byte[] body : bodies) {
      all.appendBuffer(frame(body));
    }
    framer.onBytes(all);
    assertFrames(bodies);
    for (int step : new int[] {1, 2, 7, 127, 1000, 4096, 65_535}) {
      frames.clear();
      for (int at = 0; at < all.length(); at += step) {
        framer.onBytes(all.slice(at, Math.min(all.length(), at + step)));
      }
      assertFrames(bodies);
    }
  }

  @Test
  void anEmptyFrameSaysNothing() throws FormatException {
    framer.onBytes(Buffer.buffer(new byte[1000]).appendBuffer(frame(body(2))));
    assertFrames(body(2));
  }

  @Test
  void theLimitIsTheLargestFrame() throws FormatException {
    framer.onBytes(frame(body(LIMIT)));
    assertEquals(1, frames.size());
    assertEquals("rpc of 1048577 bytes: the most is 1048576", assertThrows(FormatException.class,
        () -> framer.onBytes(Buffer.buffer(Varint.encode(LIMIT + 1)))).getMessage());
  }

  /** SEC-11: varints that overflow, are longer than they need be, or never end. */
  @Test
  void lengthsThatAreNoneAreRefused() {
    for (String length : List.of("8000", "818000", "ffffffff7f", "8080808010", "ffffffffffffffffff01", "808080808000",
        "ffffffffffffffffffff01")) {
      assertThrows(FormatException.class,
          () -> new RpcFramer(LIMIT, frames::add).onBytes(Buffer.buffer(HexFormat.of().parseHex(length))), length);
    }
    assertEquals(List.of(), frames);
  }

  /** SEC-11: an announced length reserves nothing. */
  @Test
  void memoryGrowsWithWhatArrivesAndNotWithWhatIsAnnounced() {
    Buffer announced = Buffer.buffer(Varint.encode(LIMIT)).appendBytes(new byte[10]);
    Allocation.assertBounded(announced.length(), () -> new RpcFramer(LIMIT, frames::add).onBytes(announced));
    for (int arrived : new int[] {100, 1025, 5000, 100_000, 600_000, LIMIT - 1}) {
      Buffer part = Buffer.buffer(Varint.encode(LIMIT)).appendBytes(new byte[arrived]);
      Allocation.assertBounded(part.length(), () -> new RpcFramer(LIMIT, frames::add).onBytes(part));
    }
  }

  @Test
  void aWholeFrameInPiecesCostsTwiceItsSize() {
    byte[] body = body(500_000);
    Buffer whole = frame(body);
    List<Buffer> pieces = new ArrayList<>();
    for (int at = 0; at < whole.length(); at += 16_384) {
      pieces.add(whole.slice(at, Math.min(whole.length(), at + 16_384)));
    }
    Allocation.assertBounded(whole.length(), () -> {
      frames.clear();
      RpcFramer fresh = new RpcFramer(LIMIT, frames::add);
      for (Buffer piece : pieces) {
        fresh.onBytes(piece);
      }
    });
    assertFrames(body);
  }

  @Test
  void aFrameOfItsOwnIsHandedOutAndNothingElseKept() throws FormatException {
    byte[] sent = body(100);
    Buffer buffer = frame(sent);
    framer.onBytes(buffer);
    buffer.setByte(50, (byte) ~buffer.getByte(50));
    assertFrames(sent);
  }

  @Test
  void randomBytesCauseNothingButTheDeclaredException() {
    Random random = new Random(1);
    int refused = 0;
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = new byte[random.nextInt(300)];
      random.nextBytes(bytes);
      try {
        new RpcFramer(1000, frames::add).onBytes(Buffer.buffer(bytes));
      } catch (FormatException e) {
        refused++;
      }
    }
    assertTrue(refused > 0);
  }

  @Test
  void anotherFramerGoesOnFromAnyByte() throws FormatException {
    for (int length : new int[] {1, 127, 128, 5000, 70_000}) {
      byte[] body = body(length);
      Buffer whole = frame(body);
      for (int cut = 0; cut <= whole.length(); cut += cut < 10 ? 1 : 499) {
        frames.clear();
        RpcFramer first = new RpcFramer(LIMIT, frames::add);
        first.onBytes(whole.slice(0, cut));
        assertEquals(whole.slice(0, cut == whole.length() ? 0 : cut), first.unread(), length + " cut at " + cut);
        RpcFramer second = new RpcFramer(LIMIT, frames::add);
        second.onBytes(first.unread());
        second.onBytes(whole.slice(cut, whole.length()));
        assertFrames(body);
      }
    }
  }
}
