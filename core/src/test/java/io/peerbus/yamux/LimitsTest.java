package io.peerbus.yamux;

import static io.peerbus.yamux.Frames.data;
import static io.peerbus.yamux.Frames.join;
import static io.peerbus.yamux.Frames.ping;
import static io.peerbus.yamux.Frames.update;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.muxer.CloseCode;
import io.peerbus.muxer.Muxer.Action;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Floods, and the limits that hold them. */
class LimitsTest {

  private static final int MILLI = 1_000_000;
  private static final int SECOND = 1_000 * MILLI;
  private static final Action.Refused BACKLOG_OF_2 = new Action.Refused("yamux.acceptBacklog: 2 streams that the peer"
      + " opened at once on one connection are not looked at yet", 1);

  @Test
  void streamsBeyondTheBacklogAreResetUntilSomeAreAccepted() {
    Probe probe = Probe.listener(Probe.quiet().setAcceptBacklog(2));
    List<Action> actions = probe.receive(update(Flags.SYN, 1, 0), update(Flags.SYN, 3, 0),
      data(Flags.SYN, 5, new byte[100]), data(Flags.FIN, 5, new byte[100]));
    assertEquals(List.of(new Action.Opened(1), new Action.Opened(3), BACKLOG_OF_2), actions);
    assertEquals("000100080000000500000000", probe.sent());
    probe.session.accept(probe.now, 1);
    assertEquals(List.of(new Action.Opened(7)), probe.receive(update(Flags.SYN, 7, 0)));
  }

  @Test
  void aStreamThatIsResetBeforeItWasAcceptedLeavesTheBacklog() {
    Probe probe = Probe.listener(Probe.quiet().setAcceptBacklog(1));
    probe.receive(update(Flags.SYN, 1, 0), update(Flags.RST, 1, 0));
    assertEquals(List.of(new Action.Opened(3)), probe.receive(update(Flags.SYN, 3, 0)));
    probe.session.reset(probe.now, 3, 0);
    probe.sent();
    assertEquals(List.of(new Action.Opened(5)), probe.receive(update(Flags.SYN, 5, 0)));
  }

  @Test
  void streamsBeyondTheInboundLimitAreResetUntilOthersAreOver() {
    Probe probe = Probe.listener(Probe.quiet().setMaxInboundStreams(2));
    probe.receive(update(Flags.SYN, 1, 0), update(Flags.SYN, 3, 0));
    probe.session.accept(probe.now, 1);
    probe.session.accept(probe.now, 3);
    assertEquals(List.of(full(2, 1)), probe.receive(update(Flags.SYN, 5, 0)));
    probe.session.end(probe.now, 1);
    probe.receive(update(Flags.FIN, 1, 0));
    probe.sent();
    assertEquals(List.of(new Action.Finished(1)), probe.actions());
    assertEquals(List.of(new Action.Opened(7)), probe.receive(update(Flags.SYN, 7, 0)));
  }

  @Test
  void ourStreamsAreLimitedUntilOthersAreOver() {
    Probe probe = Probe.dialer(Probe.quiet().setMaxOutboundStreams(2));
    assertEquals(1, probe.session.open(probe.now));
    assertEquals(3, probe.session.open(probe.now));
    assertEquals(-1, probe.session.open(probe.now));
    assertEquals(List.of(new Action.Refused("yamux.maxOutboundStreams: we have 2 streams open on one connection", 1)),
        probe.actions());
    probe.receive(update(Flags.RST, 1, 0));
    assertEquals(5, probe.session.open(probe.now));
  }

  @Test
  void streamsNobodyAcknowledgesAreLimitedTo256() {
    Probe probe = Probe.dialer();
    for (int i = 0; i < 256; i++) {
      assertEquals(2 * i + 1, probe.session.open(probe.now));
    }
    assertEquals(-1, probe.session.open(probe.now));
    assertEquals(List.of(new Action.Refused(
        "yamux.maxUnacknowledged: the peer has not answered 256 streams of ours on one connection", 1)),
        probe.actions());
    probe.receive(update(Flags.ACK, 1, 0), update(Flags.ACK, 1, 0));
    assertEquals(513, probe.session.open(probe.now));
    assertEquals(-1, probe.session.open(probe.now));
  }

