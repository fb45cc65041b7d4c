package io.peerbus.perf.verticle;

import io.peerbus.api.Stream;
import io.vertx.core.buffer.Buffer;
import java.util.function.LongConsumer;

/** Writes a number of bytes to a stream, as fast as it takes them. Belongs to the stream's context. */
final class Zeros {

  private static final int PIECE = 64 * 1024;
  /** Which zeros they are is all the same, and nobody writes to them. */
  private static final Buffer ZEROS = Buffer.buffer(new byte[PIECE]);

  private final Stream stream;
  private final LongConsumer written;
  private long left;

  private Zeros(Stream stream, long bytes, LongConsumer written) {
    this.stream = stream;
    this.left = bytes;
    this.written = written;
  }

  /** Begins; ends our direction when all is written. {@code written} is told of each piece. */
  static void write(Stream stream, long bytes, LongConsumer written) {
    Zeros zeros = new Zeros(stream, bytes, written);
    stream.drainHandler(drained -> zeros.go());
    zeros.go();
  }

  private void go() {
    while (left > 0 && !stream.writeQueueFull()) {
      int piece = (int) Math.min(left, PIECE);
      left -= piece;
      if (stream.write(piece == PIECE ? ZEROS : ZEROS.slice(0, piece)).failed()) {
        return; // the stream is over: its queue is never full, and all the rest would be tried in this one turn
      }
      written.accept(piece);
      if (left == 0) {
        stream.end();
      }
    }
  }
}
