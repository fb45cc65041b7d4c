package io.peerbus.yamux;

import static io.peerbus.yamux.Frames.data;
import static io.peerbus.yamux.Frames.update;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.muxer.CloseCode;
import io.peerbus.muxer.Muxer.Action;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Windows: what we may send, what we let the other side send, and when that grows. */
class FlowControlTest {

  private static final int KIB = 1024;
  private static final long MILLI = Pair.MILLI;

  private final Probe probe = Probe.listener();
  private final Pair pair = Pair.quiet();

  @Test
  void nothingGoesBackForBytesThatNobodyRead() { // SEC-24
    probe.receive(data(Flags.SYN, 1, new byte[Window.INITIAL]));
    probe.session.accept(probe.now, 1);
    assertEquals("000100020000000100000000", probe.sent());
    assertFalse(probe.session.hasOutput());
  }

  @Test
  void halfOfTheWindowGoesBackWhenHalfWasRead() {
    probe.receive(data(Flags.SYN, 1, new byte[160 * KIB]));
    probe.session.consumed(probe.now, 1, 128 * KIB - 1);
    assertFalse(probe.session.hasOutput());
    probe.session.consumed(probe.now, 1, 1);
    assertEquals("000100000000000100020000", probe.sent());
  }

  @Test
  void aWriterThatRunsDryGetsWindowInSmallerPieces() {
    probe.receive(data(Flags.SYN, 1, new byte[192 * KIB]));
    probe.session.consumed(probe.now, 1, 16 * KIB - 1);
    assertFalse(probe.session.hasOutput());
    probe.session.consumed(probe.now, 1, 1);
    assertEquals("000100000000000100004000", probe.sent());
  }

  @Test
  void updatesThatWaitBecomeOne() {
    probe.receive(data(Flags.SYN, 1, new byte[256 * KIB]));
    for (int i = 0; i < 16; i++) {
      probe.session.consumed(probe.now, 1, 16 * KIB);
    }
    assertEquals("000100000000000100034000", probe.sent());
  }

  @Test
  void noWindowGoesBackToOneThatHasEnded() {
    probe.receive(data(Flags.SYN, 1, new byte[256 * KIB]));
    probe.session.consumed(probe.now, 1, 200 * KIB);
    probe.receive(data(Flags.FIN, 1, new byte[0]));
    probe.session.consumed(probe.now, 1, 56 * KIB);
    assertFalse(probe.session.hasOutput());
  }

  @Test
  void readingMoreThanWasReceivedIsAnErrorOfTheCaller() {
    probe.receive(data(Flags.SYN, 1, new byte[10]));
    IllegalArgumentException error = assertThrows(IllegalArgumentException.class,
      () -> probe.session.consumed(probe.now, 1, 11));
    assertEquals("bytes: 11 is not within 0 to 10, what is unread", error.getMessage());
  }

  @Test
  void payloadThatHasNotComeYetCannotBeRead() {
    probe.receive(data(Flags.SYN, 1, new byte[1000]).slice(0, 112));
    assertThrows(IllegalArgumentException.class, () -> probe.session.consumed(probe.now, 1, 101));
  }

  @Test
  void aWriterNeverExceedsItsWindowAndGoesOnWithAnUpdate() {
    int stream = pair.dialer.session.open(pair.now);
    pair.listener.reads = false;
    pair.dialer.session.write(pair.now, stream, ByteBuffer.wrap(Frames.bytes(1_000_000, 5)));
    pair.run();
    assertEquals(Window.INITIAL, pair.listener.unread(stream));
    assertFalse(pair.dialer.session.hasOutput());
    pair.listener.read(pair.now, stream);
    pair.run();
    assertEquals(Window.INITIAL, pair.listener.unread(stream));
    assertEquals(2 * Window.INITIAL, pair.listener.received(stream).length);
  }

  @Test
  void oneSlowReaderDoesNotHoldUpOtherStreams() {
    int slow = pair.dialer.session.open(pair.now);
    pair.listener.reads = false;
    pair.dialer.session.write(pair.now, slow, ByteBuffer.wrap(new byte[1_000_000]));
    pair.run();
    pair.listener.reads = true;
    int quick = pair.dialer.session.open(pair.now);
    pair.dialer.session.write(pair.now, quick, ByteBuffer.wrap(new byte[1_000_000]));
    pair.run();
    assertEquals(1_000_000, pair.listener.received(quick).length);
    assertEquals(Window.INITIAL, pair.listener.received(slow).length);
  }

  @Test
  void aCreditOfMoreThanTwoGibibytesCounts() {
    probe.receive(update(Flags.SYN, 1, 3_000_000_000L));
    probe.session.write(probe.now, 1, ByteBuffer.wrap(new byte[300_000]));
    probe.sent();
    assertEquals(3_000_000_000L + Window.INITIAL - 300_000, probe.session.streams().get(1).window.credit());
  }

