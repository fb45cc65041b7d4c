package io.peerbus.mplex;

import static io.peerbus.mplex.Frames.frame;
import static io.peerbus.mplex.Frames.open;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.fuzz.Allocation;
import io.peerbus.muxer.CloseCode;
import io.peerbus.muxer.Muxer;
import io.peerbus.muxer.Muxer.Action;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Floods, readers that stop, and the limits that hold both. */
class LimitsTest {

  private static final int KIB = 1024;

  @Test
  void streamsBeyondTheLimitAreResetUntilOthersAreOver() {
    Probe probe = Probe.listener(new MplexOptions().setMaxInboundStreams(2));
    assertEquals(List.of(new Action.Opened(1), new Action.Opened(3), full(2)), probe.receive(open(10), open(11),
        open(12), frame(Flag.MESSAGE_INITIATOR, 12, new byte[100]), frame(Flag.CLOSE_INITIATOR, 12)));
    assertEquals("6500", probe.sent());
    probe.session.reset(probe.now, 1, 0);
    assertEquals(List.of(full(2)), probe.receive(open(13))); // its reset is not sent: who does not read gets no more
    assertEquals("6d00" + "5500", probe.sent());
    assertEquals(List.of(new Action.Opened(5)), probe.receive(open(14)));
  }

  @Test
  void ourStreamsAreLimitedUntilOthersAreOver() {
    Probe probe = Probe.dialer(new MplexOptions().setMaxOutboundStreams(2));
    assertEquals(1, probe.session.open(probe.now));
    assertEquals(3, probe.session.open(probe.now));
    assertEquals(-1, probe.session.open(probe.now));
    assertEquals(List.of(new Action.Refused("mplex.maxOutboundStreams: we have 2 streams open on one connection", 1)),
        probe.actions());
    probe.receive(frame(Flag.RESET_RECEIVER, 1));
    assertEquals(5, probe.session.open(probe.now));
  }

  @Test
  void aPeerThatOpensWithoutReadingIsCutOff() {
    Probe probe = Probe.listener(new MplexOptions().setMaxInboundStreams(1));
    probe.receive(open(0));
    for (int i = 1; i <= Outbox.MAX_REFUSALS; i++) {
      assertEquals(List.of(full(1)), probe.receive(open(i)));
    }
    String reached = "mplex.maxPendingRefusals: the other side does not read: 1024 refused streams wait to be told";
    assertEquals(List.of(full(1), new Action.Refused(reached, 1),
        new Action.Closed(CloseCode.RESOURCE_LIMIT, false, reached + " (stream 5000)")), probe.receive(open(5_000)));
  }

  @Test
  void whoOpensFasterThanStreamsMayBeWastedGetsNone() {
    Probe probe = Probe.listener(new MplexOptions().setWastedPerSecond(10).setWastedBurst(10));
    for (int i = 0; i < 3; i++) {
      assertEquals(2, probe.receive(open(i), frame(Flag.RESET_INITIATOR, i)).size());
    }
    assertTrue(probe.session.pause(probe.now) > 0);
    assertEquals(List.of(new Action.Refused("mplex.wastedPerSecond: too many streams are opened for nothing: more than"
        + " 10 a second on one connection, where one that is reset counts 5", 1)), probe.receive(open(3)));
    assertEquals("1d00", probe.sent());
    probe.later(2_000);
    assertEquals(0, probe.session.pause(probe.now));
    assertEquals(List.of(new Action.Opened(7)), probe.receive(open(4)));
  }

  @Test
  void streamsThatWeRefuseCountAsWell() {
    Probe probe = Probe.listener(new MplexOptions().setWastedPerSecond(1).setWastedBurst(1));
    probe.receive(open(0), open(1), open(2), open(3));
    for (int stream = 1; stream <= 5; stream += 2) {
      probe.session.refuse(probe.now, stream, 0);
    }
    Action.Closed closed = Probe.end(probe.actions());
    assertEquals(CloseCode.RATE_LIMITED, closed.code());
  }

  /** The attack that mplex is known for: there is no window that the writer had to keep to. */
  @Test
  void aStreamThatNobodyReadsStopsTheWireAndIsGivenUpInTheEnd() {
    Probe probe = Probe.listener();
    probe.receive(open(0), open(1));
    int sent = fill(probe, 0);
    assertEquals(256 * KIB, sent);
    assertEquals(probe.now + 5_000 * Probe.MILLI, probe.session.deadline());
    probe.later(4_999);
    assertEquals(List.of(), probe.actions());
    probe.later(1);
    assertEquals(List.of(new Action.Overrun(1), late(1)), probe.actions());
    assertFalse(probe.session.isFull());
    assertEquals(Muxer.NEVER, probe.session.deadline());
    assertEquals("0500", probe.sent());
    assertEquals(0, probe.session.backlog().unread());
    assertEquals(1, probe.receive(frame(Flag.MESSAGE_INITIATOR, 1, new byte[10])).size());
    assertEquals(List.of(), probe.receive(frame(Flag.MESSAGE_INITIATOR, 0, new byte[10])));
  }

