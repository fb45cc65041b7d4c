package io.peerbus.mplex;

import io.peerbus.muxer.ProtocolError;
import io.peerbus.muxer.WasteRate;
import java.nio.ByteBuffer;

/**
 * Reads the other side's frames and does what they say. Payload is handed out as it comes, so a frame that is not
 * complete holds no memory here, and its length is checked before there is any state for it.
 *
 * <p>Not thread safe, owned by its session.
 */
final class Inbound {

  private final MplexOptions options;
  private final Streams streams;
  private final Outbox outbox;
  private final WasteRate waste;
  private final Header header;
  /** Payload that is still to come of the frame in {@link #header}. */
  private int bodyLeft;
  /** Whose frame it is, or {@code null}: then it is drained. */
  private MuxedStream stream;
  private boolean frameEnded;

  Inbound(MplexOptions options, Streams streams, Outbox outbox) {
    this.options = options;
    this.streams = streams;
    this.outbox = outbox;
    this.waste = new WasteRate(options.getWastedPerSecond(), options.getWastedBurst());
    this.header = new Header(options);
  }

  /** Takes all of {@code in}. */
  void onBytes(long now, ByteBuffer in) throws ProtocolError {
    frameEnded = false;
    while (in.hasRemaining()) {
      if (bodyLeft > 0) {
        onBody(now, in);
      } else if (header.read(in)) {
        onHeader(now);
      }
    }
  }

  /** Whether a frame has begun and is not complete. */
  boolean isWithinFrame() {
    return bodyLeft > 0 || header.isPartial();
  }

  /** Whether a frame was completed by the latest bytes. */
  boolean hasEndedFrame() {
    return frameEnded;
  }

  /** The stream of the latest header, for messages. */
  long number() {
    return header.id();
  }

  private void onHeader(long now) throws ProtocolError {
    bodyLeft = header.length();
    if (header.flag() == Flag.NEW_STREAM) {
      stream = null; // the name has no meaning
      onNewStream(now, header.id());
    } else {
      stream = streams.numbered(header.id(), header.flag().isOfInitiator());
      refuseLateData();
    }
    if (bodyLeft == 0) {
      endFrame(now);
    }
  }

  /** Data behind the end of its half: who sends it will not be content with less than a reset. */
  private void refuseLateData() {
    if (stream != null && stream.remoteEnded && isMessage() && bodyLeft > 0) {
      streams.abort(stream);
      stream = null;
    }
  }

  private boolean isMessage() {
    return header.flag() == Flag.MESSAGE_INITIATOR || header.flag() == Flag.MESSAGE_RECEIVER;
  }

  private void onNewStream(long now, long number) throws ProtocolError {
    if (streams.numbered(number, true) != null) {
      throw new ProtocolError("the stream is open already");
    }
    Limit forbidden = waste.isEmpty(now) ? Limit.WASTED_PER_SECOND : streams.forbidsAdmission();
    if (forbidden != null) {
      streams.refused().add(forbidden);
      onWaste(now, WasteRate.REFUSED);
      outbox.refuse(number);
    } else {
      streams.onOpen(number);
    }
  }

  private void onBody(long now, ByteBuffer in) throws ProtocolError {
    int piece = Math.min(bodyLeft, in.remaining());
    if (stream != null && !stream.gone && isMessage()) {
      streams.onData(now, stream, in.slice(in.position(), piece));
    }
    in.position(in.position() + piece);
    bodyLeft -= piece;
    if (bodyLeft == 0) {
      endFrame(now);
    }
  }

  private void endFrame(long now) throws ProtocolError {
    frameEnded = true;
    MuxedStream of = stream;
    stream = null;
    if (of == null || of.gone) {
      return;
    }
    switch (header.flag()) {
      case CLOSE_INITIATOR, CLOSE_RECEIVER -> streams.onEnd(of);
      case RESET_INITIATOR, RESET_RECEIVER -> onReset(now, of);
      default -> { }
    }
  }

  private void onReset(long now, MuxedStream of) throws ProtocolError {
    streams.onReset(of);
    if (of.inbound) {
      onWaste(now, WasteRate.RESET);
    }
  }

  /** Whether more streams come to nothing than may. */
  boolean isWasteful(long now) {
    return waste.isEmpty(now);
  }

  /** The other side opened a stream that came to nothing. */
  void onWaste(long now, int count) throws ProtocolError {
    waste.take(now, count);
    if (waste.isExhausted(now)) {
      throw Limit.WASTED_PER_SECOND.reached(options);
    }
  }
}
