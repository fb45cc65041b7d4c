package io.peerbus.interop;

import io.peerbus.api.Stream;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Random;

/** The echo protocol: what comes goes back, and the end with it. */
final class Echo {

  private static final int BLOCK = 32 * 1024;

  private final Stream stream;
  private final long size;
  private final Random random;
  private final MessageDigest sent = sha256();
  private final MessageDigest received = sha256();
  private final Promise<Void> done = Promise.promise();
  private long unsent;
  private long count;

  private Echo(Stream stream, long size, long seed) {
    this.stream = stream;
    this.size = size;
    this.unsent = size;
    this.random = new Random(seed);
  }

  /** Our side as listener: reads no faster than the peer takes back. */
  static void serve(Stream stream) {
    stream.pipeTo(stream).onFailure(error -> stream.reset());
  }

  /**
   * Our side as dialer: writes random bytes while it reads them back. Completes when both sides have ended and the same
   * bytes came back. To be called on the stream's context.
   */
  static Future<Void> roundTrip(Stream stream, long size, long seed) {
    Echo echo = new Echo(stream, size, seed);
    stream.handler(echo::onBytes);
    stream.endHandler(ended -> echo.onEnd());
    stream.resetHandler(error -> echo.done.tryFail("reset after " + echo.count + " bytes: " + error.getMessage()));
    stream.drainHandler(drained -> echo.write());
    echo.write();
    return echo.done.future();
  }

  private void write() {
    while (unsent > 0 && !stream.writeQueueFull()) {
      byte[] block = new byte[(int) Math.min(BLOCK, unsent)];
      random.nextBytes(block);
      sent.update(block);
      unsent -= block.length;
      stream.write(Buffer.buffer(block)).onFailure(done::tryFail);
      if (unsent == 0) {
        stream.end().onFailure(done::tryFail);
      }
    }
  }

  private void onBytes(Buffer bytes) {
    count += bytes.length();
    received.update(bytes.getBytes());
  }

  private void onEnd() {
    if (count != size) {
      done.tryFail(count + " of " + size + " bytes came back");
    } else if (!Arrays.equals(sent.digest(), received.digest())) {
      done.tryFail("other bytes came back than were sent");
    } else {
      done.tryComplete();
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
