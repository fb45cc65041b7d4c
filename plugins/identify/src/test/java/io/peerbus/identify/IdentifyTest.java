package io.peerbus.identify;

import static io.peerbus.identify.Peers.address;
import static io.peerbus.identify.Peers.fakeId;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.identify.Identify.Action;
import io.peerbus.identify.Identify.Outcome;
import io.peerbus.machine.Machine;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class IdentifyTest {

  private static final long MS = 1_000_000;
  private static final long S = 1_000 * MS;
  private static final PeerId A = fakeId(1);
  private static final PeerId B = fakeId(2);
  private static final Multiaddr FAR = address("/ip4/203.0.113.1/tcp/1");

  private final IdentifyOptions options = new IdentifyOptions();
  private Identify machine = new Identify(options);
  private long now = 1_000 * S;

  private List<Action> actions() {
    List<Action> actions = new ArrayList<>();
    for (Action action = machine.poll(); action != null; action = machine.poll()) {
      actions.add(action);
    }
    return actions;
  }

  private Action only() {
    List<Action> actions = actions();
    assertEquals(1, actions.size(), actions::toString);
    return actions.get(0);
  }

  private long asked() {
    return ((Action.Ask) only()).exchange();
  }

  private void pass(long nanos) {
    long until = now + nanos;
    while (machine.deadline() <= until) {
      now = Math.max(now, machine.deadline());
      machine.onDeadline(now);
    }
    now = until;
  }

  /** Connects a peer that is identified and reads pushes. */
  private void connect(PeerId peer) {
    machine.onConnected(now, peer);
    long exchange = asked();
    machine.onIdentified(now, peer, true, Identification.NO_RECORD);
    machine.onFinished(now, exchange, Outcome.DONE);
  }

  @Test
  void aPeerIsAskedWhenItConnects() {
    machine.onConnected(now, A);
    assertEquals(A, ((Action.Ask) only()).peer());
    machine.onConnected(now, A);
    assertNull(machine.poll(), "and not twice at once");
  }

  @Test
  void aFailedAskIsTriedAgainWithGrowingDelayAndNotForEver() {
    machine.onConnected(now, A);
    machine.onFinished(now, asked(), Outcome.FAILED);
    pass(1_999 * MS);
    assertNull(machine.poll());
    pass(1 * MS);
    machine.onFinished(now, asked(), Outcome.FAILED);
    pass(7_999 * MS);
    assertNull(machine.poll());
    pass(1 * MS);
    machine.onFinished(now, asked(), Outcome.FAILED);
    assertEquals(Machine.NEVER, machine.deadline());
  }

  @Test
  void aPeerThatToldByTheTimeoutIsNotAskedAgain() {
    machine.onConnected(now, A);
    asked();
    pass(options.getTimeout());
    assertTrue(only() instanceof Action.Abandon);
    machine.onIdentified(now, A, false, Identification.NO_RECORD);
    pass(60 * S);
    assertNull(machine.poll());
  }

  @Test
  void aPeerThatDoesNotSpeakIdentifyIsNotAskedAgain() {
    machine.onConnected(now, A);
    machine.onFinished(now, asked(), Outcome.UNSUPPORTED);
    assertEquals(Machine.NEVER, machine.deadline());
  }

  @Test
  void anExchangeIsAbandonedWhenItsWholeTimeIsOver() {
    machine.onConnected(now, A);
    long exchange = asked();
    pass(options.getTimeout());
    assertEquals(new Action.Abandon(exchange), only());
    machine.onFinished(now, exchange, Outcome.DONE);
    pass(2 * S);
    assertNotEquals(exchange, asked(), "tried again, and the late report changed nothing");
  }

  @Test
  void aBurstOfChangesMakesOnePushToEachPeerThatReadsThem() {
    connect(A);
    connect(B);
    machine.onConnected(now, fakeId(3));
    long third = asked();
    machine.onIdentified(now, fakeId(3), false, Identification.NO_RECORD);
    machine.onFinished(now, third, Outcome.DONE);
    for (int i = 0; i < 10; i++) {
      machine.onChanged(now);
      pass(10 * MS);
    }
    assertTrue(actions().isEmpty());
    pass(options.getDebounce());
    List<Action> pushes = actions();
    assertEquals(List.of(A, B), pushes.stream().map(action -> ((Action.Push) action).peer()).toList());
  }

  @Test
  void aChangeWhileAPushIsUnderWayMakesAnotherOne() {
    connect(A);
    machine.onChanged(now);
    pass(options.getDebounce());
    long first = ((Action.Push) only()).exchange();
    machine.onChanged(now);
    pass(options.getDebounce());
    assertNull(machine.poll(), "one stream at a time");
    machine.onFinished(now, first, Outcome.DONE);
    assertTrue(only() instanceof Action.Push);
  }

  @Test
  void aPeerThatIsIdentifiedAfterAChangeIsTold() {
    machine.onConnected(now, A);
    asked();
    machine.onChanged(now);
    pass(options.getDebounce());
    assertNull(machine.poll());
    machine.onIdentified(now, A, true, Identification.NO_RECORD);
    assertTrue(only() instanceof Action.Push);
  }

  @Test
  void aPeerThatRefusesPushesIsNotPushedTo() {
    connect(A);
    machine.onChanged(now);
    pass(options.getDebounce());
    machine.onFinished(now, ((Action.Push) only()).exchange(), Outcome.UNSUPPORTED);
    machine.onChanged(now);
    pass(options.getDebounce());
    assertNull(machine.poll());
  }

  @Test
  void noMoreThanTheAllowedStreamsAreOpenAtOnceAndAllGetTheirTurn() {
    machine = new Identify(options.setMaxOutbound(3));
    for (int i = 0; i < 50; i++) {
      machine.onConnected(now, fakeId(i));
    }
    List<Action> open = new ArrayList<>(actions());
    int seen = 0;
    while (!open.isEmpty()) {
      assertTrue(open.size() <= 3);
      seen++;
      machine.onFinished(now, ((Action.Ask) open.remove(0)).exchange(), Outcome.DONE);
      open.addAll(actions());
    }
    assertEquals(50, seen);
  }

  @Test
  void aPeerThatLeavesBeforeItsTurnIsNotAsked() {
    machine = new Identify(options.setMaxOutbound(1));
    machine.onConnected(now, A);
    machine.onConnected(now, B);
    long first = asked();
    machine.onDisconnected(now, B);
    machine.onFinished(now, first, Outcome.DONE);
    assertNull(machine.poll());
  }

  @Test
  void aDemandJoinsWhatIsUnderWayAndNeedsNoConnection() {
    machine.demand(now, A);
    long exchange = asked();
    machine.demand(now, A);
    assertNull(machine.poll());
    machine.onFinished(now, exchange, Outcome.FAILED);
    assertEquals(Machine.NEVER, machine.deadline(), "a demand is not tried again by itself");
  }

  @Test
  void theNewestRecordIsRememberedWhileThePeerIsConnected() {
    connect(A);
    machine.onIdentified(now, A, true, 9);
    machine.onIdentified(now, A, true, Identification.NO_RECORD);
    assertEquals(9, machine.recordSeq(A));
    machine.onDisconnected(now, A);
    assertEquals(Identification.NO_RECORD, machine.recordSeq(A));
  }

  /** SEC-27: 10,000 pushes a second for 10 seconds. */
  @Test
  void aFloodOfPushesIsHardlyListenedTo() {
    int read = 0;
    for (int i = 0; i < 100_000; i++) {
      long exchange = machine.onPushed(now, A, FAR);
      if (exchange != Identify.REFUSED) {
        read++;
        machine.onFinished(now, exchange, Outcome.DONE);
      }
      now += S / 10_000;
    }
    assertTrue(read >= 10 && read <= 12, "read " + read);
  }

  @Test
  void manyIdentitiesShareOneMoreBucket() {
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      long exchange = machine.onPushed(now, fakeId(i), from(i));
      if (exchange != Identify.REFUSED) {
        read++;
        machine.onFinished(now, exchange, Outcome.DONE);
      }
      now += S / 20_000;
    }
    assertTrue(read <= options.getPushBurstOfAll() + S / options.getPushIntervalOfAll() + 1, "read " + read);
    assertTrue(read > 400, "read " + read);
  }

  /** An address in a network of its own. */
  private static Multiaddr from(int i) {
    return address("/ip4/" + (11 + (i >> 16)) + "." + (i >> 8 & 0xff) + "." + (i & 0xff) + ".7/tcp/1");
  }

  /** How many of so many pushes at once are read, each of another identity. */
  private int readOf(int pushes, IntFunction<String> ip) {
    int read = 0;
    for (int i = 0; i < pushes; i++) {
      long exchange = machine.onPushed(now, fakeId(i), address(ip.apply(i)));
      if (exchange != Identify.REFUSED) {
        read++;
        machine.onFinished(now, exchange, Outcome.DONE);
      }
    }
    return read;
  }

  /** SEC-27: one machine has as many identities as it likes, but not as many networks. */
  @Test
  void theIdentitiesOfOneNetworkShareABucket() {
    int share = options.getPushBurstOfNetwork();
    assertEquals(share, readOf(300, i -> "/ip4/203.0.113." + i % 250 + "/tcp/" + (1 + i)));
    assertEquals(0, readOf(10, i -> "/ip4/203.0.113.255/tcp/1"));
    assertEquals(10, readOf(10, i -> "/ip4/203.0.114.1/tcp/1"), "the next /24 has its own");
    now += 10 * options.getPushIntervalOfNetwork();
    assertEquals(10, readOf(300, i -> "/ip4/203.0.113.1/tcp/1"));

    machine = new Identify(options);
    assertEquals(share, readOf(300, i -> "/ip6/2001:db8:0:" + Integer.toHexString(i % 256) + "::1/tcp/1"));
    assertEquals(10, readOf(10, i -> "/ip6/2001:db8:0:100::1/tcp/1"), "the next /56 has its own");
  }

  @Test
  void theNodesOfOneMachineAreNotOneNetwork() {
    assertEquals(300, readOf(300, i -> i % 2 == 0 ? "/ip4/127.0.0.1/tcp/1" : "/ip6/::1/tcp/1"));
  }

  @Test
  void aBucketOutlivesTheConnectionAndTheTableOfBucketsIsBounded() {
    PushLimiter limiter = new PushLimiter(new IdentifyOptions());
    for (int i = 0; i < 10; i++) {
      assertTrue(limiter.admits(now, A, FAR));
    }
    assertFalse(limiter.admits(now, A, FAR));
    for (int i = 0; i < 10_000; i++) {
      limiter.admits(now, fakeId(i), from(i));
    }
    assertEquals(PushLimiter.MAX_BUCKETS, limiter.buckets());
  }

  @Test
  void streamsOfOnePeerAndOfAllPeersAreCapped() {
    List<Long> mine = new ArrayList<>();
    for (int i = 0; i < options.getMaxInboundPerPeer(); i++) {
      mine.add(machine.onAsked(now, A));
    }
    assertFalse(mine.contains(Identify.REFUSED));
    assertEquals(Identify.REFUSED, machine.onAsked(now, A));
    assertEquals(Identify.REFUSED, machine.onPushed(now, A, FAR));
    for (int i = 100; i < 100 + options.getMaxInbound() - mine.size(); i++) {
      assertNotEquals(Identify.REFUSED, machine.onAsked(now, fakeId(i)));
    }
    assertEquals(Identify.REFUSED, machine.onAsked(now, B));
    machine.onFinished(now, mine.get(0), Outcome.DONE);
    assertNotEquals(Identify.REFUSED, machine.onAsked(now, A));
    pass(options.getTimeout());
    assertEquals(options.getMaxInbound(), actions().size(), "streams that are held are abandoned");
    assertNotEquals(Identify.REFUSED, machine.onAsked(now, B));
  }
}
