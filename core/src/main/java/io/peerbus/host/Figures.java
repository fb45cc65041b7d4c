package io.peerbus.host;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one event loop has to do, in plain numbers that are added to on the way and put together only when somebody
 * asks. Owned by that loop; {@link #copy} is what may leave it.
 */
final class Figures {

  /** One who opens streams for ever new protocols could otherwise fill the page of figures, and the memory. */
  private static final int MAX_PROTOCOLS = 256;
  private static final String OTHERS = "others";

  /** What connections are made of. */
  record Kind(boolean inbound, String security, String muxer) {}

  private final Map<String, ProtocolFigures> protocols = new LinkedHashMap<>();
  private final Map<Kind, Integer> connections = new LinkedHashMap<>();
  private final Histogram handshakes = new Histogram();
  private final Histogram roundTrips = new Histogram();
  private long failedHandshakes;
  private long windowStalls;

  /** Those of a protocol; many beyond the first share theirs. */
  ProtocolFigures protocol(String protocol) {
    ProtocolFigures figures = protocols.get(protocol);
    if (figures == null) {
      String name = protocols.size() < MAX_PROTOCOLS ? protocol : OTHERS;
      figures = protocols.computeIfAbsent(name, added -> new ProtocolFigures());
    }
    return figures;
  }

  /** The way from the raw connection to the muxer took so long. */
  void onUpgraded(long nanos) {
    handshakes.add(nanos);
  }

  void onUpgradeFailed() {
    failedHandshakes++;
  }

  /** As often has a peer's window run out on a connection that is gone. */
  void onClosed(long stalls) {
    windowStalls += stalls;
  }

  /** For a copy: a connection that there is, its last round trip or -1, and how often its window ran out. */
  void add(Kind kind, long roundTrip, long stalls) {
    connections.merge(kind, 1, Integer::sum);
    windowStalls += stalls;
    if (roundTrip >= 0) {
      roundTrips.add(roundTrip);
    }
  }

  /** Another loop's copy, for the sum of all. */
  void addAll(Figures other) {
    other.connections.forEach((kind, count) -> connections.merge(kind, count, Integer::sum));
    handshakes.addAll(other.handshakes);
    roundTrips.addAll(other.roundTrips);
    failedHandshakes += other.failedHandshakes;
    windowStalls += other.windowStalls;
    other.protocols.forEach((name, figures) -> protocol(name).addAll(figures));
  }

  Figures copy() {
    Figures copy = new Figures();
    copy.addAll(this);
    return copy;
  }

  JsonObject toJson() {
    JsonArray kinds = new JsonArray();
    connections.forEach((kind, count) -> kinds.add(new JsonObject()
        .put("direction", kind.inbound() ? "inbound" : "outbound")
        .put("security", kind.security()).put("muxer", kind.muxer()).put("count", count)));
    JsonArray rows = new JsonArray();
    new TreeMap<>(protocols).forEach((name, figures) -> rows.add(figures.toJson().put("protocol", name)));
    return new JsonObject().put("connections", kinds).put("protocols", rows)
        .put("handshakes", handshakes.toJson()).put("failedHandshakes", failedHandshakes)
        .put("roundTrips", roundTrips.toJson()).put("windowStalls", windowStalls);
  }
}
