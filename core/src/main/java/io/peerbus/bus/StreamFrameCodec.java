package io.peerbus.bus;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageCodec;

/**
 * How a {@link StreamFrame} crosses the event bus: by reference inside one JVM, across a cluster as
 * {@code stream u64, kind u8, value u64, length u32, payload}, big-endian.
 */
public final class StreamFrameCodec implements MessageCodec<StreamFrame, StreamFrame> {

  public static final String NAME = "peerbus.frame";

  /** Send options that name the codec, for every frame. */
  public static final DeliveryOptions OPTIONS = new DeliveryOptions().setCodecName(NAME);

  private static final int HEADER = 8 + 1 + 8 + 4;
  private static final StreamFrame.Kind[] KINDS = StreamFrame.Kind.values();

  /** Larger payloads are refused. A member of the cluster could otherwise make us allocate what it likes. */
  private static final int MAX_PAYLOAD = 1 << 20;

  /** Makes the codec known to an event bus; once more does no harm. */
  public static void register(Vertx vertx) {
    try {
      vertx.eventBus().registerCodec(new StreamFrameCodec());
    } catch (IllegalStateException alreadyRegistered) {
      // several nodes may share one Vert.x
    }
  }

  @Override
  public void encodeToWire(Buffer buffer, StreamFrame frame) {
    buffer.appendLong(frame.stream())
        .appendByte((byte) frame.kind().ordinal())
        .appendLong(frame.value())
        .appendInt(frame.payload().length())
        .appendBuffer(frame.payload());
  }

  @Override
  public StreamFrame decodeFromWire(int pos, Buffer buffer) {
    if (buffer.length() - pos < HEADER) {
      throw new IllegalArgumentException("stream frame of " + (buffer.length() - pos) + " bytes, " + HEADER + " needed");
    }
    int kind = buffer.getByte(pos + 8);
    int length = buffer.getInt(pos + 17);
    if (kind < 0 || kind >= KINDS.length) {
      throw new IllegalArgumentException("stream frame of unknown kind " + kind);
    }
    if (length < 0 || length > MAX_PAYLOAD || length > buffer.length() - pos - HEADER) {
      throw new IllegalArgumentException("stream frame with a payload of " + length + " bytes, "
          + (buffer.length() - pos - HEADER) + " present, " + MAX_PAYLOAD + " allowed");
    }
    Buffer payload = buffer.getBuffer(pos + HEADER, pos + HEADER + length);
    return new StreamFrame(buffer.getLong(pos), KINDS[kind], buffer.getLong(pos + 9), payload);
  }

  @Override
  public StreamFrame transform(StreamFrame frame) {
    return frame;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }
}
