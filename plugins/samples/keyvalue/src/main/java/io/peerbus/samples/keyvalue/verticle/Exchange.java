package io.peerbus.samples.keyvalue.verticle;

import io.peerbus.api.Driver;
import io.peerbus.api.Failure;
import io.peerbus.api.Stream;
import io.peerbus.samples.keyvalue.Incoming;
import io.peerbus.samples.keyvalue.KeyValueOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;

/** One stream of the protocol, on either side: one message comes, one goes. Its timer goes with the stream. */
final class Exchange {

  private final Stream stream;
  private final Promise<byte[]> message = Promise.promise();
  private final Promise<Void> closed = Promise.promise();

  Exchange(Vertx vertx, Stream stream, KeyValueOptions options) {
    this.stream = stream;
    Incoming incoming = new Incoming(options.maxMessage(), Driver.now() + options.timeout());
    Driver<Incoming.Action> driver = new Driver<>(vertx, incoming, this::act);
    stream.resetHandler(message::tryFail);
    stream.closeHandler(over -> {
      driver.close();
      closed.complete();
    });
    stream.endHandler(ended -> driver.run(now -> incoming.onEnd()));
    stream.handler(bytes -> driver.run(now -> incoming.onBytes(bytes.getBytes())));
    driver.run(now -> { }); // arms the deadline
  }

  /** What the peer says. */
  Future<byte[]> message() {
    return message.future();
  }

  /** Completes when the stream is over. */
  Future<Void> closed() {
    return closed.future();
  }

  /** Says our part and ends our direction. */
  void say(byte[] bytes) {
    stream.write(Buffer.buffer(Incoming.frame(bytes)));
    stream.end();
  }

  void giveUp() {
    stream.reset();
  }

  private void act(Incoming.Action action) {
    if (action instanceof Incoming.Action.Message whole) {
      message.tryComplete(whole.bytes());
    } else if (action instanceof Incoming.Action.Failed failed) {
      Failure failure = failed.timedOut() ? Failure.TIMED_OUT : Failure.PROTOCOL_ERROR;
      message.tryFail(failure.because("keyvalue with " + stream.peer() + ": " + failed.reason()));
      stream.reset();
    }
  }
}
