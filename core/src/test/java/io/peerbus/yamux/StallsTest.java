package io.peerbus.yamux;

import static io.peerbus.yamux.Frames.update;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.machine.Machine;
import io.peerbus.muxer.CloseCode;
import io.peerbus.muxer.Muxer.Action;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Streams whose other side does not read. */
class StallsTest {

  private static final int TIMEOUT = 30_000;

  private final Probe probe = Probe.dialer();

  private int open(int bytes) {
    int stream = probe.session.open(probe.now);
    probe.session.write(probe.now, stream, ByteBuffer.allocate(bytes));
    probe.sent();
    probe.actions();
    return stream;
  }

  private static Action.Refused refused(int streams) {
    return new Action.Refused(
        "yamux.writeTimeoutMillis: the peer gave a stream no window for 30000 ms while there was data for it", streams);
  }

  @Test
  void aStreamWithoutCreditForItsDataIsResetWhenItsTimeIsUp() {
    int stream = open(Window.INITIAL + 1);
    probe.later(TIMEOUT - 1);
    assertEquals(List.of(), probe.actions());
    probe.later(1);
    assertEquals(List.of(new Action.Stalled(stream), refused(1)), probe.actions());
    assertEquals(Frames.hex(update(Flags.RST, stream, 0)), probe.sent());
    assertEquals(0, probe.session.streams().counted());
    assertEquals(Machine.NEVER, probe.session.deadline());
  }

  @Test
  void anyCreditStartsTheTimeAnew() {
    int stream = open(Window.INITIAL + 10);
    for (int i = 0; i < 9; i++) {
      probe.later(TIMEOUT - 1);
      probe.receive(update(Flags.NONE, stream, 1));
      probe.sent();
      assertEquals(List.of(new Action.Sent(stream, 1)), probe.actions());
    }
    probe.later(TIMEOUT);
    assertEquals(List.of(new Action.Stalled(stream), refused(1)), probe.actions());
  }

  @Test
  void aStreamThatHasNothingToSayMayStayWithoutCreditForEver() {
    int stream = open(Window.INITIAL);
    probe.later(100 * TIMEOUT);
    assertEquals(List.of(), probe.actions());
    assertEquals(Machine.NEVER, probe.session.deadline());
    probe.session.write(probe.now, stream, ByteBuffer.allocate(1));
    probe.later(TIMEOUT - 1);
    assertEquals(List.of(), probe.actions());
    probe.later(1);
    assertEquals(List.of(new Action.Stalled(stream), refused(1)), probe.actions());
  }

  @Test
  void theEndWaitsNoLongerThanTheDataBeforeIt() {
    int stream = open(Window.INITIAL + 1);
    probe.session.end(probe.now, stream);
    probe.later(TIMEOUT);
    assertEquals(List.of(new Action.Stalled(stream), refused(1)), probe.actions());
  }

  @Test
  void streamsAreGivenUpInTheOrderInWhichTheyRanOut() {
    List<Action> expected = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      expected.add(new Action.Stalled(open(Window.INITIAL + 1)));
      probe.later(10);
    }
    int other = open(Window.INITIAL + 1);
    probe.session.reset(probe.now, other, 0);
    probe.later(TIMEOUT);
    expected.add(refused(200)); // at one deadline
    assertEquals(expected, probe.actions());
  }

  @Test
  void aSessionThatIsOverWaitsForNothing() {
    open(Window.INITIAL + 1);
    probe.session.close(probe.now, CloseCode.NORMAL);
    assertEquals(Machine.NEVER, probe.session.deadline());
    probe.session.onDeadline(probe.now + 2L * TIMEOUT * Probe.MILLI);
    assertTrue(probe.actions().stream().noneMatch(Action.Stalled.class::isInstance));
  }
}
