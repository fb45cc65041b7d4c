package io.peerbus.bench;

import io.peerbus.muxer.Muxer;
import io.peerbus.yamux.Session;
import io.peerbus.yamux.YamuxOptions;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Two sessions back to back on one thread: what a write costs until it is read at the other side, with so many streams
 * that take turns, and what the life of a stream costs. Both sides and the window updates are in the figure.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class YamuxBenchmark {

  /** The plaintext of a full Noise frame. */
  private static final int FULL = 65_519;

  @Param({"1", "10", "100", "1000", "10000"})
  public int streams;

  @Param({"1024", "16384", "65507"})
  public int bytes;

  private Session dialer;
  private Session listener;
  private int[] ids;
  private int turn;
  private long now;
  private final ByteBuffer out = ByteBuffer.allocate(FULL);
  private final byte[] payload = new byte[FULL];

  @Setup
  public void open() {
    YamuxOptions options = new YamuxOptions().setKeepAliveMillis(0).setMaxInboundStreams(20_000)
      .setMaxOutboundStreams(20_000);
    dialer = new Session(Session.Role.DIALER, options);
    listener = new Session(Session.Role.LISTENER, options);
    ids = new int[streams];
    for (int i = 0; i < streams; i++) {
      ids[i] = dialer.open(now);
      exchange();
    }
  }

  /** One write of that many bytes on the next stream, until it was read. */
  @Benchmark
  public int write() {
    turn = turn + 1 == streams ? 0 : turn + 1;
    dialer.write(now, ids[turn], ByteBuffer.wrap(payload, 0, bytes));
    return exchange();
  }

  /** A stream among the others, from its opening to its end, with one write of 16 bytes. */
  @Benchmark
  public int stream() {
    now += 100_000;
    int id = dialer.open(now);
    dialer.write(now, id, ByteBuffer.wrap(payload, 0, 16));
    dialer.end(now, id);
    return exchange();
  }

  private int exchange() {
    int moved = 0;
    while (dialer.hasOutput() || listener.hasOutput()) {
      moved += move(dialer, listener) + move(listener, dialer);
    }
    return moved;
  }

  private int move(Session from, Session to) {
    int written = from.transmit(now, out.clear());
    drain(from);
    to.onBytes(now, out.flip());
    drain(to);
    return written;
  }

  private void drain(Session session) {
    for (Muxer.Action action = session.poll(); action != null; action = session.poll()) {
      if (action instanceof Muxer.Action.Received received) {
        session.consumed(now, received.stream(), received.data().remaining());
      } else if (action instanceof Muxer.Action.Opened opened) {
        session.accept(now, opened.stream());
      } else if (action instanceof Muxer.Action.Ended ended) {
        session.end(now, ended.stream());
      } else if (action instanceof Muxer.Action.Closed closed) {
        throw new IllegalStateException(closed.reason());
      }
    }
  }
}
