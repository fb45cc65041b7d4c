package io.peerbus.ping.verticle;

import io.peerbus.api.Driver;
import io.peerbus.api.Stream;
import io.peerbus.ping.Echo;
import io.peerbus.ping.PingOptions;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One stream on which a peer pings us. */
final class Answering {

  private static final Logger LOG = LoggerFactory.getLogger(Answering.class);

  private final Stream stream;
  private final Echo echo;
  private final Driver<Echo.Action> driver;
  private boolean left;

  Answering(Vertx vertx, Stream stream, PingOptions options) {
    this.stream = stream;
    this.echo = new Echo(options, Driver.now());
    this.driver = new Driver<>(vertx, echo, this::act);
  }

  /** @param over called when the stream is */
  void begin(Runnable over) {
    stream.closeHandler(closed -> {
      driver.close();
      over.run();
    });
    stream.drainHandler(drained -> {
      if (!left) {
        stream.resume();
      }
    });
    stream.endHandler(ended -> driver.run(now -> echo.onEnd()));
    stream.handler(bytes -> driver.run(now -> echo.onBytes(now, ByteBuffer.wrap(bytes.getBytes()))));
    driver.run(now -> { }); // arms the first deadline
  }

  /** A stream for a newer version, and what it is to read of it first. */
  record Left(Stream stream, Buffer partial) {}

  /** Stops; what comes from now on is not read here. */
  Left leave() {
    left = true;
    driver.close();
    stream.pause();
    return new Left(stream, Buffer.buffer(echo.partial().array()));
  }

  private void act(Echo.Action action) {
    if (action instanceof Echo.Action.Send send) {
      stream.write(Buffer.buffer(send.blocks().array()));
      if (stream.writeQueueFull()) {
        stream.pause(); // a flood waits until its own answers are read
      }
    } else if (action instanceof Echo.Action.End) {
      stream.end();
    } else if (action instanceof Echo.Action.Cut cut) {
      LOG.debug("{}, from {}", cut.reason(), stream.peer());
      stream.reset();
    }
  }
}
