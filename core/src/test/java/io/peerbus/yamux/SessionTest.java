package io.peerbus.yamux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.yamux.Session.Action;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class SessionTest {

  private final Pair pair = Pair.quiet();

  @Test
  void bytesArriveCompleteAndInOrderBothWays() {
    byte[] up = Frames.bytes(3_000_000, 1);
    byte[] down = Frames.bytes(2_000_000, 2);
    int stream = pair.dialer.session.open(pair.now);
    pair.dialer.session.write(pair.now, stream, ByteBuffer.wrap(up));
    pair.run();
    pair.listener.session.write(pair.now, stream, ByteBuffer.wrap(down));
    pair.run();
    assertArrayEquals(up, pair.listener.received(stream));
    assertArrayEquals(down, pair.dialer.received(stream));
  }

  @Test
  void aStreamIsOverWhenBothHalvesHaveEnded() {
    int stream = pair.dialer.session.open(pair.now);
    pair.dialer.session.end(pair.now, stream);
    pair.run();
    assertTrue(pair.listener.saw(new Action.Ended(stream)));
    assertFalse(pair.listener.saw(new Action.Finished(stream)));
    pair.listener.session.write(pair.now, stream, ByteBuffer.wrap(new byte[1000]));
    pair.listener.session.end(pair.now, stream);
    pair.run();
    assertEquals(1000, pair.dialer.received(stream).length);
    assertTrue(pair.dialer.saw(new Action.Finished(stream)));
    assertTrue(pair.listener.saw(new Action.Finished(stream)));
    assertEquals(0, pair.dialer.session.streams().counted());
    assertEquals(0, pair.listener.session.streams().counted());
  }

  @Test
  void theEndComesAfterAllData() {
    int stream = pair.dialer.session.open(pair.now);
    pair.dialer.session.write(pair.now, stream, ByteBuffer.wrap(new byte[600_000]));
    pair.dialer.session.end(pair.now, stream);
    pair.listener.reads = false;
    pair.run();
    assertEquals(Window.INITIAL, pair.listener.received(stream).length);
    assertFalse(pair.listener.saw(new Action.Ended(stream)));
    pair.listener.reads = true;
    pair.listener.read(pair.now, stream);
    pair.run();
    assertEquals(600_000, pair.listener.received(stream).length);
    assertTrue(pair.listener.saw(new Action.Ended(stream)));
  }
}
