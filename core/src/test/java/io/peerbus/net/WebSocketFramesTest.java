package io.peerbus.net;

import static io.peerbus.net.WebSocketFrames.last;
import static io.peerbus.net.WebSocketFrames.masked;
import static io.peerbus.net.WebSocketFrames.plain;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes over a WebSocket that is open, from a peer that means well or not. We have accepted it. */
class WebSocketFramesTest {

  private static final byte[] NOTHING = {};

  private final WebSocketEnd end = WebSocketEnd.openListener();

  @AfterEach
  void close() {
    end.close();
  }

  private static byte[] text(String text) {
    return text.getBytes();
  }

  private static byte[] closeFrame(int code) {
    return plain(last(FrameReader.CLOSE), new byte[] {(byte) (code >>> 8), (byte) code});
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private void assertRefused(int code) {
    assertArrayEquals(closeFrame(code), end.written());
    assertTrue(end.error().startsWith("WebSocket: "), end.error());
    assertFalse(end.channel.isActive());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 125, 126, 65_535, 65_536, 200_000})
  void dataOfEveryLengthIsPassedOn(int length) {
    byte[] data = new byte[length];
    new Random(length).nextBytes(data);
    end.read(masked(last(FrameReader.BINARY), data));
    assertArrayEquals(data, end.received());
  }

  @Test
  void eachByteOfAFrameIsPassedOnWhenItComes() {
    byte[] frame = masked(last(FrameReader.BINARY), text("piece by piece"));
    for (byte b : frame) {
      end.read(new byte[] {b});
    }
    assertEquals("piece by piece", end.receivedText());
    end.read(bytes("82 ff 4000000000000000 00000000"), text("the first of 2^62 bytes"));
    assertEquals("piece by piecethe first of 2^62 bytes", end.receivedText());
  }

  @Test
  void piecesOfMessagesAreData() {
    end.read(masked(FrameReader.BINARY, text("a")), masked(FrameReader.CONTINUATION, text("b")),
        masked(FrameReader.CONTINUATION, NOTHING), masked(last(FrameReader.PING), text("between")),
        masked(last(FrameReader.CONTINUATION), text("c")), masked(last(FrameReader.BINARY), text("d")));
    assertEquals("abcd", end.receivedText());
    assertArrayEquals(plain(last(FrameReader.PONG), text("between")), end.written());
  }

