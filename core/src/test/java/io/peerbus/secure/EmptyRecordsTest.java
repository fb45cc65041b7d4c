package io.peerbus.secure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class EmptyRecordsTest {

  private final EmptyRecords records = new EmptyRecords();

  private int allowed(int length) {
    int allowed = 0;
    while (records.onEmpty(length)) {
      allowed++;
    }
    return allowed;
  }

  @Test
  void asManyAsThatMayComeAtOnce() {
    assertEquals(EmptyRecords.MAX, allowed(27));
  }

  @Test
  void aLongOneCountsForAllThatFitsIn() {
    assertFalse(records.onEmpty(16 * 1024));
  }

  @Test
  void dataEarnsMoreAndIsNotSavedUp() {
    for (int i = 0; i < 1_000; i++) {
      assertTrue(records.onEmpty(27));
      records.onData(EmptyRecords.DATA_FOR_ONE);
    }
    records.onData(Integer.MAX_VALUE - EmptyRecords.MAX * EmptyRecords.DATA_FOR_ONE);
    assertEquals(EmptyRecords.MAX, allowed(27));
  }

  @Test
  void aByteOfDataBetweenThemEarnsNothing() {
    int allowed = 0;
    while (records.onEmpty(27)) {
      records.onData(1);
      allowed++;
    }
    assertEquals(EmptyRecords.MAX, allowed);
  }
}
