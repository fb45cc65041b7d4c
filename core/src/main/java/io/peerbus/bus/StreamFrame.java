package io.peerbus.bus;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/**
 * One message of a stream between a plugin and core (BUS.md, "Frames"). Handed over by reference inside one JVM, so
 * the payload is never changed after sending.
 *
 * @param stream unique in its node: odd when the plugin opened it, even when core did
 * @param value its meaning depends on the kind
 * @param payload empty where the kind has none, never {@code null}
 */
public record StreamFrame(long stream, Kind kind, long value, Buffer payload) {

  /** What DATA costs beyond its length, so that a flood of tiny frames runs out of credit. */
  public static final int OVERHEAD = 64;

  /** Largest payload of DATA in bytes: what fits one Noise message behind a Yamux header. */
  public static final int MAX_DATA = 65_507;

  private static final Buffer EMPTY = Buffer.buffer(0);

  /** The seven kinds; the ordinal is the number on the wire. */
  public enum Kind {
    /** A new stream. Value: credit for the other side. Payload: JSON, see BUS.md. */
    OPEN,
    /** The stream is taken. Value: credit for the other side. Payload: JSON or empty. */
    ACCEPT,
    /** Bytes. Costs their length and {@link #OVERHEAD}. */
    DATA,
    /** Value: credit given back. */
    CREDIT,
    /** The sender writes no more. */
    END,
    /**
     * The stream is over. From a plugin, value: the code for the peer. From core, value: the number of an
     * {@code api.Failure}, payload: its message in UTF-8.
     */
    RESET,
    /**
     * From a plugin: the stream goes on at another client of the same plugin, a newer version. Value: that client's
     * number, payload: JSON. From core: nothing more comes of the stream. See BUS.md, "Succession".
     */
    MOVE
  }

  public static StreamFrame open(long stream, long credit, Buffer json) {
    return new StreamFrame(stream, Kind.OPEN, credit, json);
  }

  public static StreamFrame accept(long stream, long credit, Buffer json) {
    return new StreamFrame(stream, Kind.ACCEPT, credit, json);
  }

  public static StreamFrame data(long stream, Buffer bytes) {
    return new StreamFrame(stream, Kind.DATA, 0, bytes);
  }

  public static StreamFrame credit(long stream, long credit) {
    return new StreamFrame(stream, Kind.CREDIT, credit, EMPTY);
  }

  public static StreamFrame end(long stream) {
    return new StreamFrame(stream, Kind.END, 0, EMPTY);
  }

  public static StreamFrame reset(long stream, long value, String message) {
    Buffer payload = message.isEmpty() ? EMPTY : Buffer.buffer(message.getBytes(StandardCharsets.UTF_8));
    return new StreamFrame(stream, Kind.RESET, value, payload);
  }

  public static StreamFrame move(long stream, long client, Buffer json) {
    return new StreamFrame(stream, Kind.MOVE, client, json);
  }

  /** The credit that a DATA payload of this length costs. */
  public static long cost(int length) {
    return (long) length + OVERHEAD;
  }
}
