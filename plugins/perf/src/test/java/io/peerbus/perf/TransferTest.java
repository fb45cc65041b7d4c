package io.peerbus.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.peerbus.machine.Machine;
import org.junit.jupiter.api.Test;

class TransferTest {

  private static final long SECOND = 1_000_000_000L;

  private final PerfOptions options = new PerfOptions().setIdleTimeout(5 * SECOND);

  @Test
  void theUploadIsOverWithTheFirstByteBack() {
    Transfer transfer = new Transfer(options, 30, 100);
    transfer.onSent(110, 1_000);
    transfer.onBytes(150, 10);
    transfer.onBytes(170, 20);
    transfer.onEnd(180);
    assertEquals(new Transfer.Action.Done(50, 30), transfer.poll());
    assertNull(transfer.poll());
    assertEquals(Machine.NEVER, transfer.deadline());
  }

  @Test
  void withoutADownloadItIsOverWithTheEnd() {
    Transfer transfer = new Transfer(options, 0, 100);
    transfer.onSent(110, 1_000);
    transfer.onEnd(180);
    assertEquals(new Transfer.Action.Done(80, 0), transfer.poll());
  }

  @Test
  void itIsSaidEachSecondHowFarItIs() {
    Transfer transfer = new Transfer(options, 100, 0);
    transfer.onSent(SECOND / 2, 70);
    transfer.onDeadline(SECOND - 1);
    assertNull(transfer.poll());
    transfer.onDeadline(SECOND);
    assertEquals(new Transfer.Action.Progress(SECOND, 70, 0), transfer.poll());
    transfer.onBytes(SECOND + 1, 30);
    transfer.onDeadline(2 * SECOND);
    assertEquals(new Transfer.Action.Progress(2 * SECOND, 70, 30), transfer.poll());
  }

  @Test
  void anotherNumberOfBytesThanAskedForIsAFailure() {
    Transfer tooFew = new Transfer(options, 100, 0);
    tooFew.onBytes(1, 99);
    tooFew.onEnd(2);
    assertEquals(new Transfer.Action.Fail("perf: the stream ended after 99 of 100 bytes"), tooFew.poll());
    Transfer tooMany = new Transfer(options, 100, 0);
    tooMany.onBytes(1, 101);
    assertEquals(new Transfer.Action.Fail("perf: more than the 100 bytes came that were asked for"), tooMany.poll());
    tooMany.onEnd(2);
    assertNull(tooMany.poll());
  }

  @Test
  void whoStopsIsGivenUp() {
    Transfer transfer = new Transfer(options, 100, 0);
    transfer.onBytes(SECOND, 1);
    for (long at = transfer.deadline(); at < 6 * SECOND; at = transfer.deadline()) {
      transfer.onDeadline(at);
      assertEquals(Transfer.Action.Progress.class, transfer.poll().getClass());
    }
    transfer.onDeadline(6 * SECOND);
    Transfer.Action last = transfer.poll();
    for (Transfer.Action next = last; next != null; next = transfer.poll()) {
      last = next;
    }
    assertEquals(new Transfer.Action.Fail("perf: nothing moved for 5000 ms"), last);
  }
}
