package io.peerbus.bus;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Streams on their way to a plugin that has just begun: those that an older version moves here, until it has said what
 * belongs to them, and those that peers opened before the plugin serves their protocol.
 *
 * <p>What waits here is bounded by core: it tells of each stream that was not accepted within 10 s, and each counts
 * among the open ones of its peer. Not thread safe, owned by the plugin's context.
 */
final class Arrivals {

  private final Map<Long, Promise<StreamFrame>> moved = new LinkedHashMap<>();
  private final Map<Long, StreamFrame> early = new LinkedHashMap<>();
  private boolean settled;

  private Promise<StreamFrame> promise(long stream) {
    return moved.computeIfAbsent(stream, id -> Promise.promise());
  }

  /** Core has moved a stream here. Answers whether somebody may still want it. */
  boolean onMoved(StreamFrame open) {
    if (settled) {
      return false;
    }
    promise(open.stream()).tryComplete(open);
    return true;
  }

  /** When core has moved it here; fails when it ended on its way. */
  Future<StreamFrame> await(long stream) {
    return promise(stream).future();
  }

  /** It has arrived, and somebody has it. */
  void forget(long stream) {
    moved.remove(stream);
  }

  /**
   * The older version has said all, or died: nobody waits for moved streams any more.
   *
   * @return those that came and that nobody has
   */
  List<StreamFrame> settle() {
    settled = true;
    List<StreamFrame> unwanted = new ArrayList<>();
    List<Promise<StreamFrame>> all = List.copyOf(moved.values());
    moved.clear();
    for (Promise<StreamFrame> each : all) {
      if (!each.tryFail("it did not arrive in time") && each.future().succeeded()) {
        unwanted.add(each.future().result());
      }
    }
    return unwanted;
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

  /** Some frame of a stream that was not accepted: it can only be its end. */
  void onEnd(long stream) {
    early.remove(stream);
    Promise<StreamFrame> awaited = moved.get(stream);
    if (awaited != null && !awaited.tryFail("it ended on its way")) {
      moved.put(stream, Promise.promise()); // it came before anybody awaited it: who does is to know
      moved.get(stream).fail("it ended on its way");
    }
  }

  /** Streams that wait here. */
  int size() {
    return moved.size() + early.size();
  }
}
