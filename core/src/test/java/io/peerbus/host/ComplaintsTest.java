package io.peerbus.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComplaintsTest {

  private final List<String> log = new ArrayList<>();
  private final Complaints complaints = new Complaints(log::add);

  @Test
  void aFloodOfThemIsOneLineWithTheirNumber() {
    for (int i = 0; i < 36_000; i++) {
      complaints.add("plugin echo did not accept a stream in time");
    }
    assertEquals(List.of(), log);
    complaints.tell();
    complaints.tell();
    assertEquals(List.of("plugin echo did not accept a stream in time (35999 more like it)"), log);
  }

  @Test
  void oneIsToldAsItIsAndTheNextSecondBeginsAnew() {
    complaints.add("first");
    complaints.tell();
    complaints.add("second");
    complaints.tell();
    assertEquals(List.of("first", "second"), log);
  }
}
