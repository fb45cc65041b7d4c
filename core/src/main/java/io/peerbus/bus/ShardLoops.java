package io.peerbus.bus;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import java.util.Map;
import java.util.TreeMap;

/**
 * The event loops that a node's connections are on, by the address that takes frames for them. Core tells of them,
 * plugins in the same Vert.x find them; on any other member of a cluster there are none. Any thread.
 */
public final class ShardLoops {

  /** A shard's context, of which nothing is used but the loop. */
  private record At(Context context) implements Shareable {}

  private final LocalMap<String, At> loops;

  public ShardLoops(Vertx vertx, Addresses addresses) {
    this.loops = vertx.sharedData().getLocalMap(addresses.loops());
  }

  /** Core: connections of that data address are on this context's loop. */
  public void add(String data, Context context) {
    loops.put(data, new At(context));
  }

  /** Core: there are none any more. */
  public void remove(String data) {
    loops.remove(data);
  }

  /** Sorted. */
  Map<String, Context> all() {
    Map<String, Context> all = new TreeMap<>();
    loops.forEach((data, at) -> all.put(data, at.context()));
    return all;
  }
}
