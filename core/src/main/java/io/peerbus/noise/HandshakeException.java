package io.peerbus.noise;

import io.peerbus.multiformats.FormatException;

/** A remote that is not who it should be, or bytes that are not what Noise made. The connection must be closed. */
public final class HandshakeException extends FormatException {
  private static final long serialVersionUID = 1L;

  HandshakeException(String message) {
    super(message);
  }
}