  @Test
  void theWindowDoublesForAReaderThatWaitsForIt() {
    Pair far = far(new YamuxOptions());
    int stream = transfer(far, 64 * 1024 * KIB);
    assertEquals(16 * 1024 * KIB, far.listener.session.streams().get(stream).window.size());
  }

  @Test
  void aLongWayWithoutGrowthTakesARoundTripForEachHalfWindow() {
    Pair fixed = far(new YamuxOptions().setMaxGrowth(0));
    long begin = fixed.now;
    transfer(fixed, 16 * 1024 * KIB);
    long withoutGrowth = fixed.now - begin;
    Pair growing = far(new YamuxOptions());
    begin = growing.now;
    transfer(growing, 16 * 1024 * KIB);
    assertTrue((growing.now - begin) * 5 < withoutGrowth, () -> growing.now + " against " + withoutGrowth);
  }

  @Test
  void theWindowDoesNotGrowForAReaderThatIsSlowItself() {
    Pair far = far(new YamuxOptions());
    far.listener.reads = false;
    int stream = far.dialer.session.open(far.now);
    far.dialer.session.write(far.now, stream, ByteBuffer.wrap(new byte[4_000_000]));
    for (int i = 0; i < 12; i++) {
      far.runFor(300 * MILLI);
      far.listener.read(far.now, stream);
    }
    assertEquals(Window.INITIAL, far.listener.session.streams().get(stream).window.size());
  }

  @Test
  void aWindowGrowsOnlyByReadingAndAReaderThatStopsHoldsOneWindow() {
    Pair far = far(new YamuxOptions().setMaxWindow(1024 * KIB));
    int stream = transfer(far, 8 * 1024 * KIB);
    far.listener.reads = false;
    far.dialer.session.write(far.now, stream, ByteBuffer.wrap(new byte[8 * 1024 * KIB]));
    far.run();
    int size = far.listener.session.streams().get(stream).window.size();
    assertEquals(1024 * KIB, size);
    assertTrue(far.listener.unread(stream) <= size && far.listener.unread(stream) > size / 2);
  }

  @Test
  void growthIsLimitedOverAllStreamsAndComesBackFromThoseThatAreOver() {
    Pair far = far(new YamuxOptions().setMaxGrowth(1024 * KIB));
    int first = transfer(far, 8 * 1024 * KIB);
    int second = transfer(far, 8 * 1024 * KIB);
    Streams streams = far.listener.session.streams();
    assertEquals(1280 * KIB, streams.get(first).window.size());
    assertEquals(Window.INITIAL, streams.get(second).window.size());
    far.dialer.session.reset(far.now, first, 0);
    far.run();
    int third = transfer(far, 8 * 1024 * KIB);
    assertEquals(1280 * KIB, streams.get(third).window.size());
  }

  @Test
  void aPongThatIsHeldBackDoesNotMakeWindowsGrowOnceAShorterTimeWasSeen() {
    WindowGrowth growth = new WindowGrowth(16 * 1024 * KIB, Long.MAX_VALUE);
    assertEquals(0, growth.grow(Window.INITIAL, 0));
    growth.onRoundTrip(10 * MILLI);
    growth.onRoundTrip(10_000 * MILLI);
    assertEquals(0, growth.grow(Window.INITIAL, 40 * MILLI));
    assertEquals(Window.INITIAL, growth.grow(Window.INITIAL, 40 * MILLI - 1));
  }

  @Test
  void oneByteMoreThanAGrownWindowIsAnError() {
    Pair far = far(new YamuxOptions());
    int stream = transfer(far, 4 * 1024 * KIB);
    far.listener.reads = false;
    Window window = far.listener.session.streams().get(stream).window;
    int size = window.size();
    int left = 0;
    while (!far.listener.session.isClosed() && left <= size) {
      far.listener.session.onBytes(far.now, data(Flags.NONE, stream, new byte[1024]));
      far.listener.drain(far.now);
      left += 1024;
    }
    assertTrue(far.listener.session.isClosed());
    assertTrue(far.listener.unread(stream) <= size);
    assertEquals(List.of(CloseCode.PROTOCOL_ERROR),
      far.listener.actions(Action.Closed.class).stream().map(Action.Closed::code).toList());
  }

  private static Pair far(YamuxOptions options) {
    Pair far = new Pair(options.setKeepAliveMillis(30_000));
    far.latency = 30 * MILLI;
    far.wireCapacity = Integer.MAX_VALUE;
    far.run();
    return far;
  }

  private static int transfer(Pair pair, int bytes) {
    int stream = pair.dialer.session.open(pair.now);
    pair.dialer.session.write(pair.now, stream, ByteBuffer.wrap(new byte[bytes]));
    pair.run();
    assertEquals(bytes, pair.listener.received(stream).length);
    return stream;
  }
}
