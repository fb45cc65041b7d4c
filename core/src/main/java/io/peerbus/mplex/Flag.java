package io.peerbus.mplex;

/**
 * What a frame is for (mplex spec, "Flag Values"), in the order of their numbers. Receiver and initiator are what the
 * sender is of that stream: who opened it sends those of the initiator, whichever side of the connection that is.
 */
enum Flag {
  NEW_STREAM,
  MESSAGE_RECEIVER,
  MESSAGE_INITIATOR,
  CLOSE_RECEIVER,
  CLOSE_INITIATOR,
  RESET_RECEIVER,
  RESET_INITIATOR;

  private static final Flag[] BY_NUMBER = values();

  /** The flag of a number, or {@code null} for 7, which has no meaning. */
  static Flag of(int number) {
    return number < BY_NUMBER.length ? BY_NUMBER[number] : null;
  }

  static Flag message(boolean inbound) {
    return inbound ? MESSAGE_RECEIVER : MESSAGE_INITIATOR;
  }

  static Flag close(boolean inbound) {
    return inbound ? CLOSE_RECEIVER : CLOSE_INITIATOR;
  }

  static Flag reset(boolean inbound) {
    return inbound ? RESET_RECEIVER : RESET_INITIATOR;
  }

  /** Whether the sender opened the stream that the frame is for. */
  boolean isOfInitiator() {
    return (ordinal() & 1) == 0;
  }
}
