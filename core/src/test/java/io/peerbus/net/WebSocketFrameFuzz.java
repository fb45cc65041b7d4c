package io.peerbus.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;

/** Fuzz target: frames to both ends of a WebSocket that is open. */
class WebSocketFrameFuzz {

  /** What came of an input: data, as long as nothing was wrong, and everything else in its order. */
  private static final class Outcome implements FrameReader.Control {
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private final StringBuilder told = new StringBuilder();

    @Override
    public void onControl(int opcode, byte[] payload) {
      assertTrue(payload.length <= 125);
      told.append(opcode).append(' ').append(HexFormat.of().formatHex(payload)).append('\n');
    }

    @Override
    public void onEmpty() {
      told.append("empty\n");
    }
  }

  @FuzzTest
  void anyFrames(byte[] input) {
    for (boolean fromDialer : new boolean[] {true, false}) {
      String atOnce = feed(input, input.length, fromDialer);
      assertEquals(atOnce, feed(input, 1, fromDialer));
      assertEquals(atOnce, feed(input, 7, fromDialer));
    }
  }

  private static String feed(byte[] input, int chunk, boolean fromDialer) {
    Outcome outcome = new Outcome();
    FrameReader frames = new FrameReader(fromDialer, outcome);
    try {
      for (int at = 0; at < input.length; at += chunk) {
        ByteBuf bytes = Unpooled.wrappedBuffer(Arrays.copyOfRange(input, at, Math.min(input.length, at + chunk)));
        ByteBuf data = frames.read(bytes);
        outcome.data.writeBytes(ByteBufUtil.getBytes(data));
        assertEquals(0, bytes.readableBytes());
      }
    } catch (FrameException e) {
      return outcome.told + e.getMessage();
    }
    assertTrue(outcome.data.size() <= input.length);
    return outcome.told + HexFormat.of().formatHex(outcome.data.toByteArray());
  }
}
