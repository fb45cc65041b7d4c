package io.peerbus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class PerfFiguresTest {

  private final PerfFigures figures = new PerfFigures("upload", "MB/s");

  @Test
  void medianAndBoundsAreThoseOfAllRuns() {
    List.of(30.0, 10.0, 20.0).forEach(figures::add);
    assertEquals("upload 20.0 MB/s", figures.last());
    assertEquals("upload       median       20.0   min       10.0   max       30.0 MB/s  (3 runs)", figures.line());
    figures.add(40);
    assertEquals(25, figures.median());
    assertEquals("{\"unit\":\"MB/s\",\"median\":25.0,\"min\":10.0,\"max\":40.0,\"values\":[30.0,10.0,20.0,40.0]}",
        figures.toJson().encode());
  }

  @Test
  void percentilesAreValuesThatWereSeen() {
    for (int i = 1; i <= 1_000; i++) {
      figures.add(i);
    }
    assertEquals(991, figures.percentile(99));
    assertEquals(501, figures.percentile(50));
    assertEquals(1_000, figures.percentile(100));
  }
}