  @Test
  void aReaderThatTakesHalfStartsTheWireAgain() {
    Probe probe = Probe.listener();
    probe.receive(open(0));
    fill(probe, 0);
    probe.session.consumed(probe.now, 1, 128 * KIB - 1);
    assertTrue(probe.session.isFull());
    probe.session.consumed(probe.now, 1, 1);
    assertFalse(probe.session.isFull());
    assertEquals(Muxer.NEVER, probe.session.deadline());
    assertEquals(128 * KIB, fill(probe, 0));
  }

  @Test
  void aReaderThatTakesAnythingHasAllTheTimeAnew() {
    Probe probe = Probe.listener();
    probe.receive(open(0));
    fill(probe, 0);
    for (int i = 0; i < 10; i++) {
      probe.later(4_000);
      probe.session.consumed(probe.now, 1, 1);
    }
    assertEquals(List.of(), probe.actions());
    probe.later(5_000);
    assertEquals(List.of(new Action.Overrun(1), late(1)), probe.actions());
  }

  @Test
  void aLittleOnEachOfManyStreamsIsAsMuch() {
    Probe probe = Probe.listener(new MplexOptions().setMaxUnreadOfSession(100 * KIB));
    for (int i = 0; i < 10; i++) {
      assertFalse(probe.session.isFull());
      probe.receive(open(i), frame(Flag.MESSAGE_INITIATOR, i, new byte[10 * KIB]));
    }
    assertTrue(probe.session.isFull());
    probe.receive(frame(Flag.MESSAGE_INITIATOR, 7, new byte[1]));
    probe.later(5_000);
    // The largest first, of equal ones the oldest, until half is left.
    List<Action> expected = new ArrayList<>(List.of(15, 1, 3, 5, 7).stream().map(Action.Overrun::new).toList());
    expected.add(late(5));
    assertEquals(expected, probe.actions());
    assertFalse(probe.session.isFull());
  }

  @Test
  void whoReadsOnAllTheSameHoldsTwiceAsMuchAndNoMore() {
    Probe probe = Probe.listener();
    probe.receive(open(0));
    long before = 0;
    List<Action> told = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      before = probe.session.backlog().unread();
      told.addAll(probe.receive(frame(Flag.MESSAGE_INITIATOR, 0, new byte[64 * KIB])));
      assertTrue(probe.session.backlog().unread() < 512 * KIB);
    }
    assertEquals(List.of(new Action.Overrun(1), new Action.Refused(
        "mplex.maxUnread: of one stream twice 262144 bytes are not read", 1)), told.subList(8, told.size()));
    assertEquals(0, before);
    assertEquals("0500", probe.sent());
  }

  @Test
  void manyStreamsTogetherHoldTwiceTheSessionsShareAndNoMore() {
    Probe probe = Probe.listener(new MplexOptions().setMaxUnreadOfSession(200 * KIB));
    int overruns = 0;
    int told = 0;
    for (int i = 0; i < 100; i++) {
      for (Action action : probe.receive(open(i), frame(Flag.MESSAGE_INITIATOR, i, new byte[20 * KIB]))) {
        overruns += action instanceof Action.Overrun ? 1 : 0;
        if (action instanceof Action.Refused refused) {
          assertEquals("mplex.maxUnreadOfSession: of all streams of one connection twice 204800 bytes are not read",
              refused.message());
          told += refused.count();
        }
      }
      assertTrue(probe.session.backlog().unread() < 400 * KIB);
    }
    assertEquals(81, overruns);
    assertEquals(81, told);
  }

  @Test
  void anIdleStreamCostsLittle() {
    MplexOptions options = new MplexOptions().setMaxInboundStreams(10_000);
    ByteBuffer[] frames = new ByteBuffer[10_000];
    for (int i = 0; i < frames.length; i++) {
      frames[i] = open(i);
    }
    ByteBuffer input = Frames.join(frames);
    Session[] sessions = new Session[8];
    for (int i = 0; i < sessions.length; i++) {
      sessions[i] = new Session(false, options);
    }
    int[] next = {0};
    Allocation.assertAtMost(10_000 * 400L, () -> sessions[next[0]++].onBytes(1, input.duplicate()));
  }

  private static Action.Refused full(int streams) {
    return new Action.Refused(
        "mplex.maxInboundStreams: the peer has " + streams + " streams open on one connection", 1);
  }

  private static Action.Refused late(int streams) {
    return new Action.Refused(
        "mplex.readTimeoutMillis: for 5000 ms nothing was read of a connection that is full", streams);
  }

  /** As much as it takes, in pieces of 1 KiB, as an owner would; how many bytes that was. */
  private static int fill(Probe probe, long number) {
    int sent = 0;
    while (!probe.session.isFull()) {
      probe.receive(frame(Flag.MESSAGE_INITIATOR, number, new byte[KIB]));
      sent += KIB;
    }
    return sent;
  }
}
