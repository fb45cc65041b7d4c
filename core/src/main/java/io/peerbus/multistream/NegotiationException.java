package io.peerbus.multistream;

import io.peerbus.multiformats.FormatException;

/** A negotiation that cannot go on: the remote speaks none of our protocols, or not multistream-select at all. */
public final class NegotiationException extends FormatException {
  private static final long serialVersionUID = 1L;

  private final boolean unsupported;

  NegotiationException(String message, boolean unsupported) {
    super(message);
    this.unsupported = unsupported;
  }

  static NegotiationException malformed(String message) {
    return new NegotiationException(message, false);
  }

  /** True when the remote followed the rules and answered {@code na} to each protocol that we proposed. */
  public boolean isUnsupported() {
    return unsupported;
  }
}
