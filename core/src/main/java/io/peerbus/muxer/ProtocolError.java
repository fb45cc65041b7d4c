package io.peerbus.muxer;

/** What closes a muxer: the other side broke the protocol or a limit. Never leaves the muxer. */
public final class ProtocolError extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient CloseCode code;

  public ProtocolError(String message) {
    this(CloseCode.PROTOCOL_ERROR, message);
  }

  public ProtocolError(CloseCode code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  public CloseCode code() {
    return code;
  }
}
