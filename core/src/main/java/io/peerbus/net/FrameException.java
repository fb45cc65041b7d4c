package io.peerbus.net;

import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.peerbus.multiformats.FormatException;

/** The other side of a WebSocket does not follow its rules. */
final class FrameException extends FormatException {
  private static final long serialVersionUID = 1L;

  private final int code;

  /** With what a close frame says of it (RFC 6455, section 7.4). */
  FrameException(WebSocketCloseStatus status, String message) {
    super("WebSocket: " + message);
    this.code = status.code();
  }

  static FrameException malformed(String message) {
    return new FrameException(WebSocketCloseStatus.PROTOCOL_ERROR, message);
  }

  int code() {
    return code;
  }
}
