package io.peerbus.yamux;

import io.peerbus.muxer.CloseCode;
import io.peerbus.muxer.ProtocolError;
import io.peerbus.muxer.WasteRate;
import java.nio.ByteBuffer;

/**
 * Reads the other side's frames and does what they say. Payload is handed out as it comes, so a frame that is not
 * complete holds no memory here, and every check is made on the header, before there is any state for the frame.
 *
 * <p>Not thread safe, owned by its session.
 */
final class Inbound {

  private final YamuxOptions options;
  private final Streams streams;
  private final Outbox outbox;
  private final KeepAlive keepAlive;
  private final RemoteIds ids;
  private final WasteRate waste;
  private final Header header = new Header();
  /** Payload that is still to come of the frame in {@link #header}. */
  private long bodyLeft;
  /** Whose payload it is, or {@code null}: then it is drained. */
  private MuxedStream bodyOf;
  private boolean frameEnded;
  private CloseCode goAway;

  Inbound(boolean fromDialer, YamuxOptions options, Streams streams, Outbox outbox, KeepAlive keepAlive) {
    this.options = options;
    this.streams = streams;
    this.outbox = outbox;
    this.keepAlive = keepAlive;
    this.ids = new RemoteIds(fromDialer);
    this.waste = new WasteRate(options.getWastedPerSecond(), options.getWastedBurst());
  }

  /** Takes all of {@code in}, up to a GoAway. */
  void onBytes(long now, ByteBuffer in) throws ProtocolError {
    frameEnded = false;
    while (in.hasRemaining() && goAway == null) {
      if (bodyLeft > 0) {
        onBody(now, in);
      } else if (header.read(in)) {
        onHeader(now);
      }
    }
  }

  /** The code of the GoAway that came, or {@code null}. */
  CloseCode goAway() {
    return goAway;
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
  String stream() {
    return Integer.toUnsignedString(header.stream());
  }

  private void onHeader(long now) throws ProtocolError {
    switch (header.type()) {
      case DATA -> onData(now);
      case WINDOW_UPDATE -> onWindowUpdate(now);
      case PING -> onPing(now);
      case GO_AWAY -> goAway = new CloseCode(header.length());
    }
    frameEnded |= bodyLeft == 0;
  }

  private void onData(long now) throws ProtocolError {
    long length = header.length();
    if (length > (header.has(Flags.SYN) ? Window.INITIAL : options.getMaxWindow())) {
      throw new ProtocolError("data of " + length + " bytes exceeds any window");
    }
    MuxedStream stream = addressed(now, streams.get(header.stream()));
    if (stream != null) {
      stream.window.onFrame(length);
      if (stream.remoteEnded && length > 0) {
        streams.abort(stream);
        stream = null;
      }
    }
    bodyOf = stream;
    bodyLeft = length;
    if (length == 0) {
      endFrame(now, stream, 0);
    }
  }

  private void onBody(long now, ByteBuffer in) throws ProtocolError {
    int piece = (int) Math.min(bodyLeft, in.remaining());
    if (bodyOf != null && !bodyOf.gone) {
      streams.onData(bodyOf, in.slice(in.position(), piece));
    }
    in.position(in.position() + piece);
    bodyLeft -= piece;
    if (bodyLeft == 0) {
      MuxedStream stream = bodyOf;
      bodyOf = null;
      frameEnded = true;
      endFrame(now, stream, 0);
    }
  }

  private void onWindowUpdate(long now) throws ProtocolError {
    // The length of a reset is a code (specs PR 622) and must not be added to the credit.
    long delta = header.has(Flags.RST) ? 0 : header.length();
    MuxedStream known = streams.get(header.stream());
    if (known == null) {
      // Checked before there is a stream, and for one that is over as if it were new: nobody grants as much.
      Window.sum(Window.INITIAL, delta);
    }
    MuxedStream stream = addressed(now, known);
    if (stream != null) {
      streams.onCredit(now, stream, delta);
    }
    endFrame(now, stream, header.length());
  }

  /** The stream a frame is for, after its SYN or ACK; {@code null} when it is to be drained. */
  private MuxedStream addressed(long now, MuxedStream known) throws ProtocolError {
    if (header.has(Flags.SYN)) {
      return onSyn(now, header.stream());
    }
    if (known != null && header.has(Flags.ACK)) {
      streams.onAck(known);
    }
    return known;
  }

  private MuxedStream onSyn(long now, int id) throws ProtocolError {
    if (!ids.isValid(id)) {
      throw new ProtocolError("the other side may not open a stream of this id");
    }
    RemoteIds.Claim claim = ids.claim(id);
    if (claim == RemoteIds.Claim.USED) {
      throw new ProtocolError("the stream was opened before");
    }
    Limit forbidden = forbids(now, claim);
    if (forbidden != null) {
      streams.refused().add(forbidden);
      onWaste(now, WasteRate.REFUSED);
      outbox.refuse(id);
      return null;
    }
    return streams.onOpen(now, id);
  }

  private Limit forbids(long now, RemoteIds.Claim claim) {
    if (claim == RemoteIds.Claim.FORGOTTEN) {
      return Limit.REMEMBERED_IDS;
    }
    return waste.isEmpty(now) ? Limit.WASTED_PER_SECOND : streams.forbidsAdmission();
  }

  /** FIN and RST count after all else of their frame (wire notes, section 9), so that no payload is lost. */
  private void endFrame(long now, MuxedStream stream, long code) throws ProtocolError {
    if (stream == null || stream.gone) {
      return;
    }
    if (header.has(Flags.RST)) {
      streams.onReset(stream, code);
      if (stream.inbound) {
        onWaste(now, WasteRate.RESET);
      }
    } else if (header.has(Flags.FIN)) {
      streams.onEnd(stream);
    }
  }

  private void onPing(long now) throws ProtocolError {
    if (header.has(Flags.SYN)) {
      outbox.pong(header.value());
    } else if (header.has(Flags.ACK)) {
      keepAlive.onPong(now, header.value());
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
