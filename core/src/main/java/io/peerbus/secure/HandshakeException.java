package io.peerbus.secure;

import io.peerbus.multiformats.FormatException;

/** A remote that is not who it should be, or bytes that no secure channel made. The connection must be closed. */
public final class HandshakeException extends FormatException {
  private static final long serialVersionUID = 1L;

  public HandshakeException(String message) {
    super(message);
  }
}
