package io.peerbus.yamux;

import io.peerbus.machine.Machine;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/**
 * Two sessions and a wire between them in virtual time. Bytes are pulled from a session as long as less than
 * {@link #wireCapacity} of them are under way, and arrive after the latency, cut anew by chance.
 */
final class Pair {

  static final long MILLI = 1_000_000;
  static final long SECOND = 1000 * MILLI;

  final Side dialer;
  final Side listener;
  long now = 1;
  long latency;
  int wireCapacity = 256 * 1024;
  int maxChunk = 64 * 1024;
  private final RandomGenerator random;

  Pair(YamuxOptions options) {
    this(options, null);
  }

  /** With a source of chance, writes and reads have sizes of 1 to {@link #maxChunk} bytes. */
  Pair(YamuxOptions options, RandomGenerator random) {
    this.dialer = new Side(Session.Role.DIALER, options);
    this.listener = new Side(Session.Role.LISTENER, options);
    this.random = random;
  }

  static Pair connected() {
    return new Pair(new YamuxOptions());
  }

  /** Sessions that send nothing on their own. */
  static Pair quiet() {
    return new Pair(new YamuxOptions().setKeepAliveMillis(0));
  }

  /** Goes on until nothing is under way and nobody has anything to send; time passes only on the wire. */
  void run() {
    dialer.drain(now);
    listener.drain(now);
    boolean moved = step();
    while (moved) {
      moved = step();
    }
  }

  /** As {@link #run}, then lets time pass for the timers of both. */
  void runFor(long nanos) {
    long end = now + nanos;
    run();
    for (long due = deadline(); due <= end; due = deadline()) {
      now = Math.max(now, due);
      dialer.session.onDeadline(now);
      listener.session.onDeadline(now);
      run();
    }
    now = Math.max(now, end);
  }

  /** One move: sends, or lets the next bytes arrive; whether there was one. */
  boolean step() {
    if (send(dialer) | send(listener) | deliver(dialer, listener) | deliver(listener, dialer)) {
      return true;
    }
    long next = Math.min(arrival(dialer), arrival(listener));
    now = next == Machine.NEVER ? now : next;
    return next != Machine.NEVER;
  }

  /** Pulls bytes once; whether there were any. */
  boolean send(Side from) {
    int underWay = from.wire.stream().mapToInt(packet -> packet.bytes().remaining()).sum();
    if (!from.session.hasOutput() || underWay >= wireCapacity) {
      return false;
    }
    ByteBuffer out = ByteBuffer.allocate(random == null ? maxChunk : 13 + random.nextInt(maxChunk));
    int written = from.session.transmit(now, out);
    from.drain(now);
    if (written > 0) {
      from.wire.add(new Side.Packet(now + latency, out.flip()));
    }
    return written > 0;
  }

  /** Lets what is due arrive at the other side. */
  boolean deliver(Side from, Side to) {
    Side.Packet packet = from.wire.peek();
    if (packet == null || packet.at() > now) {
      return false;
    }
    ByteBuffer bytes = packet.bytes();
    int size = random == null ? bytes.remaining() : Math.min(bytes.remaining(), 1 + random.nextInt(maxChunk));
    to.session.onBytes(now, bytes.slice(bytes.position(), size));
    bytes.position(bytes.position() + size);
    if (!bytes.hasRemaining()) {
      from.wire.remove();
    }
    to.drain(now);
    return true;
  }

  private static long arrival(Side side) {
    return side.wire.isEmpty() ? Machine.NEVER : side.wire.peek().at();
  }

  private long deadline() {
    return Math.min(dialer.session.deadline(), listener.session.deadline());
  }
}
