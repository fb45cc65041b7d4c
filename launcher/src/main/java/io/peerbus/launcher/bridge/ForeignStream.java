package io.peerbus.launcher.bridge;

import io.peerbus.api.Failure;
import io.peerbus.api.Stream;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;

/**
 * A stream of a foreign plugin: what a peer writes goes out as DATA as far as the plugin has given credit, and what the
 * plugin sends is written to the peer, its credit going back as bytes are framed for the peer.
 *
 * <p>Not thread safe, owned by its session. The stream below is paused but for one buffer at a time, so a plugin that
 * gives no credit stops the peer through the credit of the bus and the window of Yamux.
 */
final class ForeignStream {

  /** What the plugin may send before any of it is framed. */
  static final long WINDOW = 256 << 10;

  /** Core's own limit for a DATA frame: 65,507 bytes of payload. */
  static final int MAX_PAYLOAD = 65_507;

  /** What a frame costs beyond its payload, so that a flood of tiny ones runs out as a flood of bytes does. */
  private static final int FRAME_COST = 64;

  private static final long PORTION = WINDOW / 4;

  private final long id;
  private final Session session;
  private final Stream stream;
  private long credit; // for us, given by the plugin
  private long unreturned; // spent of it
  private long allowance = WINDOW; // for the plugin
  private long due; // framed, and not given back yet
  private boolean asked;
  private boolean ended;

  ForeignStream(long id, Session session, Stream stream) {
    this.id = id;
    this.session = session;
    this.stream = stream;
    stream.pause();
  }

  long unreturned() {
    return unreturned;
  }

  /** The plugin takes it; {@code credit} is its first grant. */
  void begin(long credit) {
    this.credit = credit;
    stream.resetHandler(failure -> session.send(new JsonObject().put("kind", "reset").put("stream", id)
        .put("value", failure.failure().code()).put("message", failure.getMessage())));
    stream.endHandler(end -> session.send(new JsonObject().put("kind", "end").put("stream", id)));
    stream.handler(this::onBytes);
    stream.closeHandler(closed -> session.onGone(id, this));
    pump();
  }

  /** Reads on, as far as credit and the session allow. */
  void pump() {
    if (!asked && credit > 0 && session.mayRead()) {
      asked = true;
      stream.fetch(1);
    }
  }

  private void onBytes(Buffer bytes) {
    asked = false;
    long cost = cost(bytes);
    credit -= cost;
    unreturned += cost;
    session.onRead(cost);
    session.send(new JsonObject().put("kind", "data").put("stream", id).put("payload", bytes));
    pump();
  }

  /** Credit that the plugin gives back for DATA it has dealt with. */
  void onCredit(long value) {
    if (value > unreturned) {
      abort(Failure.PROTOCOL_ERROR, "gave back " + value + " credit, of which " + unreturned + " were spent");
      return;
    }
    unreturned -= value;
    credit += value;
    session.onReturned(value);
    pump();
  }

  /** DATA of the plugin. */
  void onData(Buffer payload) {
    if (ended || allowance <= 0) {
      abort(Failure.PROTOCOL_ERROR, ended ? "sent data behind its end" : "sent more than its credit");
      return;
    }
    long cost = cost(payload);
    allowance -= cost;
    stream.write(payload).onSuccess(framed -> onFramed(cost));
  }

  private void onFramed(long cost) {
    due += cost;
    if (due >= PORTION && !ended) {
      session.send(new JsonObject().put("kind", "credit").put("stream", id).put("value", due));
      allowance += due;
      due = 0;
    }
  }

  /** The plugin writes no more. */
  void onEnd() {
    ended = true;
    stream.end();
  }

  /** The plugin gives it up. */
  void onReset(long code) {
    stream.resetHandler(null); // it said so itself
    stream.reset(code);
  }

  private void abort(Failure failure, String reason) {
    session.complain("stream " + id + ": " + reason);
    session.send(new JsonObject().put("kind", "reset").put("stream", id).put("value", failure.code())
        .put("message", reason));
    onReset(0);
  }

  private static long cost(Buffer bytes) {
    return bytes.length() + (long) FRAME_COST;
  }
}
