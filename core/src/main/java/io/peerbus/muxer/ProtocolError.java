package io.peerbus.muxer;

/** What closes a muxer: the other side broke the protocol or a limit. Never leaves the muxer. */
public final class ProtocolError extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient CloseCode code;
  private final boolean limit;

  public ProtocolError(String message) {
    this(CloseCode.PROTOCOL_ERROR, message);
  }

  public ProtocolError(CloseCode code, String message) {
    this(code, message, false);
  }

  private ProtocolError(CloseCode code, String message, boolean limit) {
    super(message, null, false, false);
    this.code = code;
    this.limit = limit;
  }

  /** A limit was reached; {@code message} is as in {@link Muxer.Action.Refused}. */
  public static ProtocolError ofLimit(CloseCode code, String message) {
    return new ProtocolError(code, message, true);
  }

  public CloseCode code() {
    return code;
  }

  /** Whether a limit was reached. */
  public boolean isLimit() {
    return limit;
  }
}
