package io.peerbus.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class DeadlinesTest {

  private enum Timer { FIRST, SECOND, THIRD }

  private final Deadlines<Timer> deadlines = new Deadlines<>(Timer.class);

  @Test
  void withoutATimerThereIsNothingToWaitFor() {
    assertEquals(Machine.NEVER, deadlines.next());
    assertNull(deadlines.expire(Long.MAX_VALUE));
  }

  @Test
  void theEarliestExpiresFirstAndEachOnce() {
    deadlines.set(Timer.FIRST, 30);
    deadlines.set(Timer.SECOND, -10);
    deadlines.set(Timer.THIRD, 20);
    assertEquals(-10, deadlines.next());
    assertNull(deadlines.expire(-11));
    assertEquals(Timer.SECOND, deadlines.expire(25));
    assertEquals(Timer.THIRD, deadlines.expire(25));
    assertNull(deadlines.expire(25));
    assertEquals(30, deadlines.next());
  }

  @Test
  void aTimerIsSetAnewAndCleared() {
    deadlines.set(Timer.FIRST, 10);
    deadlines.set(Timer.FIRST, 50);
    assertEquals(50, deadlines.get(Timer.FIRST));
    assertTrue(deadlines.isSet(Timer.FIRST));
    deadlines.clear(Timer.FIRST);
    assertFalse(deadlines.isSet(Timer.FIRST));
    deadlines.set(Timer.SECOND, 1);
    deadlines.clearAll();
    assertEquals(Machine.NEVER, deadlines.next());
  }
}
