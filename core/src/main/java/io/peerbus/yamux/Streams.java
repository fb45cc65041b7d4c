package io.peerbus.yamux;

import java.util.HashMap;
import java.util.Map;

/**
 * The streams of a session by id, and how many there are of each kind.
 *
 * <p>A stream leaves the table when it finishes or is reset, so that what still comes for it is that of an unknown
 * stream. It keeps its place in the count until the reset we owe is sent: otherwise a peer that opens streams and
 * never reads would make us hold resets without end. Not thread safe, owned by its session.
 */
final class Streams {

  private final Map<Integer, MuxedStream> byId = new HashMap<>();
  private final YamuxOptions options;
  private MuxedStream latest;
  private int inbound;
  private int outbound;
  private int unaccepted;
  private int unacknowledged;

  Streams(YamuxOptions options) {
    this.options = options;
  }

  /** The stream, or {@code null} when it is unknown or over. */
  MuxedStream get(int id) {
    // Frames come in runs of one stream.
    if (latest == null || latest.id != id) {
      latest = byId.get(id);
    }
    return latest;
  }

  boolean canOpen() {
    return outbound < options.getMaxOutboundStreams() && unacknowledged < options.getMaxUnacknowledged();
  }

  boolean canAdmit() {
    return inbound < options.getMaxInboundStreams() && unaccepted < options.getAcceptBacklog();
  }

  void add(MuxedStream stream) {
    byId.put(stream.id, stream);
    if (stream.inbound) {
      inbound++;
      unaccepted++;
    } else {
      outbound++;
      unacknowledged++;
    }
  }

  /** The ACK came, or the layer above took the stream; the first time only. */
  void answered(MuxedStream stream) {
    if (!stream.unanswered) {
      return;
    }
    stream.unanswered = false;
    if (stream.inbound) {
      unaccepted--;
    } else {
      unacknowledged--;
    }
  }

  /** Takes it out of the table. */
  void remove(MuxedStream stream) {
    answered(stream);
    stream.gone = true;
    byId.remove(stream.id);
    if (latest == stream) {
      latest = null;
    }
  }

  /** Gives its place in the count to another. */
  void release(MuxedStream stream) {
    if (stream.inbound) {
      inbound--;
    } else {
      outbound--;
    }
  }

  void clear() {
    byId.clear();
    latest = null;
  }

  int size() {
    return byId.size();
  }

  /** Streams in the table and streams whose reset is yet to be sent. */
  int counted() {
    return inbound + outbound;
  }
}
