package io.peerbus.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.machine.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Timers and waiting times. */
class TimesTest {

  @Test
  void timersRunByTimeAndThenInTheOrderTheyWereSet() {
    Agenda agenda = new Agenda();
    List<String> ran = new ArrayList<>();
    agenda.at(20, now -> ran.add("c"));
    agenda.at(-10, now -> ran.add("a"));
    agenda.at(20, now -> ran.add("d"));
    Agenda.Timer cancelled = agenda.at(15, now -> ran.add("x"));
    agenda.at(15, now -> agenda.at(16, later -> ran.add("b")));
    agenda.cancel(cancelled);
    agenda.cancel(cancelled);
    agenda.cancel(null);
    assertEquals(-10, agenda.next());
    agenda.run(19);
    assertEquals(List.of("a", "b"), ran);
    assertEquals(20, agenda.next());
    agenda.run(20);
    assertEquals(List.of("a", "b", "c", "d"), ran);
    assertEquals(Machine.NEVER, agenda.next());
    agenda.run(Machine.NEVER);
  }

  @Test
  void cancelledTimersDoNotPileUp() {
    Agenda agenda = new Agenda();
    List<Agenda.Timer> kept = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      Agenda.Timer timer = agenda.at(1_000_000 + i, now -> {});
      if (i % 1_000 == 0) {
        kept.add(timer);
      } else {
        agenda.cancel(timer);
      }
      assertTrue(agenda.held() <= 2 * agenda.size() + 66, agenda.held() + " held");
    }
    assertEquals(100, agenda.size());
    kept.forEach(agenda::cancel);
    assertEquals(Machine.NEVER, agenda.next());
  }

  @Test
  void waitingTimesDoubleUpToTheirBoundAndAreSpreadOverTheUpperHalf() {
    Random random = new Random(5);
    for (int failures = 1; failures < 100; failures++) {
      long full = failures > 9 ? 300 : Math.min(300, 1L << failures - 1);
      for (int i = 0; i < 100; i++) {
        long delay = Backoff.delay(failures, 1, 300, random);
        assertTrue(delay <= full && 2 * delay >= full, delay + " after " + failures);
      }
    }
    assertTrue(Backoff.delay(1, 1_000, 10, random) <= 10, "a bound below the base holds too");
    assertTrue(Backoff.delay(Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, random) > 0);
  }

  @Test
  void aFloodOfFailingAddressesIsNotRememberedForEver() {
    SwarmOptions options = new SwarmOptions().setMaxBackoffEntries(100);
    AddressBackoff backoff = new AddressBackoff(options, new Random(1));
    for (int i = 0; i < 10_000; i++) {
      backoff.onFailed(i, Fixture.peer(i), Fixture.address(i));
      assertTrue(backoff.size() <= 100);
    }
    assertTrue(backoff.isBackedOff(10_000, Fixture.peer(9_999), Fixture.address(9_999)));
  }

  @Test
  void anAddressIsLeftAloneTwiceAsLongAfterEachFailureUntilItWorks() {
    SwarmOptions options = new SwarmOptions();
    AddressBackoff backoff = new AddressBackoff(options, new Random(1));
    long now = -1_000_000_000_000L;
    long expected = options.getBackoff().toNanos();
    for (int i = 0; i < 15; i++) {
      backoff.onFailed(now, Fixture.peer(1), Fixture.address(1));
      long wait = backoff.until(now, Fixture.peer(1), Fixture.address(1)) - now;
      assertTrue(wait <= expected && 2 * wait >= expected, wait + " after " + (i + 1));
      now += wait;
      assertEquals(now, backoff.until(now, Fixture.peer(1), Fixture.address(1)));
      expected = Math.min(2 * expected, options.getMaxBackoff().toNanos());
    }
    assertEquals(now, backoff.until(now, Fixture.peer(2), Fixture.address(1)), "of that peer only");
    backoff.onConnected(Fixture.peer(1), Fixture.address(1));
    backoff.onFailed(now, Fixture.peer(1), Fixture.address(1));
    assertTrue(backoff.until(now, Fixture.peer(1), Fixture.address(1)) - now <= options.getBackoff().toNanos());
  }

  @Test
  void durationsAreToldAsPeopleSayThem() {
    assertEquals("10 s", DialSet.seconds(10_000_000_000L));
    assertEquals("0.2 s", DialSet.seconds(250_000_000L));
    assertEquals("0 s", DialSet.seconds(0));
  }
}
