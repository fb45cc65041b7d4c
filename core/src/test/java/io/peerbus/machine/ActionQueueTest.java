package io.peerbus.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.fuzz.Allocation;
import org.junit.jupiter.api.Test;

class ActionQueueTest {

  private final ActionQueue<String> queue = new ActionQueue<>();

  private void burst(int actions) {
    for (int i = 0; i < actions; i++) {
      queue.add("action");
    }
    for (int i = 0; i < actions; i++) {
      assertEquals("action", queue.poll());
    }
    assertNull(queue.poll());
  }

  @Test
  void actionsComeInOrder() {
    queue.add("a");
    queue.add("b");
    assertEquals("a", queue.poll());
    queue.add("c");
    assertEquals("b", queue.poll());
    assertEquals("c", queue.poll());
    assertNull(queue.poll());
  }

  @Test
  void thePlacesOfAFewActionsAreKeptAndThoseOfAFloodAreNot() throws Exception {
    burst(200);
    Allocation.assertAtMost(0, () -> burst(200));
    burst(20_000);
    long again = Allocation.of(() -> burst(20_000));
    assertTrue(again > 20_000 * Integer.BYTES, again + " bytes were allocated: the places were kept");
  }
}
