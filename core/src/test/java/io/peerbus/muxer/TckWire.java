package io.peerbus.muxer;

import io.peerbus.muxer.Muxer.Action;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Two muxers and a wire without latency, which is not read while the reading side is full. */
final class TckWire {

  /** What is sent at once: the plaintext of a full Noise frame. */
  static final int BUFFER = 65_519;

  final Side dialer;
  final Side listener;
  int chunk = Integer.MAX_VALUE;
  long now = 1;

  /** One muxer with an owner that takes every stream, reads at once unless told otherwise, and writes all down. */
  final class Side {
    final Muxer muxer;
    final List<Action> log = new ArrayList<>();
    boolean reads = true;
    private final Map<Integer, ByteArrayOutputStream> inbox = new HashMap<>();
    private final Map<Integer, Integer> unread = new HashMap<>();
    private ByteBuffer sent = ByteBuffer.allocate(0);

    Side(Muxer muxer) {
      this.muxer = muxer;
    }

    void write(int stream, byte[] bytes) {
      muxer.write(now, stream, ByteBuffer.wrap(bytes));
    }

    void drain() {
      for (Action action = muxer.poll(); action != null; action = muxer.poll()) {
        log.add(action);
        if (action instanceof Action.Opened opened) {
          muxer.accept(now, opened.stream());
        } else if (action instanceof Action.Received received) {
          receive(received);
        }
      }
    }

    private void receive(Action.Received received) {
      byte[] bytes = new byte[received.data().remaining()];
      received.data().duplicate().get(bytes);
      inbox.computeIfAbsent(received.stream(), id -> new ByteArrayOutputStream()).writeBytes(bytes);
      unread.merge(received.stream(), bytes.length, Integer::sum);
      if (reads) {
        read(received.stream());
      }
    }

    void read(int stream) {
      int bytes = unread.put(stream, 0);
      muxer.consumed(now, stream, bytes);
    }

    int unread(int stream) {
      return unread.getOrDefault(stream, 0);
    }

    byte[] received(int stream) {
      return inbox.containsKey(stream) ? inbox.get(stream).toByteArray() : new byte[0];
    }

    <A extends Action> List<A> all(Class<A> kind) {
      return log.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
  }

  TckWire(Muxer dialer, Muxer listener) {
    this.dialer = new Side(dialer);
    this.listener = new Side(listener);
  }

  Side other(Side side) {
    return side == dialer ? listener : dialer;
  }

  /** Until nothing moves. */
  void drive() {
    while (move(dialer) | move(listener)) {
      now++;
    }
  }

  /** Carries what one side sends at once; whether there was anything. */
  boolean move(Side from) {
    Side to = other(from);
    if (!from.sent.hasRemaining()) {
      ByteBuffer out = ByteBuffer.allocate(BUFFER);
      from.muxer.transmit(now, out);
      from.sent = out.flip();
    }
    from.drain();
    boolean moved = false;
    while (from.sent.hasRemaining() && !to.muxer.isFull()) {
      int size = Math.min(chunk, from.sent.remaining());
      to.muxer.onBytes(now, from.sent.slice(from.sent.position(), size));
      from.sent.position(from.sent.position() + size);
      to.drain();
      moved = true;
    }
    return moved;
  }
}
