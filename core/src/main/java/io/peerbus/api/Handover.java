package io.peerbus.api;

import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What a plugin leaves to the newer version that takes its place: some state, in a form that both understand, and
 * streams that go on there. A peer sees nothing of it. Streams that are not left to the newer version end where they
 * are, as at an undeploy; so do those of which both directions have ended, to be read here or not at all.
 *
 * <p>Not thread safe, belongs to the plugin that makes it.
 */
public final class Handover {

  private final Buffer state;
  private final Map<Stream, Buffer> streams = new LinkedHashMap<>();

  private Handover(Buffer state) {
    this.state = state;
  }

  /** Leaves nothing: the newer version begins anew, beside this one, whose streams drain. */
  public static Handover nothing() {
    return new Handover(null);
  }

  /** Leaves this state, which may be empty. */
  public static Handover of(Buffer state) {
    return new Handover(Objects.requireNonNull(state));
  }

  /**
   * Leaves an open stream as well: its handlers are not called any more, and what is written to it fails. One that is
   * on an event loop of its own ({@link Loops}) is to be paused there first.
   */
  public Handover with(Stream stream) {
    return with(stream, Buffer.buffer());
  }

  /**
   * {@link #with(Stream)} for a stream of which bytes were read that are not dealt with, the beginning of a message
   * for example. The newer version reads them first.
   */
  public Handover with(Stream stream, Buffer unread) {
    if (isNothing()) {
      throw new IllegalStateException("streams need a state beside them: Handover.of(Buffer.buffer()).with(…)");
    }
    streams.put(Objects.requireNonNull(stream), Objects.requireNonNull(unread));
    return this;
  }

  public boolean isNothing() {
    return state == null;
  }

  public Buffer state() {
    return state;
  }

  /** The streams with the bytes to be read first. */
  public Map<Stream, Buffer> streams() {
    return streams;
  }
}
