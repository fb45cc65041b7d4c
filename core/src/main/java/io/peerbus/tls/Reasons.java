package io.peerbus.tls;

/** What a failure of the engine comes from, in words. */
final class Reasons {

  private Reasons() {}

  /** The innermost message, or what it is where it has none: the engine wraps what a check of ours said. */
  static String of(Exception failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }
}
