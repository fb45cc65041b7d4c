package io.peerbus.remotebus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.machine.Machine;
import io.peerbus.remotebus.pb.RemoteBusProto.Response;
import io.peerbus.remotebus.pb.RemoteBusProto.Response.Status;
import org.junit.jupiter.api.Test;

/** One message of ours, in virtual time. */
class AskingTest {

  private static final long MILLI = 1_000_000;
  private static final RemoteBusOptions OPTIONS = new RemoteBusOptions(1_024, 1, 1, 5_000, 100);

  private final Asking asking = asking(10);

  private static Asking asking(int length) {
    return new Asking(OPTIONS, new Asking.Message("orders.new", new byte[length], 50, true), 0);
  }

  private void assertFailed(Asking.Reason reason) {
    assertEquals(reason, assertInstanceOf(Asking.Action.Failed.class, asking.poll()).reason());
    assertTrue(asking.isOver());
    asking.onBytes(FrameReader.frame(new byte[0]));
    asking.onOpened();
    asking.onEnd();
    asking.onDeadline(Long.MAX_VALUE - 1);
    assertNull(asking.poll(), "there is one outcome");
  }

  @Test
  void anAnswerIsTheOutcome() {
    asking.onOpened();
    assertInstanceOf(Asking.Action.Say.class, asking.poll());
    asking.onBytes(FrameReader.frame(Response.newBuilder().setStatus(Status.FORBIDDEN).build().toByteArray()));
    assertEquals(Status.FORBIDDEN, assertInstanceOf(Asking.Action.Done.class, asking.poll()).response().getStatus());
    assertEquals(Machine.NEVER, asking.deadline());
    asking.onEnd();
    assertNull(asking.poll());
  }

  @Test
  void theTimeOfTheCallerHoldsAlsoBeforeTheStreamIsThere() {
    assertEquals(50 * MILLI, asking.deadline());
    asking.onDeadline(50 * MILLI - 1);
    assertNull(asking.poll());
    asking.onDeadline(50 * MILLI);
    assertFailed(Asking.Reason.TIMED_OUT);
  }

  @Test
  void aMessageThatIsTooLongIsNotSentAtAll() {
    Asking tooLong = asking(1_024);
    assertEquals(Asking.Reason.TOO_LONG, assertInstanceOf(Asking.Action.Failed.class, tooLong.poll()).reason());
    assertTrue(tooLong.isOver());
  }

  @Test
  void anEndWithoutAnAnswerIsAFailure() {
    asking.onEnd();
    assertFailed(Asking.Reason.PROTOCOL_ERROR);
  }

  @Test
  void whatIsNoAnswerIsAFailure() {
    asking.onBytes(FrameReader.frame(new byte[] {-1, -1}));
    assertFailed(Asking.Reason.PROTOCOL_ERROR);
  }
}
