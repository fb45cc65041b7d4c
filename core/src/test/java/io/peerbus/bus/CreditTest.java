package io.peerbus.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Both ends of the credit of one direction: {@link Credit} spends what {@link Allowance} grants. */
class CreditTest {

  private static Credit opened(long value) {
    Credit credit = new Credit();
    assertTrue(credit.open(value));
    return credit;
  }

  @Test
  void nothingMayBeSentBeforeTheFirstGrant() {
    assertFalse(new Credit().allows());
    assertFalse(opened(0).allows());
    assertTrue(opened(1).allows());
  }

  @Test
  void oneFrameMayTakeTheBalanceBelowZeroAndNoSecondOne() {
    Credit credit = opened(1);
    credit.spend(StreamFrame.MAX_DATA);
    assertEquals(1 - StreamFrame.MAX_DATA - 64, credit.available());
    assertFalse(credit.allows());
  }

  @Test
  void creditThatComesBackCoversWholeFramesInOrder() {
    Credit credit = opened(10_000);
    credit.spend(100);
    credit.spend(200);
    assertEquals(0, credit.giveBack(163));
    assertEquals(100, credit.giveBack(1));
    assertEquals(200, credit.giveBack(264));
    assertEquals(10_000, credit.available());
  }

  @Test
  void moreThanWasSpentIsABreach() {
    assertEquals(-1, opened(1_000).giveBack(1));
    Credit credit = opened(1_000);
    credit.spend(10);
    assertEquals(-1, credit.giveBack(75));
  }

  @Test
  void valuesOutOfRangeAreABreachAndDoNotOverflow() {
    assertFalse(new Credit().open(-1));
    assertFalse(new Credit().open(Credit.MAX + 1));
    assertTrue(new Credit().open(Credit.MAX));
    Credit credit = opened(1_000);
    credit.spend(10);
    for (long value : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, Credit.MAX + 1, Credit.MAX}) {
      assertEquals(-1, credit.giveBack(value), "value " + value);
    }
    assertEquals(10, credit.giveBack(74));
  }

  @Test
  void anAllowanceRefusesTheFrameAfterTheOneThatUsedItUp() {
    Allowance allowance = new Allowance();
    int frames = 0;
    while (allowance.onData(StreamFrame.MAX_DATA)) {
      frames++;
    }
    assertEquals(1 + (Allowance.INITIAL - 1) / StreamFrame.cost(StreamFrame.MAX_DATA), frames);
  }

  @Test
  void creditGoesBackInPortionsAndTheRestWhenNothingIsLeftToConsume() {
    Allowance allowance = new Allowance();
    allowance.onData(1_000);
    allowance.consumed(1_000);
    assertEquals(0, allowance.settle(false));
    assertEquals(1_064, allowance.settle(true));
    assertEquals(0, allowance.settle(true));
    allowance.onData(40_000);
    allowance.consumed(40_000);
    assertEquals(40_064, allowance.settle(false));
  }

  @Test
  void tinyFramesRunOutLongBeforeTheirBytesDo() {
    Allowance allowance = new Allowance();
    int bytes = 0;
    while (allowance.onData(1)) {
      bytes++;
    }
    assertTrue(bytes < 5_000, bytes + " frames of one byte were allowed");
  }

  @Property(tries = 200)
  void whateverTheSizesSpenderAndGranterAgree(@ForAll @Size(max = 200) List<@IntRange(min = 1, max = 65_507) Integer> sizes,
      @ForAll @IntRange(min = 1, max = 9) int lag) {
    Credit credit = opened(Allowance.INITIAL);
    Allowance allowance = new Allowance();
    java.util.ArrayDeque<Integer> unread = new java.util.ArrayDeque<>();
    long back = 0;
    long sent = 0;
    for (int size : sizes) {
      while (!credit.allows() || unread.size() >= lag) {
        allowance.consumed(unread.poll());
        int bytes = credit.giveBack(allowance.settle(unread.isEmpty()));
        assertTrue(bytes >= 0, "a grant was taken for a breach");
        back += bytes;
      }
      credit.spend(size);
      sent += size;
      assertTrue(allowance.onData(size), "the granter counts otherwise than the spender");
      unread.add(size);
    }
    while (!unread.isEmpty()) {
      allowance.consumed(unread.poll());
    }
    assertEquals(sent, back + credit.giveBack(allowance.settle(true)));
    assertEquals(Allowance.INITIAL, credit.available());
  }
}