  @Test
  void aSessionWithFewStreamsLeftSaysSoInTime() {
    Probe probe = Probe.listener(Probe.quiet().setLifetimeStreams(6));
    for (int i = 1; i <= 6; i++) {
      assertFalse(probe.session.isUsedUp());
      assertEquals(2 * i, probe.session.open(probe.now));
      assertEquals(i == 3 ? List.of(new Action.Worn()) : List.of(), probe.actions());
      probe.sent();
      probe.receive(update(Flags.RST, 2 * i, 0));
    }
    assertTrue(probe.session.isUsedUp());
    assertEquals(-1, probe.session.open(probe.now));
    assertFalse(probe.session.isClosed());
  }

  @Test
  void aResetStreamKeepsItsPlaceUntilTheResetIsSent() { // SEC-20: a peer that opens, is refused and never reads
    Probe probe = Probe.listener(Probe.quiet().setMaxInboundStreams(4));
    for (int i = 0; i < 4; i++) {
      probe.receive(update(Flags.SYN, 2 * i + 1, 0));
      probe.session.reset(probe.now, 2 * i + 1, 0);
    }
    assertEquals(4, probe.session.streams().counted());
    assertEquals(List.of(full(4, 1)), probe.receive(update(Flags.SYN, 9, 0)));
    probe.sent();
    assertEquals(0, probe.session.streams().counted());
    assertEquals(List.of(new Action.Opened(11)), probe.receive(update(Flags.SYN, 11, 0)));
  }

  @Test
  void aPeerThatPingsWithoutReadingIsCutOffAt64() { // SEC-20
    Probe probe = Probe.listener();
    for (int i = 0; i < 64; i++) {
      assertEquals(List.of(), probe.receive(ping(Flags.SYN, i)));
    }
    String reached = "yamux.maxPendingPongs: the other side does not read: 64 pongs wait to be sent";
    assertEquals(List.of(new Action.Refused(reached, 1),
        new Action.Closed(CloseCode.RESOURCE_LIMIT, false, reached + " (stream 0)")),
        probe.receive(ping(Flags.SYN, 64)));
    assertEquals("000300000000000000001001", probe.sent());
  }

  @Test
  void aPeerThatPingsAndReadsIsAnsweredForEver() {
    Probe probe = Probe.listener();
    for (int i = 0; i < 10_000; i++) {
      probe.receive(ping(Flags.SYN, i));
      assertEquals(Frames.hex(ping(Flags.ACK, i)), probe.sent());
    }
  }

  @Test
  void anyNumberOfStreamsAtOnceCanBeRefused() {
    Probe probe = Probe.listener(Probe.quiet().setAcceptBacklog(1).setWastedBurst(100_000));
    int streams = 5_000; // as many as fit one Noise message
    ByteBuffer opens = ByteBuffer.allocate(streams * Header.SIZE);
    for (int i = 0; i < streams; i++) {
      Header.write(opens, FrameType.WINDOW_UPDATE, Flags.SYN, 2 * i + 1, 0);
    }
    assertEquals(List.of(new Action.Opened(1), new Action.Refused("yamux.acceptBacklog: 1 streams that the peer"
        + " opened at once on one connection are not looked at yet", streams - 1)), probe.receive(opens.flip()));
    ByteBuffer resets = probe.transmit(streams * Header.SIZE);
    for (int i = 1; i < streams; i++) {
      assertEquals(2 * i + 1, resets.getInt(Header.SIZE * (i - 1) + 4));
    }
    assertEquals((streams - 1) * Header.SIZE, resets.remaining());
    assertFalse(probe.session.hasOutput());
  }

