package io.peerbus.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.peerbus.machine.Machine;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class AnswerTest {

  private static final long SECOND = 1_000_000_000L;

  private final PerfOptions options = new PerfOptions().setMaxBytes(1_000).setIdleTimeout(5 * SECOND);
  private final Answer answer = new Answer(options, 0);

  private static ByteBuffer wanted(long bytes, int upload) {
    return ByteBuffer.allocate(Long.BYTES + upload).putLong(bytes).position(0);
  }

  private void cut(String reason) {
    assertEquals(new Answer.Action.Cut("perf: " + reason), answer.poll());
    assertNull(answer.poll());
    assertEquals(Machine.NEVER, answer.deadline());
    answer.onEnd(SECOND);
    answer.onBytes(SECOND, ByteBuffer.allocate(5_000));
    assertNull(answer.poll(), "it is over");
  }

  @Test
  void whatIsWantedIsSentAfterAllHasCome() {
    ByteBuffer all = wanted(700, 300);
    while (all.hasRemaining()) {
      answer.onBytes(1, all.slice(all.position(), 1));
      all.position(all.position() + 1);
      assertNull(answer.poll());
    }
    answer.onEnd(2);
    assertEquals(new Answer.Action.Send(700), answer.poll());
    assertNull(answer.poll());
  }

  @Test
  void nothingMayBeWanted() {
    answer.onBytes(1, wanted(0, 0));
    answer.onEnd(2);
    assertEquals(new Answer.Action.Send(0), answer.poll());
  }

  @Test
  void tooMuchIsNotSent() {
    answer.onBytes(1, wanted(1_001, 0));
    answer.onEnd(1);
    cut("1001 bytes are wanted, and at most 1000 are sent");
  }

  /** The greatest number of 64 bits is a valid one. */
  @Test
  void theMostThatCanBeWantedIsTooMuch() {
    answer.onBytes(1, wanted(-1, 0));
    answer.onEnd(1);
    cut("18446744073709551615 bytes are wanted, and at most 1000 are sent");
  }

  @Test
  void tooMuchIsNotTaken() {
    answer.onBytes(1, wanted(1, 1_000));
    assertNull(answer.poll());
    answer.onBytes(1, ByteBuffer.allocate(1));
    cut("more than 1000 bytes came");
  }

  @Test
  void uploadedBytesNeedNotBeShown() {
    assertEquals(Long.BYTES, answer.missing());
    answer.onBytes(1, wanted(700, 0));
    assertEquals(0, answer.missing());
    answer.onUploaded(3 * SECOND, 1_000);
    assertEquals(8 * SECOND, answer.deadline());
    assertNull(answer.poll());
    answer.onUploaded(3 * SECOND, 1);
    cut("more than 1000 bytes came");
  }

  @Test
  void anEndThatComesTooEarlyIsRefused() {
    answer.onBytes(1, ByteBuffer.allocate(7));
    answer.onEnd(1);
    cut("the stream ended before it was said how many bytes are wanted");
  }

  @Test
  void whoStopsIsCutOff() {
    answer.onBytes(2 * SECOND, wanted(1, 0));
    assertEquals(7 * SECOND, answer.deadline());
    answer.onDeadline(7 * SECOND - 1);
    assertNull(answer.poll());
    answer.onDeadline(7 * SECOND);
    cut("nothing moved for 5000 ms");
  }

  @Test
  void whoReadsSlowlyHasTime() {
    answer.onBytes(0, wanted(900, 0));
    answer.onEnd(0);
    answer.poll();
    for (int second = 4; second < 100; second += 4) {
      answer.onMoved(second * SECOND);
      answer.onDeadline(second * SECOND + 4 * SECOND);
      assertNull(answer.poll());
    }
  }
}
