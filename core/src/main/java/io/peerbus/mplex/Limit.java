package io.peerbus.mplex;

import io.peerbus.muxer.CloseCode;
import io.peerbus.muxer.ProtocolError;
import io.peerbus.muxer.WasteRate;

/**
 * The limits of a session that refuse a stream, give one up, or end the session, as the owner is told of them. Those
 * with an option are called as it is; what each of them stops is said there.
 *
 * <p>Not among them is {@link MplexOptions#getIdleMillis}: who is silent asks for nothing.
 */
enum Limit {
  MAX_INBOUND_STREAMS(CloseCode.RESOURCE_LIMIT),
  LIFETIME_STREAMS(CloseCode.RESOURCE_LIMIT),
  WASTED_PER_SECOND(CloseCode.RATE_LIMITED),
  MAX_OUTBOUND_STREAMS(CloseCode.RESOURCE_LIMIT),
  MAX_UNREAD(CloseCode.RESOURCE_LIMIT),
  MAX_UNREAD_OF_SESSION(CloseCode.RESOURCE_LIMIT),
  READ_TIMEOUT(CloseCode.RESOURCE_LIMIT),
  MAX_MESSAGE(CloseCode.PROTOCOL_ERROR),
  MAX_PENDING_REFUSALS(CloseCode.RESOURCE_LIMIT),
  FRAME_TIMEOUT(CloseCode.PROTOCOL_ERROR);

  private final CloseCode code;

  Limit(CloseCode code) {
    this.code = code;
  }

  /** What ends a session that reached it. */
  ProtocolError reached(MplexOptions options) {
    return ProtocolError.ofLimit(code, message(options));
  }

  String message(MplexOptions options) {
    return "mplex." + switch (this) {
      case MAX_INBOUND_STREAMS ->
          "maxInboundStreams: the peer has " + options.getMaxInboundStreams() + " streams open on one connection";
      case LIFETIME_STREAMS ->
          "lifetimeStreams: the peer has opened " + options.getLifetimeStreams() + " streams on one connection";
      case WASTED_PER_SECOND -> "wastedPerSecond: too many streams are opened for nothing: more than "
          + options.getWastedPerSecond() + " a second on one connection, where one that is reset counts "
          + WasteRate.RESET;
      case MAX_OUTBOUND_STREAMS ->
          "maxOutboundStreams: we have " + options.getMaxOutboundStreams() + " streams open on one connection";
      case MAX_UNREAD -> "maxUnread: of one stream twice " + options.getMaxUnread() + " bytes are not read";
      case MAX_UNREAD_OF_SESSION -> "maxUnreadOfSession: of all streams of one connection twice "
          + options.getMaxUnreadOfSession() + " bytes are not read";
      case READ_TIMEOUT -> "readTimeoutMillis: for " + options.getReadTimeoutMillis()
          + " ms nothing was read of a connection that is full";
      case MAX_MESSAGE -> "maxMessage: a frame has more than " + options.getMaxMessage() + " bytes";
      case MAX_PENDING_REFUSALS -> "maxPendingRefusals: the other side does not read: " + Outbox.MAX_REFUSALS
          + " refused streams wait to be told";
      case FRAME_TIMEOUT ->
          "frameTimeoutMillis: a frame was not complete within " + options.getFrameTimeoutMillis() + " ms";
    };
  }
}
