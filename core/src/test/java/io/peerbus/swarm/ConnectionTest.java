package io.peerbus.swarm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.swarm.Connection.Action;
import io.peerbus.swarm.Connection.Why;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionTest {

  private static final String ECHO = "/echo/1.0.0";
  private static final List<String> SERVED = List.of(ECHO, "/other/1.0.0");

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 64, 1000, Integer.MAX_VALUE})
  void bothSidesUpgradeHoweverTheBytesAreCut(int chunk) {
    ConnectionPair pair = new ConnectionPair(SERVED);
    pair.chunk = chunk;
    pair.drive();
    assertEquals(pair.listenerId, pair.dialer.only(Action.Upgraded.class).peer());
    assertEquals(pair.dialerId, pair.listener.only(Action.Upgraded.class).peer());

    int stream = pair.dialer.connection.open(pair.now, List.of(ECHO), false);
    pair.drive();
    assertEquals(new Action.Opened(stream, ECHO), pair.dialer.only(Action.Opened.class));
    assertEquals(ECHO, pair.listener.only(Action.Inbound.class).protocol());
    pair.dialer.connection.write(pair.now, stream, bytes("hello"));
    pair.dialer.connection.end(pair.now, stream);
    pair.drive();
    assertEquals("hello", new String(pair.listener.received(stream), StandardCharsets.UTF_8));
    assertEquals(new Action.Ended(stream), pair.listener.only(Action.Ended.class));
  }

  @Test
  void aDialThatReachesSomebodyElseFails() {
    ConnectionPair pair = new ConnectionPair(SERVED, ConnectionOptions.Limits.DEFAULT, false);
    pair.drive();
    assertTrue(pair.dialer.all(Action.Upgraded.class).isEmpty());
    assertTrue(pair.dialer.only(Action.Closed.class).reason().contains(pair.listenerId.toString()),
        pair.dialer.actions.toString());
  }

  @Test
  void headerProtocolPayloadAndFinInOneSegmentReachTheHandler() {
    ConnectionPair pair = new ConnectionPair(SERVED);
    pair.drive();
    int stream = pair.dialer.connection.open(pair.now, List.of(ECHO), true);
    assertEquals(new Action.Opened(stream, ECHO), drained(pair.dialer).only(Action.Opened.class));
    pair.dialer.connection.write(pair.now, stream, bytes("request"));
    pair.dialer.connection.end(pair.now, stream);
    assertTrue(pair.carry(pair.dialer, pair.listener));
    assertEquals("request", new String(pair.listener.received(stream), StandardCharsets.UTF_8));
    assertEquals(new Action.Ended(stream), pair.listener.only(Action.Ended.class));
    pair.listener.connection.write(pair.now, stream, bytes("answer"));
    pair.listener.connection.end(pair.now, stream);
    pair.drive();
    assertEquals("answer", new String(pair.dialer.received(stream), StandardCharsets.UTF_8));
    assertEquals(new Action.Finished(stream), pair.dialer.only(Action.Finished.class));
    assertEquals(new Action.Finished(stream), pair.listener.only(Action.Finished.class));
  }

  @Test
  void theFirstProtocolThatBothKnowIsAgreedOn() {
    ConnectionPair pair = new ConnectionPair(SERVED);
    pair.drive();
    int stream = pair.dialer.connection.open(pair.now, List.of("/new/2", "/new/1", "/other/1.0.0"), false);
    pair.drive();
    assertEquals(new Action.Opened(stream, "/other/1.0.0"), pair.dialer.only(Action.Opened.class));
  }

  @Test
  void aStreamForAnUnknownProtocolIsRefused() {
    ConnectionPair pair = new ConnectionPair(SERVED);
    pair.drive();
    int stream = pair.dialer.connection.open(pair.now, List.of("/nobody/1"), false);
    pair.drive();
    Action.Reset reset = pair.dialer.only(Action.Reset.class);
    assertEquals(stream, reset.stream());
    assertEquals(Why.UNSUPPORTED, reset.why());
    assertTrue(pair.listener.all(Action.Inbound.class).isEmpty());
  }

  @Test
  void aLazyStreamForAnUnknownProtocolIsResetWhenTheAnswerComes() {
    ConnectionPair pair = new ConnectionPair(SERVED);
    pair.drive();
    int stream = pair.dialer.connection.open(pair.now, List.of("/nobody/1"), true);
    pair.dialer.connection.write(pair.now, stream, bytes("lost"));
    pair.drive();
    assertEquals(Why.UNSUPPORTED, pair.dialer.only(Action.Reset.class).why());
  }

  @Test
  void sentCountsTheOwnersBytesOnly() {
    ConnectionPair pair = new ConnectionPair(SERVED);
    pair.drive();
    int stream = pair.dialer.connection.open(pair.now, List.of(ECHO), true);
    pair.dialer.connection.write(pair.now, stream, ByteBuffer.allocate(1000));
    pair.drive();
    assertEquals(1000, pair.dialer.all(Action.Sent.class).stream().mapToInt(Action.Sent::bytes).sum());
  }

  @Test
  void aReaderThatConsumesNothingStopsTheWriterAtTheWindow() {
    ConnectionPair pair = new ConnectionPair(SERVED);
    pair.drive();
    int stream = pair.dialer.connection.open(pair.now, List.of(ECHO), false);
    pair.drive();
    pair.dialer.connection.write(pair.now, stream, ByteBuffer.allocate(1 << 20));
    pair.drive();
    int received = pair.listener.received(stream).length;
    assertTrue(received <= 256 * 1024, "received " + received);
    pair.listener.connection.consumed(pair.now, stream, received);
    pair.drive();
    assertNotEquals(received, pair.listener.received(stream).length);
  }

  @Test
  void aPeerThatSaysNothingIsCutAtTheDeadline() {
    ConnectionPair pair = new ConnectionPair(SERVED);
    pair.now += 5 * ConnectionPair.SECOND;
    pair.listener.connection.onBytes(pair.now, ByteBuffer.wrap(new byte[] {0x13}));
    pair.listener.connection.onDeadline(pair.now);
    assertFalse(pair.listener.connection.isClosed());
    pair.now += 6 * ConnectionPair.SECOND;
    pair.listener.connection.onBytes(pair.now, ByteBuffer.wrap(new byte[] {0x2f}));
    pair.listener.connection.onDeadline(pair.now);
    pair.listener.drain();
    assertTrue(pair.listener.only(Action.Closed.class).reason().contains("timed out"));
  }

  @Test
  void aStreamWithoutAProtocolIsCutAtTheDeadline() {
    ConnectionPair pair = new ConnectionPair(SERVED);
    pair.drive();
    int stream = pair.dialer.connection.open(pair.now, List.of(ECHO), false);
    pair.collect(pair.dialer); // the proposal is lost
    pair.dialer.toRemote.reset();
    long start = pair.now;
    pair.now = pair.dialer.connection.deadline();
    while (pair.dialer.all(Action.Reset.class).isEmpty() && pair.now < start + 60 * ConnectionPair.SECOND) {
      pair.dialer.connection.onDeadline(pair.now);
      pair.dialer.drain();
      pair.now = pair.dialer.connection.deadline();
    }
    assertEquals(Why.TIMED_OUT, pair.dialer.only(Action.Reset.class).why());
    assertEquals(stream, pair.dialer.only(Action.Reset.class).stream());
  }

  @Test
  void closingTellsTheOtherSide() {
    ConnectionPair pair = new ConnectionPair(SERVED);
    pair.drive();
    pair.dialer.connection.close(pair.now, "done");
    pair.drive();
    assertEquals("done", pair.dialer.only(Action.Closed.class).reason());
    pair.listener.only(Action.Closed.class);
    assertFalse(pair.listener.connection.hasOutput());
  }

  @Test
  void garbageEndsTheConnectionWithAReason() {
    ConnectionPair pair = new ConnectionPair(SERVED);
    byte[] garbage = new byte[500];
    pair.random.nextBytes(garbage);
    pair.listener.connection.onBytes(pair.now, ByteBuffer.wrap(garbage));
    pair.listener.drain();
    assertFalse(pair.listener.only(Action.Closed.class).reason().isEmpty());
  }

  @Test
  void aFlippedBitAfterTheHandshakeEndsTheConnection() {
    ConnectionPair pair = new ConnectionPair(SERVED);
    pair.drive();
    pair.dialer.connection.open(pair.now, List.of(ECHO), false);
    pair.collect(pair.dialer);
    byte[] wire = pair.dialer.toRemote.toByteArray();
    wire[wire.length - 1] ^= 1;
    pair.listener.connection.onBytes(pair.now, ByteBuffer.wrap(wire));
    pair.listener.drain();
    pair.listener.only(Action.Closed.class);
    assertArrayEquals(new byte[0], pair.listener.received(1));
  }

  @Test
  void aConnectionThatIsToBeClosedWhenIdleLetsItsStreamsEnd() {
    ConnectionPair pair = new ConnectionPair(SERVED);
    pair.drive();
    int stream = pair.dialer.connection.open(pair.now, List.of(ECHO), false);
    pair.drive();
    pair.dialer.connection.closeWhenIdle(pair.now, "worn");
    assertTrue(pair.dialer.connection.isUsedUp());
    assertEquals(-1, pair.dialer.connection.open(pair.now, List.of(ECHO), false));
    pair.dialer.connection.write(pair.now, stream, bytes("last words"));
    pair.dialer.connection.end(pair.now, stream);
    pair.drive();
    assertTrue(drained(pair.dialer).all(Action.Closed.class).isEmpty());
    pair.listener.connection.end(pair.now, stream);
    pair.drive();
    assertEquals("last words", new String(pair.listener.received(stream), StandardCharsets.UTF_8));
    assertEquals(new Action.Finished(stream), pair.listener.only(Action.Finished.class));
    assertEquals("worn", pair.dialer.only(Action.Closed.class).reason());
    pair.listener.only(Action.Closed.class);
  }

  @Test
  void aConnectionThatIsIdleAlreadyIsClosedAtOnce() {
    ConnectionPair pair = new ConnectionPair(SERVED);
    pair.drive();
    pair.dialer.connection.closeWhenIdle(pair.now, "worn");
    pair.drive();
    assertEquals("worn", pair.dialer.only(Action.Closed.class).reason());
    pair.listener.only(Action.Closed.class);
  }

  private static ConnectionPair.End drained(ConnectionPair.End end) {
    end.drain();
    return end;
  }
}
