package io.peerbus.api;

/** A {@link Failure} with the words that explain it. Peers fail in the normal course of things: no stack trace. */
public final class FailureException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Failure failure;

  FailureException(Failure failure, String message) {
    super(message, null, false, false);
    this.failure = failure;
  }

  public Failure failure() {
    return failure;
  }
}
