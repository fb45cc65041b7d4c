package io.peerbus.yamux;

import io.peerbus.muxer.ProtocolError;

/** The four frame types (yamux spec, "Type Field"), in the order of their numbers. */
enum FrameType {
  DATA,
  WINDOW_UPDATE,
  PING,
  GO_AWAY;

  private static final FrameType[] BY_NUMBER = values();

  static FrameType of(int number) throws ProtocolError {
    if (number >= BY_NUMBER.length) {
      throw new ProtocolError("unknown frame type " + number);
    }
    return BY_NUMBER[number];
  }
}
