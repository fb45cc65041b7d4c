package io.peerbus.launcher.control;

/** Why a node could not be spoken to, in words for whoever gave the command. */
public final class ControlException extends Exception {

  private static final long serialVersionUID = 1L;

  /** What stood in the way. */
  public enum Kind {
    /** No node runs there. */
    NOT_RUNNING,
    /** One may run there, but the socket belongs to somebody else. */
    NOT_ALLOWED,
    /** It went away, or stopped answering. */
    LOST
  }

  private final Kind kind;

  ControlException(Kind kind, String message) {
    super(message, null, false, false);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
