package io.peerbus.identify.verticle;

import io.peerbus.api.Failure;
import io.peerbus.api.FailureException;
import io.peerbus.api.Stream;
import io.peerbus.identify.IdentifyMessage;
import io.peerbus.identify.IdentifyReader;
import io.peerbus.multiformats.FormatException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;

/** What a peer says of itself on one stream, read to its end. The stream is over for us when the future is complete. */
final class Incoming {

  private final Stream stream;
  private final IdentifyReader reader = new IdentifyReader();
  private final Promise<IdentifyMessage> message = Promise.promise();

  Incoming(Stream stream) {
    this.stream = stream;
    stream.resetHandler(e -> message.tryFail(e));
    stream.endHandler(end -> onEnd());
    stream.handler(this::onBytes);
  }

  Future<IdentifyMessage> message() {
    return message.future();
  }

  /** The time is over: what came so far counts if it is whole, since some peers leave their direction open. */
  void onTimeout() {
    if (message.future().isComplete()) {
      return;
    }
    try {
      message.tryComplete(reader.timeout());
    } catch (FormatException e) {
      message.tryFail(Failure.TIMED_OUT.because("identify: no whole message from " + stream.peer() + " in time"));
    }
    stream.reset();
  }

  private void onBytes(Buffer bytes) {
    if (message.future().isComplete()) {
      return;
    }
    try {
      reader.onBytes(ByteBuffer.wrap(bytes.getBytes()));
    } catch (FormatException e) {
      message.tryFail(wrong(e));
      stream.reset();
    }
  }

  private void onEnd() {
    if (message.future().isComplete()) {
      return;
    }
    stream.end();
    try {
      message.tryComplete(reader.end());
    } catch (FormatException e) {
      message.tryFail(wrong(e));
    }
  }

  private FailureException wrong(FormatException e) {
    return Failure.PROTOCOL_ERROR.because(e.getMessage() + ", from " + stream.peer());
  }
}
