package io.peerbus.yamux;

import io.peerbus.muxer.CloseCode;
import io.peerbus.muxer.ProtocolError;
import io.peerbus.muxer.WasteRate;

/**
 * The limits of a session that refuse a stream, give one up, or end the session, as the owner is told of them. Those
 * with an option are called as it is; what each of them stops is said there.
 *
 * <p>Not among them is {@link YamuxOptions#getLifetimeStreams}, which makes the owner replace the session, and the
 * silence of the other side, which asks for nothing.
 */
enum Limit {
  MAX_INBOUND_STREAMS(CloseCode.RESOURCE_LIMIT),
  ACCEPT_BACKLOG(CloseCode.RESOURCE_LIMIT),
  WASTED_PER_SECOND(CloseCode.RATE_LIMITED),
  REMEMBERED_IDS(CloseCode.RESOURCE_LIMIT),
  MAX_OUTBOUND_STREAMS(CloseCode.RESOURCE_LIMIT),
  MAX_UNACKNOWLEDGED(CloseCode.RESOURCE_LIMIT),
  WRITE_TIMEOUT(CloseCode.RESOURCE_LIMIT),
  MAX_PENDING_PONGS(CloseCode.RESOURCE_LIMIT),
  MAX_PENDING_REFUSALS(CloseCode.RESOURCE_LIMIT),
  FRAME_TIMEOUT(CloseCode.PROTOCOL_ERROR),
  PONG_TIMEOUT(CloseCode.INTERNAL_ERROR);

  private final CloseCode code;

  Limit(CloseCode code) {
    this.code = code;
  }

  /** What ends a session that reached it. */
  ProtocolError reached(YamuxOptions options) {
    return ProtocolError.ofLimit(code, message(options));
  }

  String message(YamuxOptions options) {
    return "yamux." + switch (this) {
      case MAX_INBOUND_STREAMS ->
          "maxInboundStreams: the peer has " + options.getMaxInboundStreams() + " streams open on one connection";
      case ACCEPT_BACKLOG -> "acceptBacklog: " + options.getAcceptBacklog()
          + " streams that the peer opened at once on one connection are not looked at yet";
      case WASTED_PER_SECOND -> "wastedPerSecond: too many streams are opened for nothing: more than "
          + options.getWastedPerSecond() + " a second on one connection, where one that is reset counts "
          + WasteRate.RESET;
      case REMEMBERED_IDS -> "rememberedIds: a stream's id is more than " + RemoteIds.REMEMBERED
          + " streams behind the peer's latest, so it may have been used";
      case MAX_OUTBOUND_STREAMS ->
          "maxOutboundStreams: we have " + options.getMaxOutboundStreams() + " streams open on one connection";
      case MAX_UNACKNOWLEDGED -> "maxUnacknowledged: the peer has not answered " + options.getMaxUnacknowledged()
          + " streams of ours on one connection";
      case WRITE_TIMEOUT -> "writeTimeoutMillis: the peer gave a stream no window for "
          + options.getWriteTimeoutMillis() + " ms while there was data for it";
      case MAX_PENDING_PONGS -> "maxPendingPongs: the other side does not read: " + options.getMaxPendingPongs()
          + " pongs wait to be sent";
      case MAX_PENDING_REFUSALS -> "maxPendingRefusals: the other side does not read: " + Refusals.MAX_RUNS
          + " runs of refused streams wait to be told";
      case FRAME_TIMEOUT ->
          "frameTimeoutMillis: a frame was not complete within " + options.getFrameTimeoutMillis() + " ms";
      case PONG_TIMEOUT -> "pongTimeoutMillis: the other side does not read: a ping waited "
          + options.getPongTimeoutMillis() + " ms to be sent";
    };
  }
}
