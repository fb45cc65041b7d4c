package io.peerbus.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.mplex.MplexOptions;
import io.peerbus.swarm.Connection.Action;
import io.peerbus.swarm.Connection.Why;
import io.peerbus.yamux.YamuxOptions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A connection over a muxer that has no flow control. */
class MplexConnectionTest {

  private static final String ECHO = "/echo/1.0.0";
  private static final int MARK = 256 * 1024;

  private ConnectionPair pair;
  private int stream;
  private int there;

  @BeforeEach
  void connect() {
    pair = new ConnectionPair(List.of(ECHO),
        new Muxers(List.of(Muxers.MPLEX), new YamuxOptions(), new MplexOptions()));
    pair.chunk = 16 * 1024;
    pair.drive();
    stream = pair.dialer.connection.open(pair.now, List.of(ECHO), false);
    pair.drive();
    there = pair.listener.only(Action.Inbound.class).stream();
  }

  private void write(int bytes) {
    pair.dialer.connection.write(pair.now, stream, ByteBuffer.allocate(bytes));
    pair.drive();
  }

  @Test
  void streamsAgreeOnProtocolsAndEndByHalves() {
    assertEquals(new Action.Opened(stream, ECHO), pair.dialer.only(Action.Opened.class));
    pair.dialer.connection.write(pair.now, stream, ByteBuffer.wrap("hello".getBytes(StandardCharsets.UTF_8)));
    pair.dialer.connection.end(pair.now, stream);
    pair.drive();
    assertEquals("hello", new String(pair.listener.received(there), StandardCharsets.UTF_8));
    assertEquals(new Action.Ended(there), pair.listener.only(Action.Ended.class));
    pair.listener.connection.write(pair.now, there, ByteBuffer.wrap("bye".getBytes(StandardCharsets.UTF_8)));
    pair.listener.connection.end(pair.now, there);
    pair.drive();
    assertEquals("bye", new String(pair.dialer.received(stream), StandardCharsets.UTF_8));
    assertEquals(new Action.Finished(stream), pair.dialer.only(Action.Finished.class));
    assertEquals(new Action.Finished(there), pair.listener.only(Action.Finished.class));
  }

  @Test
  void aReaderThatIsBehindHoldsTheConnectionUntilItHasTakenHalf() {
    write(MARK - 1);
    assertFalse(pair.listener.connection.isFull());
    write(1);
    assertTrue(pair.listener.connection.isFull());
    assertFalse(pair.dialer.connection.isFull());
    pair.listener.connection.consumed(pair.now, there, MARK / 2);
    assertFalse(pair.listener.connection.isFull());
  }

  @Test
  void aReaderThatTakesNothingLosesItsStreamAndNoOther() {
    int other = pair.dialer.connection.open(pair.now, List.of(ECHO), true);
    pair.drive();
    write(MARK);
    pair.pass(5 * ConnectionPair.SECOND);
    Action.Reset here = pair.listener.only(Action.Reset.class);
    assertEquals(there, here.stream());
    assertEquals(Why.OVERRUN, here.why());
    assertEquals("more came than was read, and the muxer cannot hold its writer back", here.message());
    Action.Reset told = pair.dialer.only(Action.Reset.class);
    assertEquals(stream, told.stream());
    assertEquals(Why.BY_PEER, told.why());
    assertFalse(pair.listener.connection.isFull());
    pair.dialer.connection.write(pair.now, other, ByteBuffer.allocate(10));
    pair.drive();
    assertEquals(10, pair.listener.received(pair.listener.all(Action.Inbound.class).get(1).stream()).length);
  }

  @Test
  void aConnectionThatIsClosedIsNotHeld() {
    write(MARK);
    pair.listener.connection.close(pair.now, "enough");
    assertFalse(pair.listener.connection.isFull());
  }

  @Test
  void leavingSendsWhatIsQueuedAndNoGoAway() {
    pair.dialer.connection.write(pair.now, stream, ByteBuffer.allocate(100_000));
    pair.dialer.connection.close(pair.now, "enough");
    pair.drive();
    assertEquals(100_000, pair.listener.received(there).length);
    assertFalse(pair.dialer.connection.hasOutput());
    assertFalse(pair.listener.connection.isClosed());
    pair.listener.connection.onEof("the peer closed the connection");
    assertTrue(pair.listener.connection.isClosed());
  }
}
