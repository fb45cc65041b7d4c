package io.peerbus.host;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the node has refused, by the limit that forbade it. A message begins with that limit's name, a colon and a
 * space, as a user has to know which one to change.
 *
 * <p>Thread safe: every event loop refuses by itself. Refusing costs whoever provokes it nothing, so it only counts
 * here; once a second the log and the bus get the last message of each limit, with the number of the others.
 */
final class Refusals {

  private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

  /** Those of one limit. The names are ours, so there are few. */
  private static final class Tally {
    private final LongAdder count = new LongAdder();
    private volatile String last;
    private volatile boolean logged; // by whoever counts them
    private long told;
  }

  private final Map<String, Tally> tallies = new ConcurrentHashMap<>();
  private final Consumer<JsonObject> events;

  Refusals(Consumer<JsonObject> events) {
    this.events = events;
  }

  /** That publishes them at an address. */
  static Refusals at(Vertx vertx, String address) {
    return new Refusals(event -> vertx.eventBus().publish(address, event));
  }

  /** One more. */
  void add(String message) {
    add(message, 1);
  }

  /** So many more, at least 1. */
  void add(String message, int count) {
    int end = message.indexOf(": ");
    tally(end < 0 ? message : message.substring(0, end), message, count);
  }

  /** One more that is in the log already. */
  void count(String limit, String message) {
    tally(limit, message, 1).logged = true;
  }

  private Tally tally(String limit, String message, int count) {
    Tally tally = tallies.get(limit);
    if (tally == null) {
      tally = tallies.computeIfAbsent(limit, name -> new Tally());
    }
    tally.last = message;
    tally.count.add(count);
    return tally;
  }

  /** Tells of those since the last call. To be called once a second, by one thread. */
  void tell() {
    tallies.forEach((limit, tally) -> {
      long total = tally.count.sum();
      long fresh = total - tally.told;
      if (fresh > 0) {
        tally.told = total;
        if (!tally.logged) {
          LOG.warn("refused {} times: {}", fresh, tally.last);
        }
        events.accept(new JsonObject().put("limit", limit).put("message", tally.last).put("refused", fresh)
            .put("total", total));
      }
    });
  }

  /** By limit, how often. */
  JsonObject toJson() {
    JsonObject counts = new JsonObject();
    new TreeMap<>(tallies).forEach((limit, tally) -> counts.put(limit, tally.count.sum()));
    return counts;
  }
}