  @Test
  void aPeerThatLeavesGapsAndDoesNotReadIsCutOff() { // SEC-20
    Probe probe = Probe.listener(Probe.quiet().setAcceptBacklog(1).setWastedBurst(100_000));
    probe.receive(update(Flags.SYN, 1, 0));
    int refused = 0;
    while (!probe.session.isClosed()) {
      refused++;
      probe.session.onBytes(probe.now, update(Flags.SYN, 1 + 4 * refused, 0));
    }
    assertEquals(Refusals.MAX_RUNS + 1, refused);
    List<Action> told = probe.actions();
    assertEquals(CloseCode.RESOURCE_LIMIT, Probe.end(told).code());
    assertEquals(new Action.Refused(
        "yamux.maxPendingRefusals: the other side does not read: 1024 runs of refused streams wait to be told", 1),
        told.get(told.size() - 2));
  }

  @Test
  void whatWeOweToStreamsDoesNotGrowWithWhatThePeerSends() { // SEC-20: one frame of each kind for each stream at most
    Probe probe = Probe.listener();
    for (int i = 0; i < 200; i++) {
      int stream = 2 * i + 1;
      probe.receive(data(Flags.SYN, stream, new byte[200_000]));
      probe.session.accept(probe.now, stream);
      probe.session.consumed(probe.now, stream, 200_000);
      probe.receive(update(Flags.RST, stream, 0));
    }
    assertFalse(probe.session.hasOutput());
    assertEquals(0, probe.session.streams().counted());
  }

  @Test
  void openingAndResettingInALoopEndsTheSession() { // SEC-22: 50,000 a second
    Probe probe = Probe.listener(new YamuxOptions());
    int rounds = 0;
    while (!probe.session.isClosed() && rounds < 500_000) {
      probe.now += SECOND / 50_000;
      int stream = 2 * rounds + 1;
      probe.session.onBytes(probe.now, join(update(Flags.SYN, stream, 0), update(Flags.RST, stream, 0)));
      drain(probe);
      probe.transmit(1024);
      rounds++;
    }
    assertTrue(probe.session.isClosed());
    assertTrue(rounds < 50_000, "closed after " + rounds + " rounds");
    assertEquals(0, probe.session.streams().size());
  }

  @Test
  void resettingTooFastIsRefusedFirstAndEndsTheSessionWhenItGoesOn() { // SEC-22
    Probe probe = Probe.listener(Probe.quiet().setWastedPerSecond(100).setWastedBurst(50));
    String reached = "yamux.wastedPerSecond: too many streams are opened for nothing: more than 100 a second on one"
        + " connection, where one that is reset counts 5";
    int refused = 0;
    for (int i = 0; i < 11 + 45; i++) {
      List<Action> told = probe.receive(update(Flags.SYN, 2 * i + 1, 0), update(Flags.RST, 2 * i + 1, 0));
      assertEquals(i < 11 ? List.of(new Action.Opened(2 * i + 1), new Action.Reset(2 * i + 1, 0))
          : List.of(new Action.Refused(reached, 1)), told);
      refused += probe.transmit(1024).remaining() / Header.SIZE;
    }
    assertEquals(45, refused);
    assertEquals(List.of(new Action.Refused(reached, 1), new Action.Refused(reached, 1),
        new Action.Closed(CloseCode.RATE_LIMITED, false, reached + " (stream 113)")),
        probe.receive(update(Flags.SYN, 113, 0)));
  }

  @Test
  void whatTheLayerAboveRefusesCountsAsWell() { // SEC-22
    Probe probe = Probe.listener(Probe.quiet().setWastedPerSecond(100).setWastedBurst(10));
    for (int i = 0; i < 10; i++) {
      probe.receive(update(Flags.SYN, 2 * i + 1, 0));
      probe.session.refuse(probe.now, 2 * i + 1, 0);
      assertEquals(Frames.hex(update(Flags.RST, 2 * i + 1, 0)), probe.sent());
    }
    for (int i = 10; !probe.session.isClosed(); i++) {
      assertTrue(i < 22, "it could go on for ever");
      probe.session.onBytes(probe.now, update(Flags.SYN, 2 * i + 1, 0));
      probe.session.refuse(probe.now, 2 * i + 1, 0);
    }
    assertEquals(CloseCode.RATE_LIMITED, Probe.end(probe.actions()).code());
  }

