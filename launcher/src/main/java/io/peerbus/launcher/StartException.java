package io.peerbus.launcher;

/** Why a node did not start, in words for whoever started it, and the exit code that says so. */
public final class StartException extends Exception {

  private static final long serialVersionUID = 1L;

  private final Exit exit;

  public StartException(Exit exit, String message) {
    super(message, null, false, false);
    this.exit = exit;
  }

  public StartException(Exit exit, String message, Throwable cause) {
    super(message, cause, false, false);
    this.exit = exit;
  }

  public Exit exit() {
    return exit;
  }
}
