package io.peerbus.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class KernelTest {

  @Test
  void eventsComeInTimeAndThoseOfOneTimeInOrder() {
    Kernel kernel = new Kernel(1);
    List<String> happened = new ArrayList<>();
    kernel.after(20, () -> happened.add("c"));
    kernel.after(10, () -> {
      happened.add("a");
      kernel.at(0, () -> happened.add("b"));
    });
    kernel.after(20, () -> happened.add("d"));
    kernel.after(31, () -> happened.add("late"));
    kernel.run(Duration.ofNanos(30));
    assertEquals(List.of("a", "b", "c", "d"), happened);
    assertEquals(Kernel.START + 30, kernel.now());
    assertEquals(4, kernel.happened());
  }

  @Test
  void itStopsWhenSomethingIsSoOrTheTimeIsOver() {
    Kernel kernel = new Kernel(1);
    int[] count = new int[1];
    for (int i = 1; i <= 10; i++) {
      kernel.after(i, () -> count[0]++);
    }
    assertTrue(kernel.runUntil(() -> count[0] == 3, Duration.ofNanos(100)));
    assertEquals(Kernel.START + 3, kernel.now());
    assertFalse(kernel.runUntil(() -> count[0] == 11, Duration.ofNanos(50)));
    assertEquals(10, count[0]);
    assertEquals(Kernel.START + 53, kernel.now());
  }

  @Test
  void oneSeedIsOneJournal() {
    assertEquals(journal(1), journal(1));
    assertNotEquals(journal(1), journal(2));
  }

  private static String journal(long seed) {
    Kernel kernel = new Kernel(seed);
    for (int i = 0; i < 100; i++) {
      int number = i;
      kernel.after(kernel.random().nextInt(50), () -> kernel.note("event " + number));
    }
    kernel.run(Duration.ofSeconds(1));
    return kernel.journal();
  }

  @Test
  void aPairHasOneDistanceBothWaysAndPairsDiffer() {
    Weather calm = new Weather(Duration.ofMillis(5), Duration.ofMillis(100), Duration.ZERO, 0);
    SplittableRandom random = new SplittableRandom(1);
    long sum = 0;
    for (int i = 0; i < 1000; i++) {
      long delay = calm.delay(i, 7, random);
      assertEquals(delay, calm.delay(7, i, random));
      assertTrue(delay >= 5_000_000 && delay <= 100_000_000);
      sum += delay;
    }
    assertEquals(52.5, sum / 1e9, 3);
  }

  @Test
  void soMuchIsLost() {
    SplittableRandom random = new SplittableRandom(1);
    int lost = 0;
    for (int i = 0; i < 10_000; i++) {
      lost += Weather.fair().withLoss(0.1).loses(random) ? 1 : 0;
      assertFalse(Weather.fair().loses(random));
    }
    assertEquals(1000, lost, 100);
  }
}