  @Test
  void resettingAtTheAllowedRateGoesOnForEver() {
    Probe probe = Probe.listener(Probe.quiet().setWastedPerSecond(100).setWastedBurst(10));
    for (int i = 0; i < 2_000; i++) {
      int stream = 2 * i + 1;
      probe.now += SECOND / 20;
      assertEquals(2, probe.receive(update(Flags.SYN, stream, 0), update(Flags.RST, stream, 0)).size());
    }
    assertEquals(0, probe.session.streams().counted());
  }

  /** SEC-01: one of a crowd, that opens a hundred streams more whenever it is read. */
  @Test
  void aPeerWhoseStreamsAllComeToNothingIsReadTenTimesASecond() {
    Probe probe = Probe.listener(new YamuxOptions());
    int opened = 0;
    for (long end = probe.now + 20L * SECOND; probe.now < end; probe.now += Math.max(MILLI, pause(probe))) {
      ByteBuffer opens = ByteBuffer.allocate(100 * Header.SIZE);
      for (int i = 0; i < 100; i++) {
        Header.write(opens, FrameType.WINDOW_UPDATE, Flags.SYN, 2 * opened++ + 1, 0);
      }
      probe.session.onBytes(probe.now, opens.flip());
      for (Action action : probe.actions()) {
        if (action instanceof Action.Opened stream) {
          probe.session.refuse(probe.now, stream.stream(), 0);
        }
      }
      probe.sent();
    }
    assertFalse(probe.session.isClosed());
    int allowed = YamuxOptions.DEFAULT_WASTED_BURST + 20 * YamuxOptions.DEFAULT_WASTED_PER_SECOND;
    assertTrue(opened >= allowed && opened <= allowed + 1_000, opened + " streams were looked at");
    probe.now += SECOND;
    assertEquals(0, pause(probe), "it is read as before once it is quiet");
  }

  @Test
  void aPeerMayResetAllItsStreamsAtOnce() { // an application of its own shuts down
    Probe probe = Probe.listener(new YamuxOptions());
    for (int i = 0; i < YamuxOptions.DEFAULT_MAX_INBOUND_STREAMS; i++) {
      assertEquals(1, probe.receive(update(Flags.SYN, 2 * i + 1, 0)).size());
      probe.session.accept(probe.now, 2 * i + 1);
    }
    probe.sent();
    for (int i = 0; i < YamuxOptions.DEFAULT_MAX_INBOUND_STREAMS; i++) {
      probe.receive(update(Flags.RST, 2 * i + 1, 0));
    }
    assertFalse(probe.session.isClosed());
    probe.now += SECOND;
    assertEquals(0, pause(probe));
    assertEquals(List.of(new Action.Opened(9_999)), probe.receive(update(Flags.SYN, 9_999, 0)));
  }

  private static long pause(Probe probe) {
    return probe.session.pause(probe.now);
  }

  @Test
  void streamsThatEndAsTheyShouldMayComeAsFastAsTheyCan() {
    Probe probe = Probe.listener();
    for (int i = 0; i < 100_000; i++) { // and no time passes
      int stream = 2 * i + 1;
      assertEquals(new Action.Opened(stream), probe.receive(update(Flags.SYN, stream, 0)).get(0));
      probe.session.end(probe.now, stream);
      probe.receive(update(Flags.FIN, stream, 0));
      probe.transmit(1024);
      assertEquals(List.of(new Action.Finished(stream)), probe.actions());
      assertEquals(0, pause(probe));
    }
    assertEquals(0, probe.session.streams().counted());
  }

  @Test
  void anIdTooFarBackIsRefusedByName() {
    Probe probe = Probe.listener();
    probe.receive(update(Flags.SYN, 20_001, 0));
    assertEquals(List.of(new Action.Refused("yamux.rememberedIds: a stream's id is more than 4096 streams behind the"
        + " peer's latest, so it may have been used", 1)), probe.receive(update(Flags.SYN, 1, 0)));
  }

  /** Said of {@code streams} open ones, so many times. */
  static Action.Refused full(int streams, int refused) {
    return new Action.Refused(
        "yamux.maxInboundStreams: the peer has " + streams + " streams open on one connection", refused);
  }

  private static void drain(Probe probe) {
    Action action = probe.session.poll();
    while (action != null) {
      action = probe.session.poll();
    }
  }
}
