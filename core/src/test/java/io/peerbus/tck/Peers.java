package io.peerbus.tck;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.function.Supplier;

/** What the hostile peer does on a stream when one call is not enough. */
final class Peers {

  /** What is written to a plugin by a peer that reads nothing. */
  private static final int UNREAD_FLOOD = 16 << 20;

  /** Far more than all windows and queues between two nodes hold. */
  private static final int MOST_UNREAD = 8 << 20;

  private static final int CHUNK = 32 << 10;
  private static final int MOST_SINGLE = 512;

  /** When nothing is taken during so many round trips through the node, the plugin holds the peer up, as it should. */
  private static final int STALL_ROUND_TRIPS = 50;

  private Peers() {}

  /** Each byte on its own: the next is written when the one before has left. Ends with the stream, if need be. */
  static Future<Void> byteByByte(Wave.Probe probe, Buffer bytes) {
    Buffer all = bytes.length() > MOST_SINGLE ? bytes.slice(0, MOST_SINGLE) : bytes;
    return byteByByte(probe, all, 0);
  }

  private static Future<Void> byteByByte(Wave.Probe probe, Buffer bytes, int at) {
    if (at == bytes.length() || probe.over.future().isComplete()) {
      return Future.succeededFuture();
    }
    return probe.stream.write(bytes.slice(at, at + 1))
        .transform(written -> written.failed() ? Future.succeededFuture() : byteByByte(probe, bytes, at + 1));
  }

  /** Writes as fast as the plugin takes it and reads nothing, until all is written or nothing is taken any more. */
  static void floodUnread(Bench bench, Wave wave, Supplier<Buffer> conversation) {
    for (Wave.Probe probe : wave.probes()) {
      Flood flood = new Flood(probe, chunk(conversation));
      bench.hostile.on(() -> {
        flood.write();
        return Future.succeededFuture();
      });
      long last = -1;
      for (int quiet = 0; quiet < STALL_ROUND_TRIPS && !flood.done.future().isComplete(); quiet++) {
        bench.beside();
        long written = bench.hostile.on(() -> Future.succeededFuture(flood.written));
        quiet = written == last ? quiet : 0;
        last = written;
      }
      bench.hostile.on(() -> {
        flood.stop();
        return Future.succeededFuture();
      });
    }
  }

  private static Buffer chunk(Supplier<Buffer> conversation) {
    Buffer chunk = Buffer.buffer();
    while (chunk.length() < CHUNK) {
      Buffer more = conversation.get();
      chunk.appendBuffer(more.length() == 0 ? Buffer.buffer(new byte[CHUNK]) : more);
    }
    return chunk;
  }

  /** Sees that the plugin has not kept megabytes of answers for a peer that read none of them. */
  static void checkUnread(Wave wave, String repeat) {
    for (Wave.Probe probe : wave.probes()) {
      if (probe.received > MOST_UNREAD) {
        throw Clause.BACK_PRESSURE.violated("a peer wrote and read nothing; " + probe.received
            + " bytes of answers to it were waiting in the plugin" + repeat);
      }
    }
  }

  /** Belongs to the hostile peer's context. */
  private static final class Flood {
    private final Wave.Probe probe;
    private final Buffer chunk;
    private final Promise<Void> done = Promise.promise();
    private long written;
    private boolean stopped;

    Flood(Wave.Probe probe, Buffer chunk) {
      this.probe = probe;
      this.chunk = chunk;
      probe.over.future().onComplete(over -> done.tryComplete());
      probe.stream.drainHandler(drained -> write());
    }

    void write() {
      while (!stopped && written < UNREAD_FLOOD && !probe.stream.writeQueueFull()
          && !probe.over.future().isComplete()) {
        written += chunk.length();
        probe.stream.write(chunk);
      }
      if (written >= UNREAD_FLOOD) {
        done.tryComplete();
      }
    }

    void stop() {
      stopped = true;
    }
  }
}