  @Test
  void framesThatComeTogetherArePassedOnTogether() {
    int[] reads = {0};
    end.channel.pipeline().addAfter(WebSocketHandler.NAME, null, new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext context, Object message) {
        reads[0]++;
        context.fireChannelRead(message);
      }
    });
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    for (int i = 0; i < 1_000; i++) {
      many.writeBytes(masked(last(FrameReader.BINARY), new byte[] {(byte) i}));
    }
    end.read(many.toByteArray());
    assertEquals(1_000, end.received().length);
    assertEquals((byte) 999, end.received()[999]);
    assertEquals(1, reads[0]);
  }

  @ParameterizedTest
  @CsvSource({
      "82 01 61, a frame without a mask",
      "c2 81 00000000 61, a frame of an extension",
      "a2 81 00000000 61, a frame of an extension",
      "83 81 00000000 61, a frame of the unknown kind 3",
      "8f 81 00000000 61, a frame of the unknown kind 15",
      "80 81 00000000 61, a continuation of nothing",
      "02 81 00000000 61 82 81 00000000 61, a message within a message",
      "09 81 00000000 61, a control frame",
      "89 fe 0100, a control frame",
      "88 ff 0000000000000000, a control frame",
      "82 fe 007d 00000000, a length in a form",
      "82 ff 000000000000ffff 00000000, a length in a form",
      "82 ff 8000000000000000 00000000, a length in a form",
  })
  void whatBreaksTheRulesEndsTheWebSocket(String frames, String reason) {
    end.read(bytes(frames));
    assertRefused(1002);
    assertTrue(end.error().startsWith("WebSocket: " + reason), end.error());
  }

  @Test
  void aListenersFramesHaveNoMask() {
    try (WebSocketEnd dialer = WebSocketEnd.dialer(); WebSocketEnd listener = WebSocketEnd.listener()) {
      listener.read(dialer.writtenText());
      dialer.read(listener.written(), masked(last(FrameReader.BINARY), text("a")));
      assertEquals("WebSocket: a frame with a mask", dialer.error());
      assertEquals("", dialer.receivedText());
    }
  }

  @Test
  void textIsNotTaken() {
    end.read(masked(last(FrameReader.TEXT), text("{}")));
    assertRefused(1003);
    assertEquals("", end.receivedText());
  }

  @Test
  void aPingIsAnsweredWithItsBytes() {
    end.read(masked(last(FrameReader.PING), NOTHING), masked(last(FrameReader.PONG), text("unasked")));
    assertArrayEquals(plain(last(FrameReader.PONG), NOTHING), end.written());
    assertTrue(end.channel.isActive());
  }

  @ParameterizedTest
  @ValueSource(ints = {FrameReader.PING, FrameReader.PONG, FrameReader.BINARY})
  void aFloodOfFramesWithoutDataIsCutOff(int opcode) {
    for (int i = 0; i < 10 && end.channel.isActive(); i++) {
      ByteArrayOutputStream flood = new ByteArrayOutputStream();
      for (int n = 0; n < WebSocketHandler.MAX_IDLE_FRAMES; n++) {
        flood.writeBytes(masked(last(opcode), NOTHING));
      }
      end.read(flood.toByteArray());
    }
    assertFalse(end.channel.isActive());
    assertEquals("WebSocket: more than 100 frames without data in a second", end.error());
    byte[] written = end.written();
    assertEquals("03f0", HexFormat.of().formatHex(written, written.length - 2, written.length), "1008");
  }

  /** What it has not taken yet is one answer, however often it pings. */
  @Test
  void aPeerThatPingsAndDoesNotReadIsOwedOneAnswer() {
    Queue<ChannelPromise> stuck = new ArrayDeque<>();
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    end.channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
      @Override
      public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        written.writeBytes(ByteBufUtil.getBytes((ByteBuf) message));
        ReferenceCountUtil.release(message);
        stuck.add(promise);
      }
    });
    for (int i = 1; i <= 50; i++) {
      end.read(masked(last(FrameReader.PING), text("ping " + i)));
    }
    assertArrayEquals(plain(last(FrameReader.PONG), text("ping 1")), written.toByteArray());
    written.reset();
    List.copyOf(stuck).forEach(ChannelPromise::setSuccess);
    assertArrayEquals(plain(last(FrameReader.PONG), text("ping 50")), written.toByteArray());
  }

  @Test
  void aClosePutsAnEndToBothDirections() {
    end.read(masked(last(FrameReader.BINARY), text("the last")),
        masked(last(FrameReader.CLOSE), bytes("03e9 627965")), masked(last(FrameReader.BINARY), text("too late")));
    assertEquals("the last", end.receivedText());
    assertArrayEquals(plain(last(FrameReader.CLOSE), bytes("03e9 627965")), end.written());
    assertFalse(end.channel.isActive());
    assertNull(end.error());
  }

  @Test
  void weCloseAndWaitForTheAnswer() {
    end.channel.pipeline().close();
    assertArrayEquals(closeFrame(1000), end.written());
    assertTrue(end.channel.isActive());
    end.write(text("too late"));
    end.read(masked(last(FrameReader.BINARY), text("crossed")), masked(last(FrameReader.PING), text("crossed")));
    assertTrue(end.channel.isActive());
    end.read(masked(last(FrameReader.CLOSE), bytes("03e8")));
    assertFalse(end.channel.isActive());
    assertEquals("", end.receivedText());
    assertEquals(0, end.written().length);
  }

  @Test
  void whoDoesNotAnswerOurCloseIsCutOff() {
    end.channel.pipeline().close();
    end.channel.advanceTimeBy(999, TimeUnit.MILLISECONDS);
    end.channel.runScheduledPendingTasks();
    assertTrue(end.channel.isActive());
    end.channel.advanceTimeBy(1_000, TimeUnit.MILLISECONDS);
    end.channel.runScheduledPendingTasks();
    assertFalse(end.channel.isActive());
  }

  @Test
  void aSecondCloseDoesNotWait() {
    end.channel.pipeline().close();
    end.channel.pipeline().close();
    assertFalse(end.channel.isActive());
  }

  @Test
  void nonsenseBehindOurCloseEndsTheWaiting() {
    end.channel.pipeline().close();
    end.read(bytes("82 01 61"));
    assertFalse(end.channel.isActive());
  }
}
