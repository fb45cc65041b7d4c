package io.peerbus.yamux;

import io.peerbus.muxer.Muxer.Action;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** One session whose other side is the test itself, frame by frame. Nothing is accepted or read by itself. */
final class Probe {

  static final long MILLI = 1_000_000;

  final Session session;
  long now = 1;

  private Probe(Session.Role role, YamuxOptions options) {
    this.session = new Session(role, options);
  }

  /** A listener, so that the test plays a dialer, with odd ids; it does not ping by itself. */
  static Probe listener() {
    return listener(quiet());
  }

  static Probe listener(YamuxOptions options) {
    return new Probe(Session.Role.LISTENER, options);
  }

  static Probe dialer() {
    return dialer(quiet());
  }

  static Probe dialer(YamuxOptions options) {
    return new Probe(Session.Role.DIALER, options);
  }

  static YamuxOptions quiet() {
    return new YamuxOptions().setKeepAliveMillis(0);
  }

  /** Gives it the frames and returns what it tells. */
  List<Action> receive(ByteBuffer... frames) {
    session.onBytes(now, Frames.join(frames));
    return actions();
  }

  List<Action> actions() {
    List<Action> actions = new ArrayList<>();
    for (Action action = session.poll(); action != null; action = session.poll()) {
      actions.add(action);
    }
    return actions;
  }

  /** All that it sends, in hex, with 4 KiB buffers. */
  String sent() {
    StringBuilder sent = new StringBuilder();
    for (ByteBuffer out = transmit(4096); out.hasRemaining(); out = transmit(4096)) {
      sent.append(Frames.hex(out));
    }
    return sent.toString();
  }

  /** What it writes into a buffer of that size. */
  ByteBuffer transmit(int size) {
    ByteBuffer out = ByteBuffer.allocate(size);
    int written = session.transmit(now, out);
    if (written != out.position()) {
      throw new AssertionError(written + " bytes reported, " + out.position() + " written");
    }
    return out.flip();
  }

  void later(long millis) {
    now += millis * MILLI;
    if (session.deadline() <= now) {
      session.onDeadline(now);
    }
  }

  /** The end the session came to, which must be the last of the actions. */
  static Action.Closed end(List<Action> actions) {
    if (!actions.isEmpty() && actions.get(actions.size() - 1) instanceof Action.Closed closed) {
      return closed;
    }
    throw new AssertionError("not closed: " + actions);
  }
}
