package io.peerbus.yamux;

/** What ends a session: the other side broke the protocol or a limit. Never leaves the session. */
final class ProtocolError extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient GoAwayCode code;

  ProtocolError(String message) {
    this(GoAwayCode.PROTOCOL_ERROR, message);
  }

  ProtocolError(GoAwayCode code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  GoAwayCode code() {
    return code;
  }
}
