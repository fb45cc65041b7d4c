package io.peerbus.ping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.machine.Machine;
import io.peerbus.ping.Pinger.Action;
import io.peerbus.ping.Pinger.Loss;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PingerTest {

  private static final long MS = 1_000_000L;
  private static final long S = 1_000 * MS;

  private long now = 5 * S;
  private final PingOptions options = new PingOptions();
  private Pinger pinger = new Pinger(options, new Random(1));

  private <T extends Action> T next(Class<T> type) {
    return type.cast(pinger.poll());
  }

  private Loss lost() {
    return next(Action.Lost.class).loss();
  }

  private ByteBuffer openAndSend() {
    next(Action.Open.class);
    pinger.onOpened(now);
    return next(Action.Send.class).block();
  }

  private void deadline() {
    now = pinger.deadline();
    pinger.onDeadline(now);
  }

  @Test
  void aPingIsMeasuredFromSendingToTheLastByte() {
    pinger.ping(now, 7, 20 * S);
    now += 100 * MS;
    ByteBuffer block = openAndSend();
    assertEquals(32, block.remaining());
    now += 30 * MS;
    block.limit(10);
    pinger.onBytes(now, block);
    assertNull(pinger.poll());
    now += 5 * MS;
    block.limit(32);
    pinger.onBytes(now, block);
    assertEquals(new Action.Answered(7, 35 * MS), pinger.poll());
  }

  @Test
  void whileSomebodyElsePingsThePeerThereIsNeitherStreamNorKeepAlive() {
    pinger.keepAlive(now);
    deadline();
    ByteBuffer block = openAndSend();
    assertFalse(pinger.rest(), "a ping is under way");
    pinger.onBytes(now, block.duplicate());
    next(Action.Answered.class);
    assertTrue(pinger.rest());
    next(Action.End.class);
    assertTrue(pinger.isIdle());
    assertEquals(Machine.NEVER, pinger.deadline());
    pinger.keepAlive(now);
    deadline();
    openAndSend();
  }

  @Test
  void theStreamIsUsedAgainAndBlocksDiffer() {
    pinger.ping(now, 1, 20 * S);
    ByteBuffer first = openAndSend();
    pinger.onBytes(now, first.duplicate());
    next(Action.Answered.class);
    pinger.ping(now, 2, 20 * S);
    assertNotEquals(first, next(Action.Send.class).block());
  }

  @Test
  void onePingIsOnTheWayAtATime() {
    pinger.ping(now, 1, 20 * S);
    pinger.ping(now, 2, 20 * S);
    ByteBuffer block = openAndSend();
    assertNull(pinger.poll());
    pinger.onBytes(now, block);
    assertEquals(1, next(Action.Answered.class).request());
    assertTrue(pinger.poll() instanceof Action.Send);
  }

  @Test
  void noAnswerInTimeIsALossAndTheStreamIsGivenUp() {
    pinger.ping(now, 1, 3 * S);
    openAndSend();
    assertEquals(now + 3 * S, pinger.deadline());
    deadline();
    next(Action.Reset.class);
    assertEquals(Loss.TIMED_OUT, lost());
    pinger.ping(now, 2, 3 * S);
    next(Action.Open.class);
  }

  @Test
  void theTimeToOpenTheStreamCounts() {
    pinger.ping(now, 1, 3 * S);
    next(Action.Open.class);
    deadline();
    assertEquals(Loss.TIMED_OUT, lost());
    pinger.ping(now, 2, 3 * S);
    assertNull(pinger.poll(), "the stream is still on its way");
    pinger.onOpened(now);
    next(Action.Send.class);
  }

  @Test
  void somethingElseThanWhatWasSentIsALoss() {
    pinger.ping(now, 1, 3 * S);
    ByteBuffer block = openAndSend();
    block.put(31, (byte) (block.get(31) + 1));
    pinger.onBytes(now, block);
    next(Action.Reset.class);
    assertEquals(Loss.WRONG_ANSWER, lost());
  }

  @Test
  void moreThanWasSentIsALoss() {
    pinger.ping(now, 1, 3 * S);
    openAndSend();
    pinger.onBytes(now, ByteBuffer.allocate(33));
    next(Action.Reset.class);
    assertEquals(Loss.WRONG_ANSWER, lost());
  }

  @Test
  void bytesNobodyAskedForEndTheStream() {
    pinger.ping(now, 1, 3 * S);
    pinger.onBytes(now, openAndSend());
    next(Action.Answered.class);
    pinger.onBytes(now, ByteBuffer.allocate(1));
    next(Action.Reset.class);
    assertNull(pinger.poll());
    assertTrue(pinger.isIdle());
  }

  @Test
  void aStreamThatThePeerClosedBetweenTwoPingsIsOpenedAgain() {
    pinger.ping(now, 1, 20 * S);
    pinger.onBytes(now, openAndSend());
    next(Action.Answered.class);
    pinger.onClosed(now, false, "go cuts after 30 seconds");
    assertNull(pinger.poll());
    pinger.ping(now, 2, 20 * S);
    pinger.onBytes(now, openAndSend());
    assertEquals(2, next(Action.Answered.class).request());
  }

  @Test
  void aPingThatCrossesTheClosingIsSentAgainOnceOnANewStream() {
    pinger.ping(now, 1, 20 * S);
    pinger.onBytes(now, openAndSend());
    next(Action.Answered.class);
    pinger.ping(now, 2, 20 * S);
    next(Action.Send.class);
    pinger.onClosed(now, false, "closed");
    openAndSend();
    pinger.onClosed(now, false, "closed again");
    assertEquals(Loss.CLOSED, lost());
  }

  @Test
  void aLostConnectionIsNoReasonToDial() {
    pinger.ping(now, 1, 20 * S);
    pinger.onBytes(now, openAndSend());
    next(Action.Answered.class);
    pinger.ping(now, 2, 20 * S);
    next(Action.Send.class);
    pinger.onClosed(now, true, "connection lost");
    assertEquals(Loss.CLOSED, lost());
    assertTrue(pinger.isIdle());
  }

  @Test
  void aPeerThatClosesAFreshStreamHasNotAnswered() {
    pinger.ping(now, 1, 20 * S);
    openAndSend();
    pinger.onClosed(now, false, "reset");
    assertEquals(Loss.CLOSED, lost());
    assertNull(pinger.poll());
  }

  @Test
  void aPeerWithoutPingIsNotAskedAgainByItself() {
    pinger.keepAlive(now);
    deadline();
    next(Action.Open.class);
    pinger.onOpenFailed(now, true, "na");
    assertEquals(Loss.UNSUPPORTED, lost());
    assertEquals(Machine.NEVER, pinger.deadline());
  }

  @Test
  void aConnectedPeerIsPingedAtIntervals() {
    pinger.keepAlive(now);
    assertTrue(pinger.deadline() < now + options.getInterval());
    deadline();
    pinger.onBytes(now, openAndSend());
    assertEquals(Pinger.KEEP_ALIVE, next(Action.Answered.class).request());
    long first = now;
    deadline();
    assertEquals(first + options.getInterval(), now);
    next(Action.Send.class);
    pinger.stopKeepAlive();
  }

  @Test
  void thePingsByItselfCanBeTurnedOff() {
    pinger = new Pinger(options.setInterval(0), new Random(1));
    pinger.keepAlive(now);
    assertEquals(Machine.NEVER, pinger.deadline());
  }

  @Test
  void anUnusedStreamIsClosed() {
    pinger.ping(now, 1, 20 * S);
    pinger.onBytes(now, openAndSend());
    next(Action.Answered.class);
    assertEquals(now + options.getIdleTimeout(), pinger.deadline());
    deadline();
    next(Action.End.class);
    assertTrue(pinger.isIdle());
  }

  @Test
  void aCallerThatAsksTooFastIsToldSo() {
    for (int i = 0; i <= Pinger.MAX_WAITING; i++) {
      pinger.ping(now, i, 20 * S);
    }
    next(Action.Open.class);
    assertNull(pinger.poll());
    pinger.ping(now, 99, 20 * S);
    assertEquals(new Action.Lost(99, Loss.BUSY, "64 pings of this peer wait already"), pinger.poll());
  }

  /** Whatever happens in whatever order, every ping has one end, and there is one stream at a time. */
  @Property(tries = 500)
  void everyPingIsAnsweredOrLostOnce(@ForAll Random random) {
    pinger = new Pinger(options, new Random(random.nextLong()));
    int stream = 0;
    int asked = 0;
    List<Long> ended = new ArrayList<>();
    ByteBuffer block = null;
    for (int step = 0; step < 120; step++) {
      int choice = step < 80 ? random.nextInt(7) : 4;
      if (choice == 0 && asked < 40) {
        pinger.ping(now, asked++, (1 + random.nextInt(5)) * S);
      } else if (choice == 1 && stream == 1) {
        stream = 2;
        pinger.onOpened(now);
      } else if (choice == 2 && stream == 1) {
        stream = 0;
        pinger.onOpenFailed(now, random.nextInt(4) == 0, "refused");
      } else if (choice == 3 && stream == 2) {
        stream = 0;
        pinger.onClosed(now, false, "closed");
      } else if (choice == 4) {
        now = Math.max(now, Math.min(pinger.deadline(), now + 30 * S));
        pinger.onDeadline(now);
      } else if (stream == 2 && block != null) {
        pinger.onBytes(now, block);
        block = null;
      }
      for (Action action = pinger.poll(); action != null; action = pinger.poll()) {
        if (action instanceof Action.Open) {
          assertEquals(0, stream);
          stream = 1;
        } else if (action instanceof Action.Send send) {
          assertEquals(2, stream);
          block = send.block();
        } else if (action instanceof Action.End || action instanceof Action.Reset) {
          assertEquals(2, stream);
          stream = 0;
        } else if (action instanceof Action.Answered answered) {
          ended.add(answered.request());
        } else if (action instanceof Action.Lost lost) {
          ended.add(lost.request());
        }
      }
    }
    assertEquals(asked, ended.size());
    assertEquals(asked, ended.stream().distinct().count());
  }
}
