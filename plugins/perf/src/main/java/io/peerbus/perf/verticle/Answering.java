package io.peerbus.perf.verticle;

import io.peerbus.api.Driver;
import io.peerbus.api.Stream;
import io.peerbus.perf.Answer;
import io.peerbus.perf.PerfOptions;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One stream on which a peer measures. */
final class Answering {

  private static final Logger LOG = LoggerFactory.getLogger(Answering.class);

  private final Stream stream;
  private final Answer answer;
  private final Driver<Answer.Action> driver;

  Answering(Vertx vertx, Stream stream, PerfOptions options) {
    this.stream = stream;
    this.answer = new Answer(options, Driver.now());
    this.driver = new Driver<>(vertx, answer, this::act);
  }

  /** @param over called when the stream is */
  void begin(Runnable over) {
    stream.closeHandler(closed -> {
      driver.close();
      over.run();
    });
    stream.endHandler(ended -> driver.run(answer::onEnd));
    stream.handler(bytes -> driver.run(now -> onBytes(now, bytes)));
    driver.run(now -> { }); // arms the first deadline
  }

  /** Only what is looked at is copied. */
  private void onBytes(long now, Buffer bytes) {
    int looked = Math.min(answer.missing(), bytes.length());
    if (looked > 0) {
      answer.onBytes(now, ByteBuffer.wrap(bytes.getBytes(0, looked)));
    }
    answer.onUploaded(now, bytes.length() - looked);
  }

  private void act(Answer.Action action) {
    if (action instanceof Answer.Action.Send send && send.bytes() > 0) {
      Zeros.write(stream, send.bytes(), written -> driver.run(answer::onMoved));
    } else if (action instanceof Answer.Action.Send) {
      stream.end();
    } else if (action instanceof Answer.Action.Cut cut) {
      LOG.debug("{}, from {}", cut.reason(), stream.peer());
      stream.reset();
    }
  }
}
