package io.peerbus.bus;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Streams on their way to a plugin that has just begun: those that an older version moves here, until it has said what
 * belongs to them, and those that peers opened before the plugin serves their protocol. Core drops what is not
 * accepted in time, and that bounds what waits here. Not thread safe, owned by the plugin's context.
 */
final class Arrivals {

  private final Map<Long, Promise<StreamFrame>> moved = new HashMap<>();
  private final Map<Long, StreamFrame> early = new LinkedHashMap<>();

  private Promise<StreamFrame> promise(long stream) {
    return moved.computeIfAbsent(stream, id -> Promise.promise());
  }

  /** Core has moved a stream here. */
  void onMoved(StreamFrame open) {
    promise(open.stream()).tryComplete(open);
  }

  /** When core has moved it here. */
  Future<StreamFrame> await(long stream) {
    return promise(stream).future();
  }

  /** A stream for a protocol that is not served yet. */
  void onEarly(StreamFrame open) {
    early.put(open.stream(), open);
  }

  /** Those that waited; who is still too early comes back. */
  List<StreamFrame> takeEarly() {
    List<StreamFrame> all = new ArrayList<>(early.values());
    early.clear();
    return all;
  }

  /** Some frame of a stream that was not accepted: it can only be its end. Answers whether it waited here. */
  boolean onEnd(long stream) {
    Promise<StreamFrame> awaited = moved.remove(stream);
    if (awaited != null) {
      awaited.tryFail("it ended on its way");
    }
    return early.remove(stream) != null || awaited != null;
  }

  /** It has arrived. */
  void forget(long stream) {
    moved.remove(stream);
  }
}
