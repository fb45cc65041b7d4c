package io.peerbus.launcher.bridge;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.parsetools.RecordParser;
import java.util.function.Consumer;

/**
 * Cuts what a socket brings into whole frames, each with its 4 bytes of length in front. A length is looked at before
 * anything is kept for it: the library's own parser would wait for 2 GiB, and stumble over a negative one.
 *
 * <p>Not thread safe, owned by the connection.
 */
final class FrameCutter implements Handler<Buffer> {

  static final int PREFIX = 4;

  /** The shortest JSON object. */
  private static final int MIN = 2;

  private final RecordParser parser = RecordParser.newFixed(PREFIX);
  private final Consumer<String> complain;
  private final Handler<Buffer> frames;
  private int max;
  private Buffer prefix;
  private boolean broken;

  /** @param complain told once why there are no more frames */
  FrameCutter(int max, Handler<Buffer> frames, Consumer<String> complain) {
    this.max = max;
    this.frames = frames;
    this.complain = complain;
    parser.handler(this::onRecord);
  }

  /** The longest frame from the next one on, in bytes without its length. */
  void setMax(int bytes) {
    max = bytes;
  }

  /** Frames are no longer wanted. */
  void stop() {
    broken = true;
  }

  @Override
  public void handle(Buffer bytes) {
    if (!broken) {
      parser.handle(bytes);
    }
  }

  private void onRecord(Buffer record) {
    if (broken) {
      return; // what else came in one piece with the bad length
    }
    if (prefix != null) {
      Buffer frame = prefix.appendBuffer(record);
      prefix = null;
      parser.fixedSizeMode(PREFIX);
      frames.handle(frame);
      return;
    }
    long length = record.getUnsignedInt(0);
    if (length < MIN || length > max) {
      broken = true;
      complain.accept("a frame of " + length + " bytes: " + MIN + " to " + max + " are allowed");
      return;
    }
    prefix = record;
    parser.fixedSizeMode((int) length);
  }
}
