package io.peerbus.launcher.control;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;

/** A line that is not done, and why. A client's mistake: no stack trace. */
final class Refusal extends Exception {

  private static final long serialVersionUID = 1L;

  private final Long id;
  private final Failure failure;

  /** {@code id} is that of the request, or {@code null} if it has none that can be read. */
  Refusal(Long id, Failure failure, String message) {
    super(message, null, false, false);
    this.id = id;
    this.failure = failure;
  }

  static Refusal tooLong(int limit) {
    return new Refusal(null, Failure.LIMIT_REACHED, "the line is longer than " + limit + " bytes");
  }

  Long id() {
    return id;
  }

  FailureException reason() {
    return failure.because(getMessage());
  }
}
