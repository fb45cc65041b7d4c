package io.peerbus.muxer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.muxer.Muxer.Action;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a connection expects of any muxer. Two of them are back to back, with the defaults of their options. */
public abstract class MuxerTck {

  /** What any muxer lets a peer pile up on a stream that nobody reads, and a buffer's worth on the way. */
  private static final int UNREAD = 256 * 1024 + TckWire.BUFFER;

  private TckWire wire;
  private TckWire.Side dialer;
  private TckWire.Side listener;

  protected abstract Muxer muxer(boolean dialer);

  @BeforeEach
  void connect() {
    wire = new TckWire(muxer(true), muxer(false));
    dialer = wire.dialer;
    listener = wire.listener;
  }

  private static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  /** Opens, writes to it so that both know it, and answers what the other side calls it. */
  private int opened(TckWire.Side from, int[] stream) {
    TckWire.Side to = wire.other(from);
    int before = to.all(Action.Opened.class).size();
    stream[0] = from.muxer.open(wire.now);
    from.write(stream[0], bytes(10));
    wire.drive();
    return to.all(Action.Opened.class).get(before).stream();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1000, Integer.MAX_VALUE})
  void bytesGoBothWaysHoweverTheWireCutsThem(int chunk) {
    wire.chunk = chunk;
    for (TckWire.Side side : List.of(dialer, listener)) {
      int[] ours = new int[1];
      int theirs = opened(side, ours);
      byte[] answer = bytes(70_000);
      wire.other(side).write(theirs, answer);
      wire.drive();
      assertArrayEquals(bytes(10), wire.other(side).received(theirs));
      assertArrayEquals(answer, side.received(ours[0]));
    }
  }

  @Test
  void aHalfThatEndedLeavesTheOtherOne() {
    int[] ours = new int[1];
    int theirs = opened(dialer, ours);
    dialer.muxer.end(wire.now, ours[0]);
    wire.drive();
    assertEquals(List.of(new Action.Ended(theirs)), listener.all(Action.Ended.class));
    listener.write(theirs, bytes(300_000));
    listener.muxer.end(wire.now, theirs);
    dialer.write(ours[0], bytes(1)); // behind the end: nothing comes of it
    wire.drive();
    assertArrayEquals(bytes(300_000), dialer.received(ours[0]));
    assertArrayEquals(bytes(10), listener.received(theirs));
    assertEquals(List.of(new Action.Finished(ours[0])), dialer.all(Action.Finished.class));
    assertEquals(List.of(new Action.Finished(theirs)), listener.all(Action.Finished.class));
  }

  @Test
  void theEndComesBehindAllBytes() {
    int stream = listener.muxer.open(wire.now);
    listener.write(stream, bytes(700_000));
    listener.muxer.end(wire.now, stream);
    wire.drive();
    int there = dialer.all(Action.Opened.class).get(0).stream();
    assertArrayEquals(bytes(700_000), dialer.received(there));
    assertEquals(new Action.Ended(there), dialer.log.get(dialer.log.size() - 1));
    assertEquals(700_000, listener.all(Action.Sent.class).stream().mapToInt(Action.Sent::bytes).sum());
  }

  @Test
  void aResetOfEitherSideIsToldToTheOtherAndNothingComesAfterIt() {
    for (TckWire.Side side : List.of(dialer, listener)) {
      int[] ours = new int[1];
      int theirs = opened(dialer, ours);
      int resetting = side == dialer ? ours[0] : theirs;
      int told = side == dialer ? theirs : ours[0];
      wire.other(side).write(told, bytes(50_000));
      side.muxer.reset(wire.now, resetting, 0);
      side.write(resetting, bytes(10));
      side.muxer.end(wire.now, resetting);
      int mark = side.log.size();
      wire.drive();
      assertEquals(mark, side.log.size(), () -> "told after its own reset: " + side.log);
      assertEquals(new Action.Reset(told, 0), wire.other(side).log.get(wire.other(side).log.size() - 1));
    }
  }

  @Test
  void aStreamThatIsResetBeforeItWasSentLeavesNoTrace() {
    int stream = dialer.muxer.open(wire.now);
    dialer.write(stream, bytes(10));
    dialer.muxer.reset(wire.now, stream, 0);
    wire.drive();
    assertEquals(List.of(), listener.all(Action.Opened.class));
  }

  @Test
  void aStreamThatIsRefusedIsResetForItsOpener() {
    int[] ours = new int[1];
    listener.muxer.refuse(wire.now, opened(dialer, ours), 0);
    wire.drive();
    assertEquals(List.of(new Action.Reset(ours[0], 0)), dialer.all(Action.Reset.class));
  }

  @Test
  void streamsTakeTurnsAndFramesAreSmall() {
    List<Integer> streams = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      streams.add(dialer.muxer.open(wire.now));
      dialer.write(streams.get(i), bytes(200_000));
    }
    wire.move(dialer);
    Set<Integer> sent = new HashSet<>();
    for (Action.Sent action : dialer.all(Action.Sent.class)) {
      assertTrue(action.bytes() <= 16 * 1024, action.toString());
      sent.add(action.stream());
    }
    assertTrue(sent.size() >= 3, sent + " had a turn in the first 64 KiB");
    wire.drive();
    assertEquals(800_000, dialer.all(Action.Sent.class).stream().mapToInt(Action.Sent::bytes).sum());
  }

  @Test
  void aThousandStreamsOneAfterTheOtherHaveAnIdEachAndLeaveNothing() {
    Set<Integer> seen = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      TckWire.Side from = i % 2 == 0 ? dialer : listener;
      int[] ours = new int[1];
      int theirs = opened(from, ours);
      assertTrue(seen.add(ours[0]), () -> ours[0] + " twice");
      from.muxer.end(wire.now, ours[0]);
      wire.other(from).muxer.end(wire.now, theirs);
      wire.drive();
      assertEquals(from == dialer ? 1 : 0, ours[0] & 1);
      assertEquals(from == dialer ? 1 : 0, theirs & 1);
    }
    assertEquals(1000, dialer.all(Action.Finished.class).size());
    assertEquals(1000, listener.all(Action.Finished.class).size());
    assertFalse(dialer.muxer.hasOutput() || listener.muxer.hasOutput());
  }

  @Test
  void aReaderThatStopsIsFeltByTheWriterAndGoesOnWhereItWas() {
    int[] ours = new int[1];
    listener.reads = false;
    int theirs = opened(dialer, ours);
    dialer.write(ours[0], bytes(3_000_000));
    wire.drive();
    assertTrue(listener.unread(theirs) <= UNREAD, listener.unread(theirs) + " bytes unread");
    assertTrue(listener.received(theirs).length < 3_000_000, "the writer has to wait");
    listener.reads = true;
    listener.read(theirs);
    wire.drive();
    assertEquals(3_000_010, listener.received(theirs).length);
  }

  @Test
  void nobodyCanReadMoreThanThereWas() {
    listener.reads = false;
    int theirs = opened(dialer, new int[1]);
    assertThrows(IllegalArgumentException.class, () -> listener.muxer.consumed(wire.now, theirs, 11));
    listener.muxer.consumed(wire.now, theirs, 10);
    assertThrows(IllegalArgumentException.class, () -> listener.muxer.consumed(wire.now, theirs, 1));
  }

  @Test
  void whoOpensStreamsForNothingIsReadSeldomAndThenCutOff() {
    boolean paused = false;
    for (int i = 0; i < 20_000 && !listener.muxer.isClosed(); i++) {
      int stream = dialer.muxer.open(wire.now);
      dialer.write(stream, bytes(1));
      wire.move(dialer);
      dialer.muxer.reset(wire.now, stream, 0);
      wire.move(dialer);
      wire.move(listener);
      paused |= listener.muxer.pause(wire.now) > 0;
    }
    assertTrue(paused);
    Action.Closed closed = (Action.Closed) listener.log.get(listener.log.size() - 1);
    assertEquals(CloseCode.RATE_LIMITED, closed.code());
    assertEquals(0, listener.muxer.pause(wire.now));
  }

  @Test
  void whatIsWrittenBeforeTheEndStillGoes() {
    int[] ours = new int[1];
    int theirs = opened(dialer, ours);
    dialer.write(ours[0], bytes(100_000));
    dialer.muxer.close(wire.now);
    assertEquals(CloseCode.NORMAL, closed(dialer).code());
    wire.drive();
    assertEquals(100_010, listener.received(theirs).length);
    assertFalse(dialer.muxer.hasOutput());
  }

  private Action.Closed closed(TckWire.Side side) {
    side.drain();
    return (Action.Closed) side.log.get(side.log.size() - 1);
  }

  @Test
  void afterTheEndNothingHasAnEffect() {
    int[] ours = new int[1];
    opened(dialer, ours);
    dialer.muxer.close(wire.now);
    wire.drive();
    int mark = dialer.log.size();
    assertEquals(-1, dialer.muxer.open(wire.now));
    dialer.write(ours[0], bytes(10));
    dialer.muxer.end(wire.now, ours[0]);
    dialer.muxer.reset(wire.now, ours[0], 0);
    dialer.muxer.consumed(wire.now, ours[0], 1_000_000);
    dialer.muxer.close(wire.now);
    dialer.muxer.onDeadline(wire.now + 1_000_000_000_000L);
    dialer.muxer.onBytes(wire.now, ByteBuffer.wrap(bytes(100)));
    dialer.drain();
    assertEquals(mark, dialer.log.size());
    assertTrue(dialer.muxer.isClosed());
    assertFalse(dialer.muxer.hasOutput() || dialer.muxer.isFull());
    assertEquals(Muxer.NEVER, dialer.muxer.deadline());
  }

  @Test
  void whatIsNoFrameEndsIt() {
    byte[] nonsense = new byte[100];
    Arrays.fill(nonsense, (byte) 0xff);
    listener.muxer.onBytes(wire.now, ByteBuffer.wrap(nonsense));
    assertEquals(CloseCode.PROTOCOL_ERROR, closed(listener).code());
    assertFalse(closed(listener).byRemote());
  }
}
