package io.peerbus.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FailureTest {

  @Test
  void theNumbersAreThoseOfTheContract() {
    assertEquals(List.of("BAD_REQUEST", "NOT_FOUND", "DIAL_FAILED", "UNSUPPORTED_PROTOCOL", "LIMIT_REACHED",
        "TIMED_OUT", "RESET_BY_PEER", "CONNECTION_CLOSED", "PROTOCOL_ERROR", "CANCELLED", "ALREADY_TAKEN",
        "FORBIDDEN", "UNAVAILABLE", "INTERNAL", "CANNOT_LISTEN"),
        IntStream.rangeClosed(1, 15).mapToObj(Failure::of).map(Enum::name).toList());
    Stream.of(Failure.values()).forEach(failure -> assertEquals(failure, Failure.of(failure.code())));
  }

  @Test
  void anUnknownNumberIsInternal() {
    for (int code : new int[] {-1, 0, 16, Integer.MAX_VALUE}) {
      assertEquals(Failure.INTERNAL, Failure.of(code));
    }
  }

  @Test
  void aFailureSurvivesTheBus() {
    FailureException back = Failure.of(new ReplyException(ReplyFailure.RECIPIENT_FAILURE, 3, "3 addresses tried"));
    assertEquals(Failure.DIAL_FAILED, back.failure());
    assertEquals("3 addresses tried", back.getMessage());
    assertEquals(Failure.TIMED_OUT, Failure.of(new ReplyException(ReplyFailure.TIMEOUT, "late")).failure());
    assertEquals(Failure.UNAVAILABLE, Failure.of(new ReplyException(ReplyFailure.NO_HANDLERS, "nobody")).failure());
  }

  @Test
  void anyOtherErrorIsInternalAndAFailureItself() {
    assertEquals(Failure.INTERNAL, Failure.of(new IOException("disk")).failure());
    FailureException failure = Failure.FORBIDDEN.because("no");
    assertSame(failure, Failure.of(failure));
    assertEquals(0, failure.getStackTrace().length);
  }
}
